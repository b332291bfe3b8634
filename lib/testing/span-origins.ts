import { foreignCallerStack } from '../assembly/caller-stack.js';
import type { ReadableSpan } from '../trace/index.js';

/** What a recorder knows of other spans, for the traces in messages. */
export interface KnownSpans {
  /** The spans that have ended. */
  readonly spans: readonly ReadableSpan[];
  /** The spans that have not ended. */
  readonly openSpans: readonly ReadableSpan[];
}

interface SpanOrigin {
  readonly recorder: KnownSpans;
  /** The lines of the stack at the start of the span; undefined if the recorder does not capture stacks. */
  readonly startedAt: readonly string[] | undefined;
}

/** By span. Matchers get a span alone, and their messages show its trace and its start. */
const origins = new WeakMap<object, SpanOrigin>();

/**
 * Remembers the recorder of a span. Call it at the start of the span.
 *
 * @param capturesStack whether it also remembers the code that starts the span
 */
export function noteOrigin(span: object, recorder: KnownSpans, capturesStack: boolean): void {
  const startedAt = capturesStack ? foreignCallerStack() : undefined;
  origins.set(span, { recorder, startedAt });
}

/**
 * Returns all known spans of the traces of the given spans: those that their recorders hold, open or
 * ended, and the given ones.
 */
export function wholeTracesOf(spans: readonly ReadableSpan[]): ReadableSpan[] {
  const traceIds = new Set(spans.map((span) => span.spanContext().traceId));
  const recorders = new Set<KnownSpans>();
  for (const span of spans) {
    const origin = origins.get(span);
    if (origin !== undefined) recorders.add(origin.recorder);
  }
  const known = new Set(spans);
  for (const recorder of recorders) {
    for (const span of [...recorder.spans, ...recorder.openSpans]) {
      if (traceIds.has(span.spanContext().traceId)) known.add(span);
    }
  }
  return [...known];
}

/** One line for each span: its name and, if it is known, the line of code that started it. */
export function startsAsText(spans: readonly ReadableSpan[]): string {
  return spans
    .map((span) => {
      const start = startOf(span);
      return start === undefined ? span.name : `${span.name}: ${start}`;
    })
    .join('\n');
}

/** Whether the code that started a span is known. */
export function hasKnownStart(span: object): boolean {
  return startOf(span) !== undefined;
}

function startOf(span: object): string | undefined {
  const lines = origins.get(span)?.startedAt;
  if (lines === undefined) return undefined;
  // A package that calls the library, such as a driver, was called by code of the application.
  const own = lines.find((line) => !/[/\\]node_modules[/\\]/.test(line));
  return own === undefined ? 'started outside the code of the application' : `started ${own}`;
}
