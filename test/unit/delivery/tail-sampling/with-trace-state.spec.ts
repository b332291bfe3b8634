import { describe, expect, it } from '@jest/globals';
import { withTraceState } from '../../../../lib/delivery/tail-sampling/with-trace-state.js';
import { TraceState } from '../../../../lib/propagation/index.js';
import { type ReadableSpan, RecordingSpan } from '../../../../lib/trace/index.js';
import { endedSpan } from '../../../support/span-source.js';

const STATE = TraceState.parse('ot=th:8');

function valuesOf(span: ReadableSpan): unknown[] {
  return [
    ...[span.name, span.kind, span.startTime, span.endTime, span.duration, span.status],
    ...[span.attributes, span.links, span.events, span.ended, span.resource],
    ...[span.instrumentationScope, span.droppedAttributesCount, span.droppedEventsCount],
    ...[span.droppedLinksCount, span.parentSpanContext],
  ];
}

/** A span as another SDK has it. */
function foreign(span: RecordingSpan): ReadableSpan {
  const { spanId, traceId, traceFlags } = span;
  return new Proxy({} as ReadableSpan, {
    get: (_, key) =>
      key === 'spanContext'
        ? () => ({ spanId, traceId, traceFlags })
        : span[key as keyof RecordingSpan],
  });
}

describe('withTraceState', () => {
  const span = endedSpan('work', (open) =>
    open.setAttribute('a', 1).addEvent('b').recordError('c'),
  );

  it.each([
    ['ours', span],
    ['another SDK', foreign(span)],
  ])('is equal to the span of %s but for its trace state', (_, given) => {
    const view = withTraceState(given, STATE);
    expect(valuesOf(view)).toEqual(valuesOf(given));
    expect(view.spanContext()).toEqual({ ...given.spanContext(), traceState: STATE });
    expect(given.spanContext().traceState).toBeUndefined();
  });

  it('is a span of ours where the given one is', () => {
    const view = withTraceState(span, STATE);
    expect(view).toBeInstanceOf(RecordingSpan);
    expect((view as RecordingSpan).traceState).toBe(STATE);
    expect((view as RecordingSpan).attributeList).toBe(span.attributeList);
  });
});
