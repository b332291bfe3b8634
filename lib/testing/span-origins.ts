import { captureCallerStack } from '../assembly/caller-stack.js';
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
  /** The lines of the stack at the start of the span. */
  readonly startedAt: () => readonly string[];
}

/** By span. Matchers get a span alone, and their messages show its trace and its start. */
const origins = new WeakMap<object, SpanOrigin>();

/** Remembers the recorder of a span, and the code that starts it. Call it at the start of the span. */
export function noteOrigin(span: object, recorder: KnownSpans): void {
  origins.set(span, { recorder, startedAt: captureCallerStack() });
}

/** Forgets the code that started a span, because the captured stack keeps the receivers of its frames. */
export function forgetStart(span: object): void {
  const origin = origins.get(span);
  if (origin !== undefined) origins.set(span, { ...origin, startedAt: () => [] });
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

/** One line for each span: its name, and the line of code that started it. */
export function startsAsText(spans: readonly ReadableSpan[]): string {
  return spans.map((span) => `${span.name}: ${startOf(span)}`).join('\n');
}

function startOf(span: object): string {
  const lines = origins.get(span)?.startedAt() ?? [];
  // A package that calls the library, such as a driver, was called by code of the application.
  const own = lines.find((line) => !/[/\\]node_modules[/\\]/.test(line));
  return own === undefined ? 'started outside the code of the application' : `started ${own}`;
}
