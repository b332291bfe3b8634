import { pathOfFile } from './exception-frame.js';
import { EXCEPTION_STACKTRACE } from './facts.js';
import type { AnyAttributes, AnyValue, SpanRecord } from './span-record.js';
import { framesOfStack } from './stack-frames.js';

/** A place in the code that a span or a record of its logs names. */
export interface CodeLocation {
  /** `event`: the stack of an exception of the span; `log`: of a log record; `attribute`: `code.file.path`. */
  readonly origin: 'event' | 'log' | 'attribute';
  /** The index of the event in the span, or of the record in the logs of the span; 0 for attributes. */
  readonly index: number;
  /** The index of the frame in its stack; 0 for attributes. */
  readonly frame: number;
  /** `Warehouse.findShelf`; undefined where nothing names it. */
  readonly functionName: string | undefined;
  /** As it was sent: a path, or a URL. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1; undefined where nothing tells it. */
  readonly column: number | undefined;
  /** Whether the code is the application's own: neither Node's nor of a package. */
  readonly isOwn: boolean;
}

// Semantic conventions 1.45.0, `docs/registry/attributes/code.md`, then the names they had before.
const FILE_KEYS = ['code.file.path', 'code.filepath'];
const LINE_KEYS = ['code.line.number', 'code.lineno'];
const COLUMN_KEYS = ['code.column.number', 'code.column'];
const FUNCTION_KEYS = ['code.function.name', 'code.function'];
const STACK_KEYS = [EXCEPTION_STACKTRACE, 'code.stacktrace'];
const MAX_FRAMES_OF_STACK = 50;
const MAX_LOCATIONS = 200;
const PACKAGE = /(^|[\\/])node_modules[\\/]/;

/**
 * The places that a span names: the frames of its exceptions and of those in its logs, and its own place. The
 * application's own come first, in the order of the span.
 *
 * @param logs the attributes of the records that belong to the span
 */
export function locationsOfSpan(
  { name, attributes = {}, events = [] }: SpanRecord,
  logs: readonly AnyAttributes[],
): CodeLocation[] {
  const locations = [
    ...locationsIn(attributes, 'attribute', 0, name),
    ...events.flatMap((event, index) => locationsIn(event.attributes ?? {}, 'event', index)),
    ...logs.flatMap((record, index) => locationsIn(record, 'log', index)),
  ];
  return locations.toSorted((a, b) => Number(b.isOwn) - Number(a.isOwn)).slice(0, MAX_LOCATIONS);
}

/** The same text for the same place, whichever span names it. */
export function keyOfPlace({
  file,
  line,
  column,
}: Pick<CodeLocation, 'file' | 'line' | 'column'>): string {
  return `${pathOfFile(file)}:${line}:${column ?? ''}`;
}

/** Whether two names of a file are the same, as a path and as a URL. */
export function isSameFile(one: string, other: string): boolean {
  return pathOfFile(one) === pathOfFile(other);
}

/** @param name the function where no attribute names it */
function locationsIn(
  attributes: AnyAttributes,
  origin: CodeLocation['origin'],
  index: number,
  name?: string,
): CodeLocation[] {
  const stacks = STACK_KEYS.map((key) => attributes[key]).filter((stack) => isText(stack));
  const frames = stacks.flatMap((stack) => framesOfStack(stack, MAX_FRAMES_OF_STACK));
  const locations = frames.map(
    (frame, at): CodeLocation => ({ origin, index, frame: at, ...frame }),
  );
  const file = FILE_KEYS.map((key) => attributes[key]).find(isText);
  const line = numberAt(attributes, LINE_KEYS);
  if (file === undefined || line === undefined) return locations;
  const place: CodeLocation = {
    origin,
    index,
    frame: 0,
    functionName: FUNCTION_KEYS.map((key) => attributes[key]).find(isText) ?? name,
    file,
    line,
    column: numberAt(attributes, COLUMN_KEYS),
    isOwn: !PACKAGE.test(file),
  };
  return [place, ...locations];
}

function numberAt(attributes: AnyAttributes, keys: readonly string[]): number | undefined {
  return keys
    .map((key) => Number(attributes[key]))
    .find((value) => Number.isInteger(value) && value > 0);
}

function isText(value: AnyValue | undefined): value is string {
  return typeof value === 'string' && value !== '';
}
