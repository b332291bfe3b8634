import type { LogEntry } from '../context/index.js';
import type { LogFieldValues } from './field-text.js';
import type { PinoLoggerShape } from './pino-shape.js';
import { severityOfName, severityOfNumber } from './severity.js';

/** The keys of pino's own fields in a line. */
export interface PinoKeys {
  readonly message: string;
  readonly error: string;
  readonly nested: string | undefined;
}

/** The call that pino is writing a line for, as its mixin sees it. */
export interface PinoCall {
  readonly level: number;
  readonly logger: PinoLoggerShape;
}

const SCOPE_NAME = 'pino';
/** What the resource of the application, the entry itself and its span tell. */
const KNOWN_KEYS = ['level', 'time', 'pid', 'hostname'];

/**
 * Reads a line that pino is about to write, after its serializers and its redaction.
 *
 * @param call undefined if it is not known, such as for a line that a serializer has logged
 * @param ids the fields of the active span, which are part of the line
 */
export function readPinoLine(
  line: string,
  keys: PinoKeys,
  call: PinoCall | undefined,
  ids: Readonly<LogFieldValues> | undefined,
): LogEntry {
  const record = parse(line);
  if (record === undefined) {
    return { ...severityOf(call, undefined), body: line.trimEnd(), scopeName: SCOPE_NAME };
  }
  const { [keys.message]: body, ...attributes } = record;
  const severity = severityOf(call, record.level);
  for (const key of KNOWN_KEYS) delete attributes[key];
  for (const key in ids) {
    if (attributes[key] === ids[key]) delete attributes[key];
  }
  takeError(attributes, keys.error, attributes);
  const nested = keys.nested === undefined ? undefined : attributes[keys.nested];
  if (isRecord(nested)) takeError(nested, keys.error, attributes);
  return { ...severity, body, attributes, scopeName: SCOPE_NAME };
}

function parse(line: string): Record<string, unknown> | undefined {
  try {
    const record: unknown = JSON.parse(line);
    return isRecord(record) ? record : undefined;
  } catch {
    // A hook of the user has made another text of it.
    return undefined;
  }
}

function severityOf(
  call: PinoCall | undefined,
  level: unknown,
): Pick<LogEntry, 'severityNumber' | 'severityText'> {
  const number = call?.level ?? (typeof level === 'number' ? level : Number.NaN);
  const text =
    call?.logger?.levels?.labels?.[number] ?? (typeof level === 'string' ? level : undefined);
  if (text === undefined) return { severityNumber: severityOfNumber(number) };
  return { severityText: text, severityNumber: severityOfName(text) || severityOfNumber(number) };
}

/** Makes the attributes of an exception from pino's serialized error; its other fields stay. */
function takeError(
  record: Record<string, unknown>,
  key: string,
  attributes: Record<string, unknown>,
): void {
  const error = record[key];
  if (!isRecord(error) || typeof error.message !== 'string') return;
  const { type, message, stack, ...others } = error;
  if (typeof type === 'string') attributes['exception.type'] = type;
  attributes['exception.message'] = message;
  if (typeof stack === 'string') attributes['exception.stacktrace'] = stack;
  if (Object.keys(others).length > 0) record[key] = others;
  else delete record[key];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
