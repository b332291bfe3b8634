import type { ReadableSpan } from '../../trace/index.js';
import { wholeTracesOf } from '../span-origins.js';
import { traceAsText } from '../trace-as-text.js';

/** The part of `this` that jest and vitest give to a matcher, as far as the matchers of traces use it. */
export interface TraceMatcherContext {
  /** Whether the test called `.not`. */
  readonly isNot?: boolean;
  /** `resolves` or `rejects` if the test called it. */
  readonly promise?: string;
  /** Compares two values recursively; understands asymmetric matchers such as `expect.any(String)`. */
  equals(a: unknown, b: unknown): boolean;
  /** Formats values for messages. */
  readonly utils: {
    /** Formats an asymmetric matcher. */
    stringify(value: unknown): string;
    /** Formats the difference of two texts, line by line. */
    diff(a: unknown, b: unknown, options?: object): string | null | undefined;
  };
}

/** What a matcher returns to the test runner. */
export interface TraceMatcherResult {
  /** Whether the received value is as expected, independent of `.not`. */
  readonly pass: boolean;
  /** Returns the message of the failure, also for `.not`. */
  message(): string;
}

/** Returns how a test called a matcher: `expect(recorder).not.toHaveSpan(expected)`. */
export function callAsText(
  { isNot = false, promise = '' }: TraceMatcherContext,
  matcher: string,
  received: string,
  expected = '',
): string {
  const words = [`expect(${received})`, promise, isNot ? 'not' : '', `${matcher}(${expected})`];
  return words.filter((word) => word !== '').join('.');
}

/**
 * Joins the parts of a message with blank lines between them, and without the empty ones. The last part
 * shows the spans of all traces that the given spans belong to.
 */
export function messageWithTraces(
  parts: readonly string[],
  spans: readonly ReadableSpan[],
  attributes = true,
): string {
  const text = traceAsText(wholeTracesOf(spans), { attributes, events: attributes, links: true });
  const traces = spans.length === 0 ? 'No spans are recorded.' : `Recorded:\n${indented(text)}`;
  return [...parts, traces].filter((part) => part !== '').join('\n\n');
}

/** Indents each line that is not empty by two spaces. */
export function indented(text: string): string {
  return text.replace(/^(?=.)/gm, '  ');
}
