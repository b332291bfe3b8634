import { afterEach, describe, expect, it, jest } from '@jest/globals';
import {
  type HrTime,
  type Span,
  SpanKind,
  SpanStatusCode,
  type TimeInput,
} from '@opentelemetry/api';
import {
  AlwaysOffSampler,
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
  type TracerConfig,
} from '@opentelemetry/sdk-trace-base';
import { createTracing } from '../../../../lib/assembly/create-tracing.js';
import { ForeignSpan } from '../../../../lib/assembly/foreign-provider/foreign-span.js';
import type { Tracing } from '../../../../lib/assembly/tracing.js';
import { isLocalSpan, maskMessage } from '../../../../lib/context/index.js';
import { SteadyClock } from '../../../../lib/testing/index.js';

const warnings: string[] = [];
const running: Tracing[] = [];

function start(config: TracerConfig = {}): { tracing: Tracing; ended: () => ReadableSpan[] } {
  const exporter = new InMemorySpanExporter();
  const tracing = createTracing({
    tracerProvider: new BasicTracerProvider({
      spanProcessors: [new SimpleSpanProcessor(exporter)],
      ...config,
    }),
    clock: new SteadyClock({ tickMillis: 1 }),
    registerGlobally: false,
    logger: { warn: (message) => warnings.push(message) },
  });
  running.push(tracing);
  return { tracing, ended: () => exporter.getFinishedSpans() };
}

afterEach(async () => {
  for (const tracing of running.splice(0)) await tracing.shutdown();
  warnings.length = 0;
});

const millisOf = ([seconds, nanos]: HrTime): number => seconds * 1000 + nanos / 1e6;

describe('a span of another provider', () => {
  it('is a local span that shows what it was given', () => {
    const { tracing } = start();
    const attributes = { 'order.id': 7 };
    const span = tracing.tracer.startSpan('work', { kind: SpanKind.CLIENT, attributes });
    expect(span).toBeInstanceOf(ForeignSpan);
    expect(isLocalSpan(span)).toBe(true);
    span.updateName('renamed').setAttribute('order.total', 9).setAttribute('nothing', undefined);
    expect(span).toMatchObject({
      name: 'renamed',
      kind: SpanKind.CLIENT,
      isUnsampledForAll: false,
      attributes: { 'order.id': 7, 'order.total': 9 },
    });
    expect(span.tracer).toBe(tracing.tracer);
    span.end();
  });

  it('passes everything to the span of the provider', () => {
    const { tracing, ended } = start();
    const { tracer } = tracing;
    const other = tracer.startSpan('other');
    const span = tracer.startSpan('work', { links: [{ context: other.spanContext() }] });
    span.addEvent('packed', { boxes: 2 }).addLink({ context: other.spanContext() });
    span.setStatus({ code: SpanStatusCode.ERROR, message: 'too late' });
    span.end();
    const [read] = ended();
    expect(read).toMatchObject({
      name: 'work',
      events: [{ name: 'packed', attributes: { boxes: 2 } }],
      status: { code: SpanStatusCode.ERROR, message: 'too late' },
    });
    expect(read?.links.map(({ context }) => context.spanId)).toEqual([
      other.spanContext().spanId,
      other.spanContext().spanId,
    ]);
    other.end();
  });

  describe('has the times of the library', () => {
    it('from its clock', () => {
      const { tracing, ended } = start();
      const span = tracing.tracer.startSpan('work');
      span.addEvent('event');
      span.end();
      const [{ startTime, endTime, events }] = ended() as [ReadableSpan];
      expect(startTime).toEqual(span.startTime);
      expect(millisOf(events[0]?.time as HrTime) - millisOf(startTime)).toBeCloseTo(1, 3);
      expect(millisOf(endTime) - millisOf(startTime)).toBeCloseTo(2, 3);
    });

    it('not from a mocked Date', () => {
      jest.useFakeTimers({ now: 0 });
      try {
        const { tracing, ended } = start();
        tracing.tracer.trace('work', () => jest.setSystemTime(5_000_000));
        expect(ended()[0]?.duration).toEqual([0, 1_000_000]);
      } finally {
        jest.useRealTimers();
      }
    });

    it.each<[string, TimeInput]>([
      ['an end before the start', 1],
      ['an end that is no time', Number.NaN],
    ])('and never ends before it starts, given %s', (_, endTime) => {
      const { tracing, ended } = start();
      tracing.tracer.startSpan('work').end(endTime);
      const [{ duration }] = ended() as [ReadableSpan];
      expect(millisOf(duration)).toBeGreaterThanOrEqual(0);
    });

    it('or those that the user gives', () => {
      const { tracing, ended } = start();
      tracing.tracer.startSpan('work', { startTime: [1700000000, 0] }).end([1700000001, 5]);
      expect(ended()[0]).toMatchObject({ startTime: [1700000000, 0], duration: [1, 5] });
    });
  });

  describe('records errors as the library does', () => {
    it('once in a trace', () => {
      const { tracing, ended } = start();
      const { tracer } = tracing;
      const error = new TypeError('broken');
      const fail = () =>
        tracer.trace('outer', () =>
          tracer.trace('inner', () => {
            throw error;
          }),
        );
      expect(fail).toThrow(error);
      const [inner, outer] = ended();
      expect(inner?.events).toMatchObject([
        { name: 'exception', attributes: { 'exception.type': 'TypeError' } },
      ]);
      expect(outer?.events).toEqual([]);
      for (const span of [inner, outer]) {
        expect(span?.attributes).toEqual({ 'error.type': 'TypeError' });
        expect(span?.status).toEqual({ code: SpanStatusCode.ERROR, message: 'broken' });
      }
    });

    it('with masked messages', () => {
      const { tracing, ended } = start();
      const error = new Error("duplicate key 'hunter2'");
      maskMessage(error, 'duplicate key');
      const span = tracing.tracer.startSpan('query');
      span.recordException(error);
      span.recordExceptionOnce(error);
      span.recordError(error);
      span.end();
      expect(JSON.stringify(ended()[0]?.events)).not.toContain('hunter2');
      expect(ended()[0]?.events).toHaveLength(1);
      expect(ended()[0]?.status.message).toBe('duplicate key');
    });

    it('and keeps the status OK', () => {
      const { tracing, ended } = start();
      const span = tracing.tracer.startSpan('work');
      span.setStatus({ code: SpanStatusCode.OK }).recordError(new Error('handled'));
      span.end();
      expect(ended()[0]?.status).toEqual({ code: SpanStatusCode.OK });
    });
  });

  it('redacts secret attributes of spans, events and links', () => {
    const { tracing, ended } = start();
    const secret = { password: 'hunter2' };
    const span = tracing.tracer.startSpan('login', { attributes: secret });
    const link = { context: span.spanContext(), attributes: secret };
    span.setAttribute('api.key', 'hunter2').addEvent('sent', secret).addLinks([link]);
    span.end();
    const [{ attributes, events, links }] = ended() as [ReadableSpan];
    expect(JSON.stringify([attributes, events, links])).not.toContain('hunter2');
    expect(attributes).toEqual({ password: 'REDACTED', 'api.key': 'REDACTED' });
  });

  it('drops and counts invalid attributes', () => {
    const { tracing, ended } = start();
    const hostile = {
      get fails(): string {
        throw new Error('unreadable');
      },
    };
    const span = tracing.tracer.startSpan('work', { attributes: hostile });
    span.setAttributes({ object: {} as never, good: 1, undefined: undefined });
    span.end();
    expect(ended()[0]?.attributes).toEqual({ good: 1 });
    expect(tracing.statistics.counts().invalidAttributes).toBe(2);
  });

  it('calls back before its end, once, and can be changed there', () => {
    const { tracing, ended } = start();
    const span = tracing.tracer.startSpan('work');
    span.beforeEnd(() => span.setAttribute('late', true).end());
    span.end();
    expect(ended()).toHaveLength(1);
    expect(ended()[0]?.attributes).toEqual({ late: true });
  });

  it('refuses changes after its end, and reports them', () => {
    const { tracing, ended } = start();
    const span = tracing.tracer.startSpan('work');
    span.end();
    span.setAttribute('late', true).addEvent('late').updateName('late').end();
    expect(span.isRecording()).toBe(false);
    expect(ended()).toHaveLength(1);
    expect(ended()[0]).toMatchObject({ name: 'work', attributes: {}, events: [] });
    expect(warnings).toEqual([expect.stringMatching(/after its end.*: work/)]);
  });

  it('that is not sampled carries ids only', () => {
    const { tracing, ended } = start({ sampler: new AlwaysOffSampler() });
    const span = tracing.tracer.startSpan('work', { kind: SpanKind.SERVER });
    span
      .setAttribute('key', 1)
      .recordError(new Error('failed'))
      .beforeEnd(() => {
        throw new Error('Nobody may call this');
      });
    expect(span).toMatchObject({ name: '', kind: SpanKind.INTERNAL, attributes: {} });
    expect([span.startTime, span.currentTime(), span.isRecording()]).toEqual([
      undefined,
      undefined,
      false,
    ]);
    span.end();
    span.end();
    expect(ended()).toEqual([]);
    expect(warnings).toEqual([]);
  });

  it('reports what the span of the provider throws', () => {
    const { tracing } = start({
      spanProcessors: [
        {
          onStart(span: Span) {
            span.setAttributes = span.end = () => {
              throw new Error('hostile');
            };
          },
          onEnd() {},
          forceFlush: async () => {},
          shutdown: async () => {},
        },
      ],
    });
    tracing.tracer.trace('work', (span) => span.setAttribute('key', 1));
    expect(warnings).toEqual([
      expect.stringMatching(/^A span of tracerProvider threw: Error: hostile/),
    ]);
  });
});
