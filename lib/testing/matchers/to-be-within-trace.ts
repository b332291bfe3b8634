import type { SpanContext } from '@opentelemetry/api';
import type { ReadableSpan } from '../../trace/index.js';
import { isSpan, isSpanList, readReceived } from '../received-spans.js';
import {
  callAsText,
  messageWithTraces,
  type TraceMatcherContext,
  type TraceMatcherResult,
} from './matcher-context.js';

const MATCHER = 'toBeWithinTrace';

/** A trace: its id, one of its spans, some of its spans, or the context of one of its spans. */
export type ExpectedTrace =
  | string
  | ReadableSpan
  | readonly ReadableSpan[]
  | Pick<SpanContext, 'traceId'>;

/**
 * Passes if the span, or each span of the list or recorder, belongs to a trace.
 *
 * @throws Error for a received or expected value that is of no use, and if there is no span
 */
export function toBeWithinTrace(
  this: TraceMatcherContext,
  received: unknown,
  expected: unknown,
): TraceMatcherResult {
  const { word, ended, open } = readReceived(received, MATCHER);
  const spans = [...ended, ...open];
  if (spans.length === 0) {
    throw new Error(`${MATCHER} needs at least one span, but expect() received none.`);
  }
  const traceId = traceIdOf(expected);
  const outside = spans.filter((span) => span.spanContext().traceId !== traceId);
  const ofTrace = isSpanList(expected) ? expected : isSpan(expected) ? [expected] : [];
  return {
    pass: outside.length === 0,
    message: () => {
      const call = callAsText(this, MATCHER, word, 'trace');
      const of = ofTrace[0] === undefined ? '' : ` of "${ofTrace[0].name}"`;
      const names = [...new Set(outside.map(({ name }) => `"${name}"`))].join(', ');
      const others = [...new Set(outside.map((span) => span.spanContext().traceId))].join(', ');
      const finding =
        outside.length === 0
          ? `Expected another trace than ${traceId}${of}.`
          : `Expected the trace ${traceId}${of}, but ${names} ${outside.length === 1 ? 'belongs' : 'belong'} to ${others}.`;
      return messageWithTraces([call, finding], [...ofTrace, ...spans], false);
    },
  };
}

function traceIdOf(expected: unknown): string {
  const span = isSpanList(expected) ? expected[0] : expected;
  const traceId = isSpan(span) ? span.spanContext().traceId : idIn(span);
  if (typeof traceId !== 'string' || !/^[0-9a-f]{32}$/.test(traceId)) {
    throw new Error(
      `${MATCHER} needs the id of a trace (32 hexadecimal digits), a span, a list of spans or a SpanContext, ` +
        `but received ${typeof expected === 'object' ? 'another object' : JSON.stringify(expected)}.`,
    );
  }
  return traceId;
}

function idIn(value: unknown): unknown {
  return typeof value === 'object' ? (value as SpanContext | null)?.traceId : value;
}
