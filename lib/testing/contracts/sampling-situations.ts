import {
  type Context,
  createContextKey,
  createTraceState,
  type SpanContext,
  type TraceState,
  trace,
} from '@opentelemetry/api';
import { TracingContext } from '../../context/index.js';
import { SPAN_ID, TRACE_ID } from './spoiled-carriers.js';

/** The key under which propagators of nestjs-traced store what a caller wants: `debug` and so on. */
export const SAMPLING_REQUEST_KEY = createContextKey('nestjs-traced sampling request');

/** A question to a sampler. */
export interface SamplingSituation {
  /** The situation in words, for messages. */
  readonly what: string;
  readonly context: Context;
  readonly traceId: string;
}

/** Roots and children, of valid and invalid parents, of this process and others. */
export function* samplingSituations(): Generator<SamplingSituation> {
  const { ROOT } = TracingContext;
  yield { what: 'for a root span', context: ROOT, traceId: TRACE_ID };
  const invalidParents: [string, Partial<SpanContext>][] = [
    ['without ids', { traceId: '0'.repeat(32), spanId: '0'.repeat(16) }],
    ['without a span id', { spanId: '0'.repeat(16) }],
    ['of another trace', { traceId: 'f'.repeat(32) }],
  ];
  for (const [what, parent] of invalidParents) {
    yield { what: `below a parent ${what}`, context: contextWith(parent), traceId: TRACE_ID };
  }
  for (const traceId of [TRACE_ID, 'f'.repeat(32), `${'0'.repeat(31)}1`, '', 'no trace id']) {
    yield { what: `for a root span of trace "${traceId}"`, context: ROOT, traceId };
    for (const traceFlags of [0, 1, 2, 3]) {
      for (const isRemote of [true, false, undefined]) {
        const what = `in trace "${traceId}", below a parent with flags ${traceFlags} and isRemote ${isRemote}`;
        yield { what, context: contextWith({ traceId, traceFlags, isRemote }), traceId };
      }
    }
  }
  for (const request of ['debug', 'accept', 'deny', 'defer', 'nonsense', 7]) {
    const context = ROOT.setValue(SAMPLING_REQUEST_KEY, request);
    yield { what: `for the request "${request}" of a caller`, context, traceId: TRACE_ID };
  }
}

/** A context whose span is the given parent, of this process unless it says otherwise. */
export function contextWith(parent: Partial<SpanContext>): Context {
  return trace.setSpanContext(TracingContext.ROOT, {
    traceId: TRACE_ID,
    spanId: SPAN_ID,
    traceFlags: 0,
    ...parent,
  });
}

/** A trace state with or without the parts of probability sampling, valid or not, and members of others. */
export function randomTraceState(random: () => number): TraceState | undefined {
  const pairs = [
    'th:8',
    'th:e666',
    'th:0',
    'th:',
    'th:XYZ',
    'rv:ab1122334455ef',
    'rv:1',
    'x:1',
    '',
  ];
  const chosen = pairs.filter(() => random() < 0.3).join(';');
  const members = [`ot=${chosen}`, 'foo=1', 'bar=2'].filter(() => random() < 0.7);
  return members.length === 0 ? undefined : createTraceState(members.join(','));
}
