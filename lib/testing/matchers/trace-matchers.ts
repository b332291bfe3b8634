import type { TraceTextOptions } from '../trace-as-text.js';
import type { AsymmetricMatcher, ExpectedSpan } from './expected-span.js';
import type { TraceMatcherContext, TraceMatcherResult } from './matcher-context.js';
import { type ExpectedTrace, toBeWithinTrace } from './to-be-within-trace.js';
import { toHaveEnded } from './to-have-ended.js';
import { toHaveSpan } from './to-have-span.js';
import { toMatchTrace } from './to-match-trace.js';

/**
 * The matchers as tests call them. Merge this interface into that of your test runner, so that the
 * compiler knows them.
 *
 * @typeParam R what a matcher returns in the types of the test runner
 * @example
 * declare module 'vitest' {
 *   interface Matchers<T = any> extends TraceMatchers {}
 * }
 */
export interface TraceMatchers<R = void> {
  /**
   * Passes if an ended span of a recorder or list is as expected. It marks the first unread one of the
   * recorder as read.
   *
   * @param expected the name of the span, or a description of it
   */
  toHaveSpan(expected: string | RegExp | AsymmetricMatcher | ExpectedSpan): R;
  /** Passes if a span, or each span of a recorder or list, has ended. */
  toHaveEnded(): R;
  /**
   * Passes if a span, or each span of a recorder or list, belongs to a trace.
   *
   * @param trace the id of the trace, or one or more spans of it
   */
  toBeWithinTrace(trace: ExpectedTrace): R;
  /**
   * Passes if the spans of a list, or the unread and open ones of a recorder, are as the text shows them.
   * It marks those of the recorder as read.
   *
   * @param text the trace as `traceAsText` shows it, with any indentation. The attributes that it names
   *   are compared; the value `*` stands for any value
   * @param options what the text shows. @default what the text names
   */
  toMatchTrace(text: string, options?: TraceTextOptions): R;
}

/** A matcher as jest and vitest call it. */
export type TraceMatcher = (
  this: TraceMatcherContext,
  received: unknown,
  expected?: unknown,
  options?: TraceTextOptions,
) => TraceMatcherResult;

/**
 * The matchers for `expect.extend`, the same for jest and vitest. The messages of all of them show the
 * whole trace.
 *
 * @example
 * expect.extend(traceMatchers);
 *
 * expect(recorder).toHaveSpan({ name: 'OrdersService.place', attributes: { 'order.id': '42' } });
 */
export const traceMatchers: Record<keyof TraceMatchers, TraceMatcher> = {
  toHaveSpan,
  toHaveEnded,
  toBeWithinTrace,
  toMatchTrace,
};
