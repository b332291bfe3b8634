import { describe, expect, it } from '@jest/globals';
import {
  createTraceState,
  INVALID_SPAN_CONTEXT,
  ROOT_CONTEXT,
  SpanKind,
  trace,
} from '@opentelemetry/api';
import { suppressTracing } from '@opentelemetry/core';
import {
  AlwaysOnSampler as StockAlwaysOnSampler,
  ParentBasedSampler as StockParentBasedSampler,
  TraceIdRatioBasedSampler as StockRatioSampler,
} from '@opentelemetry/sdk-trace-base';
import { TracingContext } from '../../../lib/context/index.js';
import { AlwaysOffSampler, type SamplingResult } from '../../../lib/sampling/index.js';
import { traceAsText } from '../../../lib/testing/index.js';
import { RecordingSpan, UnsampledSpan } from '../../../lib/trace/index.js';
import { givenSampler } from '../../support/given-sampler.js';
import { contextWith, REMOTE, remoteParent } from '../../support/parents.js';
import { tracingsOfTest } from '../../support/tracings-of-test.js';

const tracingWith = tracingsOfTest();

describe('the sampler of a tracer', () => {
  it('hears of parent, ids, name, kind, attributes and links', () => {
    const calls: unknown[][] = [];
    const { tracer } = tracingWith({
      sampler: {
        shouldSample: (...args) => {
          calls.push(args);
          return { decision: 2 };
        },
        toString: () => 'x',
      },
    });
    const parent = tracer.startSpan('parent');
    const options = { kind: SpanKind.CLIENT, attributes: { a: 1 }, links: [{ context: REMOTE }] };
    const context = contextWith(parent);
    tracer.startSpan('child', options, context);
    const { traceId } = parent.spanContext();
    expect(calls).toEqual([
      [TracingContext.ROOT, traceId, 'parent', SpanKind.INTERNAL, {}, []],
      [context, traceId, 'child', SpanKind.CLIENT, { a: 1 }, [{ context: REMOTE }]],
    ]);
    expect(calls[1]?.[0]).toBe(context);
  });

  it('hears of no parent for a new trace', () => {
    const parents: unknown[] = [];
    const { tracer } = tracingWith({
      sampler: {
        shouldSample: (context) => {
          parents.push(trace.getSpan(context));
          return { decision: 2 };
        },
        toString: () => 'x',
      },
    });
    const parent = tracer.startSpan('parent');
    tracer.startSpan('work', { root: true }, contextWith(parent));
    expect(parents).toEqual([undefined, undefined]);
  });

  it('adds attributes and gives the trace state', () => {
    const traceState = createTraceState('ot=th:8');
    const answer = { decision: 2 as const, attributes: { rule: 'all', a: 2 }, traceState };
    const { tracer } = tracingWith({ sampler: givenSampler(() => answer) });
    const span = tracer.startSpan(
      'work',
      { attributes: { a: 1 } },
      remoteParent(),
    ) as RecordingSpan;
    expect(span.attributes).toEqual({ a: 2, rule: 'all' });
    expect(span.traceState).toBe(traceState);
  });

  it('leads to a span that is processed but not sampled where it says RECORD', () => {
    const { tracer, recorder, provider } = tracingWith({
      sampler: givenSampler(() => ({ decision: 1 })),
    });
    tracer.startSpan('work').end();
    expect(recorder.takeSpan().spanContext().traceFlags).toBe(0);
    expect(provider.core).toMatchObject({ startedCount: 1, endedCount: 1, notSampledCount: 0 });
  });

  it.each<[string, () => SamplingResult]>([
    [
      'throws',
      () => {
        throw new Error('broken');
      },
    ],
    ['answers nothing', () => undefined as never],
    ['answers nonsense', () => ({ decision: 7 }) as never],
  ])('that %s leads to spans that are not sampled, and to one report', (_, decide) => {
    const { tracer, recorder, warnings } = tracingWith({ sampler: givenSampler(decide) });
    for (let turn = 0; turn < 3; turn++) {
      expect(tracer.trace('work', () => 'result')).toBe('result');
    }
    expect(recorder.takeSpans()).toEqual([]);
    expect(warnings).toEqual([expect.stringMatching(/^The sampler .* not sampled/)]);
  });

  it('may be one of OpenTelemetry', () => {
    const stock = new StockParentBasedSampler({ root: new StockAlwaysOnSampler() });
    const { tracer, recorder } = tracingWith({ sampler: stock });
    tracer.trace('work', () => tracer.trace('child', () => {}));
    tracer.startSpan('refused', {}, remoteParent({ traceFlags: 0 })).end();
    expect(traceAsText(recorder.takeSpans())).toBe('work\n  child');
    const none = tracingWith({
      sampler: new StockParentBasedSampler({ root: new StockRatioSampler(0) }),
    });
    none.tracer.trace('work', () => none.tracer.trace('child', () => {}));
    expect(none.recorder.takeSpans()).toEqual([]);
  });
});

describe('Tracer.startSpan in a trace that is not sampled', () => {
  it('makes no second span: the one that carries the "no" serves all', () => {
    let asked = 0;
    const { tracer, provider, recorder } = tracingWith({
      sampler: givenSampler(() => {
        asked++;
        return { decision: 0 };
      }),
    });
    const parent = tracer.startSpan('parent');
    expect(parent).toBeInstanceOf(UnsampledSpan);
    expect(tracer.startSpan('child', {}, contextWith(parent))).toBe(parent);
    expect(asked).toBe(1);
    expect(provider.core).toMatchObject({ startedCount: 0, endedCount: 0, notSampledCount: 1 });
    expect(recorder.openSpans).toEqual([]);
  });

  it('asks a sampler that does not follow its parent for every span', () => {
    const decisions = [0, 0, 2] as const;
    let asked = 0;
    const { tracer } = tracingWith({
      sampler: givenSampler(() => ({ decision: decisions[asked++]! }), false),
    });
    const parent = tracer.startSpan('parent');
    const unsampled = tracer.startSpan('child', {}, contextWith(parent));
    const sampled = tracer.startSpan('child', {}, contextWith(unsampled)) as RecordingSpan;
    expect(unsampled).not.toBe(parent);
    expect(sampled).toBeInstanceOf(RecordingSpan);
    expect(sampled.traceId).toBe(parent.spanContext().traceId);
    expect(sampled.parentSpanContext).toBe(unsampled.spanContext());
  });

  it('carries on trace id, trace state and random flag of a remote parent', () => {
    const traceState = createTraceState('rojo=1');
    const { tracer } = tracingWith({ sampler: new AlwaysOffSampler() });
    const span = tracer.startSpan('work', {}, remoteParent({ traceFlags: 3, traceState }));
    expect(span.spanContext()).toEqual({
      traceId: REMOTE.traceId,
      spanId: '1'.padStart(16, '0'),
      traceFlags: 2,
      traceState,
    });
  });

  it('asks again for a new trace', () => {
    let decision: 0 | 2 = 0;
    const { tracer } = tracingWith({ sampler: givenSampler(() => ({ decision })) });
    const parent = tracer.startSpan('parent');
    decision = 2;
    const span = tracer.startSpan('work', { root: true }, contextWith(parent));
    expect(span).toBeInstanceOf(RecordingSpan);
  });
});

describe('Tracer.startSpan where tracing is suppressed', () => {
  it('makes a span that belongs to no trace and asks nobody', () => {
    const { tracer, provider, recorder } = tracingWith({
      sampler: givenSampler(() => {
        throw new Error('asked');
      }),
    });
    for (const context of [
      TracingContext.ROOT.withSuppressed(true),
      suppressTracing(ROOT_CONTEXT),
      suppressTracing(remoteParent()),
    ]) {
      const span = tracer.startSpan('work', {}, context);
      expect(span.isRecording()).toBe(false);
      expect(span.spanContext()).toEqual(INVALID_SPAN_CONTEXT);
    }
    expect(provider.core).toMatchObject({ startedCount: 0, notSampledCount: 0 });
    expect(recorder.openSpans).toEqual([]);
  });

  it('hides the parent, also one that is sampled', () => {
    const { tracer } = tracingWith();
    const parent = tracer.startSpan('parent');
    const context = TracingContext.ROOT.withSpan(parent).withSuppressed(true);
    expect(tracer.startSpan('child', {}, context).isRecording()).toBe(false);
    expect(tracer.startSpan('child', { root: true }, context).isRecording()).toBe(false);
  });
});
