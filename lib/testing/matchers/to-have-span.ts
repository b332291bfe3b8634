import type { ReadableSpan } from '../../trace/index.js';
import { type ReceivedSpans, readReceived } from '../received-spans.js';
import { startsAsText, wholeTracesOf } from '../span-origins.js';
import { traceAsText } from '../trace-as-text.js';
import { didYouMean } from './closest-word.js';
import { type ExpectedSpan, readExpectedSpan } from './expected-span.js';
import {
  callAsText,
  indented,
  messageWithTraces,
  type TraceMatcherContext,
  type TraceMatcherResult,
} from './matcher-context.js';
import { SpanComparison } from './span-mismatches.js';
import { valueAsText } from './value-as-text.js';

const MATCHER = 'toHaveSpan';

/**
 * Passes if an ended span is as expected. Of the spans of a recorder it then marks one as read: the first
 * unread one that matches. So a second call needs, in a strict test, a second span.
 *
 * @throws Error for a received or expected value that is of no use
 */
export function toHaveSpan(
  this: TraceMatcherContext,
  received: unknown,
  expected: unknown,
): TraceMatcherResult {
  const spans = readReceived(received, MATCHER);
  const expectation = readExpectedSpan(expected);
  const all = [...spans.ended, ...spans.open];
  const comparison = new SpanComparison(expectation, wholeTracesOf(all), this);
  const matching = spans.ended.filter((span) => comparison.matches(span));
  const pass = matching.length > 0;
  if (pass && this.isNot !== true) markFirstAsRead(spans, matching);
  return {
    pass,
    message: () => {
      const call = callAsText(this, MATCHER, spans.word, 'expected');
      const wanted = `Expected ${pass ? 'no ' : 'a '}span: ${valueAsText(expected, this)}`;
      const reason = pass
        ? `Found: ${lineOf(matching[0] as ReadableSpan)}`
        : reasonOf(spans, expectation, comparison);
      return messageWithTraces([call, `${wanted}\n${reason}`.trimEnd()], all);
    },
  };
}

function markFirstAsRead({ recorder }: ReceivedSpans, matching: readonly ReadableSpan[]): void {
  if (recorder === undefined) return;
  const unread = new Set(recorder.unreadSpans);
  const first = matching.find((span) => unread.has(span));
  if (first !== undefined) recorder.markAsRead([first]);
}

/** Says why no span matches: it is open, its name does not exist, or what differs in the most similar one. */
function reasonOf(
  { ended, open }: ReceivedSpans,
  { name }: ExpectedSpan,
  comparison: SpanComparison,
): string {
  const stillOpen = open.filter((span) => comparison.matches(span));
  if (stillOpen.length > 0) {
    return `The span is still open. Wait for its end, for example with waitForTrace.\n${indented(startsAsText(stillOpen))}`;
  }
  const named = ended.filter((span) => comparison.hasName(span));
  if (named.length === 0) {
    if (ended.length === 0) return '';
    const names = ended.map((span) => span.name);
    return `No ended span has this name.${typeof name === 'string' ? didYouMean(name, names) : ''}`;
  }
  const [closest, mismatches] = named
    .map((span) => [span, comparison.mismatchesOf(span)] as const)
    .reduce((best, next) => (next[1].length < best[1].length ? next : best));
  return `Closest: ${lineOf(closest)}\n${indented(mismatches.join('\n'))}`;
}

function lineOf(span: ReadableSpan): string {
  return traceAsText([{ ...viewOf(span), parentSpanContext: undefined }]);
}

/** The members that the text of a span needs; a span has them as getters, which a spread does not copy. */
function viewOf(span: ReadableSpan): ReadableSpan {
  const { name, kind, status, attributes, events, links, ended, startTime } = span;
  const view = { name, kind, status, attributes, events, links, ended, startTime };
  return { ...view, spanContext: () => span.spanContext() } as ReadableSpan;
}
