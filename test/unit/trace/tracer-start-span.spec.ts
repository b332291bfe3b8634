import { describe, expect, it } from '@jest/globals';
import {
  type Attributes,
  type Context,
  createTraceState,
  INVALID_SPAN_CONTEXT,
  type Link,
  ROOT_CONTEXT,
  type SpanContext,
  SpanKind,
  type SpanOptions,
  trace,
} from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { contextStorage, TracingContext } from '../../../lib/context/index.js';
import { AlwaysOffSampler } from '../../../lib/sampling/index.js';
import { type TestTracingOptions } from '../../../lib/testing/index.js';
import { RandomIdGenerator, RecordingSpan } from '../../../lib/trace/index.js';
import { givenSampler } from '../../support/given-sampler.js';
import { contextWith, REMOTE, remoteParent } from '../../support/parents.js';
import { tracingsOfTest } from '../../support/tracings-of-test.js';

const EPOCH_MILLIS = Date.UTC(2024, 0, 1);
const EPOCH_SECONDS = EPOCH_MILLIS / 1000;
const tracingWith = tracingsOfTest();

describe('Tracer.startSpan', () => {
  it('starts a trace where there is no parent', () => {
    const { tracer, provider } = tracingWith();
    const span = tracer.startSpan('work') as RecordingSpan;
    expect(span).toBeInstanceOf(RecordingSpan);
    expect(span.parentSpanContext).toBeUndefined();
    expect(tracer.startSpan('other').spanContext().traceId).not.toBe(span.traceId);
    expect(provider.core.startedCount).toBe(2);
    expect(contextStorage.active().span).toBeUndefined();
  });

  it.each([[''], [undefined], [null], [7]])('names a span that is called %p', (name) => {
    const { tracer, warnings } = tracingWith();
    const span = tracer.startSpan(name as string) as RecordingSpan;
    expect(span.name).toBe('unnamed');
    expect(warnings).toEqual(['A span was started without a name; using the name "unnamed"']);
    span.end();
  });

  it.each([[null], [{}]])('looks for no parent in %p', (context) => {
    const { tracer } = tracingWith();
    const span = tracer.startSpan('work', {}, context as never) as RecordingSpan;
    expect(span.parentSpanContext).toBeUndefined();
    span.end();
  });

  it('makes a child of the active span', () => {
    const { tracer } = tracingWith();
    const parent = tracer.startSpan('parent');
    const child = contextStorage.run(TracingContext.ROOT.withSpan(parent), () =>
      tracer.startSpan('child'),
    ) as RecordingSpan;
    expect(child.parentSpanContext).toBe(parent.spanContext());
    expect(child.traceId).toBe(parent.spanContext().traceId);
    expect(child.spanId).not.toBe(parent.spanContext().spanId);
  });

  it('makes a child of the span in the given context', () => {
    const { tracer } = tracingWith();
    const parent = tracer.startSpan('parent');
    const contexts = [contextWith(parent), trace.setSpan(ROOT_CONTEXT, parent)];
    for (const context of contexts) {
      const child = tracer.startSpan('child', {}, context) as RecordingSpan;
      expect(child.parentSpanContext).toBe(parent.spanContext());
    }
  });

  it('continues the trace of a remote parent, with its trace state', () => {
    const traceState = createTraceState('rojo=1');
    const span = tracingWith().tracer.startSpan('work', {}, remoteParent({ traceState }));
    expect(span.spanContext()).toEqual({
      traceId: REMOTE.traceId,
      spanId: '1'.padStart(16, '0'),
      traceFlags: 1,
      traceState,
    });
    expect((span as RecordingSpan).parentSpanContext).toEqual({ ...REMOTE, traceState });
  });

  it('continues what a propagator of OpenTelemetry extracted', () => {
    const propagator = new W3CTraceContextPropagator();
    const carrier = { traceparent: `00-${REMOTE.traceId}-${REMOTE.spanId}-01` };
    const getter = {
      get: (given: Record<string, string>, key: string) => given[key],
      keys: Object.keys,
    };
    const { tracer } = tracingWith({ propagator });
    expect(tracer.propagator.fields()).toEqual(propagator.fields());
    const context = tracer.propagator.extract(ROOT_CONTEXT, carrier, getter);
    expect(tracer.startSpan('work', {}, context)).toMatchObject({
      traceId: REMOTE.traceId,
      parentSpanContext: { spanId: REMOTE.spanId },
    });
  });

  it.each<[string, Partial<SpanContext>]>([
    ['has zeros for a trace id', { traceId: INVALID_SPAN_CONTEXT.traceId }],
    ['has zeros for a span id', { spanId: INVALID_SPAN_CONTEXT.spanId }],
    ['has a trace id that is too short', { traceId: 'a' }],
    ['has a span id that is too long', { spanId: 'b'.repeat(17) }],
    ['has a trace id that is no hex', { traceId: 'x'.repeat(32) }],
    ['has no trace id', { traceId: undefined as never }],
    ['has null for a span id', { spanId: null as never }],
  ])('starts a new trace where the parent %s', (_, context) => {
    const contexts: Context[] = [];
    const { tracer } = tracingWith({
      sampler: {
        shouldSample: (given) => {
          contexts.push(given);
          return { decision: 2 };
        },
        toString: () => 'x',
      },
    });
    const span = tracer.startSpan('work', {}, remoteParent(context)) as RecordingSpan;
    expect(span.parentSpanContext).toBeUndefined();
    expect(span.traceId).toBe('1'.padStart(32, '0'));
    expect(contexts.map((given) => trace.getSpan(given))).toEqual([undefined]);
  });

  describe('options', () => {
    it('give kind, attributes and links', () => {
      const link: Link = { context: REMOTE, attributes: { reason: 'batch' } };
      const options: SpanOptions = {
        kind: SpanKind.CONSUMER,
        attributes: { a: 1, bad: {} as never },
        links: [link],
      };
      const span = tracingWith().tracer.startSpan('work', options) as RecordingSpan;
      expect(span).toMatchObject({
        kind: SpanKind.CONSUMER,
        attributes: { a: 1 },
        droppedAttributesCount: 1,
      });
      expect(span.links).toEqual([{ ...link, droppedAttributesCount: 0 }]);
    });

    it('are not changed, and need not be known later', () => {
      const attributes: Attributes = { a: 1 };
      const options = Object.freeze({ attributes, links: Object.freeze([]) as never });
      const span = tracingWith().tracer.startSpan('work', options) as RecordingSpan;
      attributes.a = 2;
      span.setAttribute('b', 3);
      expect(span.attributes).toEqual({ a: 1, b: 3 });
      expect(attributes).toEqual({ a: 2 });
    });

    it.each<[string, SpanOptions['startTime']]>([
      ['epoch milliseconds', EPOCH_MILLIS - 250],
      ['a date', new Date(EPOCH_MILLIS - 250)],
      ['a pair', [EPOCH_SECONDS - 1, 750_000_000]],
    ])('give a start time: %s', (_, startTime) => {
      const span = tracingWith().tracer.startSpan('work', { startTime }) as RecordingSpan;
      span.end();
      expect(span.startTime).toEqual([EPOCH_SECONDS - 1, 750_000_000]);
    });

    it('begin a new trace where root is true', () => {
      const { tracer } = tracingWith();
      const parent = tracer.startSpan('parent');
      const span = tracer.startSpan('work', { root: true }, contextWith(parent)) as RecordingSpan;
      expect(span.parentSpanContext).toBeUndefined();
      expect(span.traceId).not.toBe(parent.spanContext().traceId);
    });

    it.each<[string, unknown]>([
      ['null', null],
      ['attributes of null', { attributes: null }],
      ['links of null', { links: null }],
      ['links that are none', { links: { context: REMOTE } }],
      ['a start time that is none', { startTime: 'now' }],
      ['a text', 'options'],
    ])('that are none do no harm: %s', (_, options) => {
      const { tracer } = tracingWith();
      const span = tracer.startSpan('work', options as SpanOptions) as RecordingSpan;
      span.end();
      expect(span).toMatchObject({ name: 'work', links: [], attributes: {}, ended: true });
      expect(tracer.trace('work', options as SpanOptions, () => 7)).toBe(7);
    });
  });

  describe('flags', () => {
    const flagsOf = (options: TestTracingOptions, context: Context) =>
      tracingWith(options).tracer.startSpan('work', {}, context).spanContext().traceFlags;
    const random = { idGenerator: new RandomIdGenerator() };
    const never = { sampler: new AlwaysOffSampler() };
    const recordOnly = { sampler: givenSampler(() => ({ decision: 1 })) };

    it.each<[string, number, TestTracingOptions, Context]>([
      ['sampled', 1, {}, ROOT_CONTEXT],
      ['recorded only', 0, recordOnly, ROOT_CONTEXT],
      ['not sampled', 0, never, ROOT_CONTEXT],
      ['sampled, of a random id', 3, random, ROOT_CONTEXT],
      ['recorded only, of a random id', 2, { ...random, ...recordOnly }, ROOT_CONTEXT],
      ['not sampled, of a random id', 2, { ...random, ...never }, ROOT_CONTEXT],
      [
        'below a parent whose id is not random, whatever is generated here',
        1,
        random,
        remoteParent(),
      ],
      ['below a parent whose id is random', 3, {}, remoteParent({ traceFlags: 3 })],
      ['not sampled below such a parent', 2, never, remoteParent({ traceFlags: 3 })],
      ['below a parent with flags of the future', 3, {}, remoteParent({ traceFlags: 0xff })],
    ])('of a trace that is %s: %p', (_, flags, options, context) => {
      expect(flagsOf(options, context)).toBe(flags);
    });
  });
});
