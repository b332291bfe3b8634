import { afterEach, describe, expect, it } from '@jest/globals';
import { type Exception, type SpanContext, SpanStatusCode } from '@opentelemetry/api';
import { contextStorage, type LocalSpan } from '../../../lib/context/index.js';
import {
  createTestTracing,
  SteadyClock,
  type TestTracing,
  type TestTracingOptions,
} from '../../../lib/testing/index.js';
import type { ReadableSpan, RecordingSpan, SpanProcessor } from '../../../lib/trace/index.js';

const EPOCH_MILLIS = Date.UTC(2024, 0, 1);
const EPOCH_SECONDS = EPOCH_MILLIS / 1000;
const AFTER_END = 'A span was changed or ended after its end; the change is ignored: work';
const OTHER_CONTEXT: SpanContext = {
  traceId: 'a'.repeat(32),
  spanId: 'b'.repeat(16),
  traceFlags: 1,
};

let tracing: TestTracing;

function start(options: TestTracingOptions<SteadyClock> = {}): RecordingSpan {
  tracing = createTestTracing({ clock: new SteadyClock(), ...options });
  return tracing.tracer.startSpan('work') as RecordingSpan;
}

function ended(span: LocalSpan): ReadableSpan {
  span.end();
  return tracing.recorder.takeSpan();
}

afterEach(() => {
  tracing.close();
  tracing.recorder.reset();
});

describe('recordException', () => {
  it('adds an event and leaves the status', () => {
    const span = start();
    const error = new RangeError('too many');
    expect(span.recordException(error, EPOCH_MILLIS + 2)).toBeUndefined();
    expect(span.events).toEqual([
      {
        name: 'exception',
        time: [EPOCH_SECONDS, 2_000_000],
        attributes: {
          'exception.type': 'RangeError',
          'exception.message': 'too many',
          'exception.stacktrace': error.stack,
        },
        droppedAttributesCount: 0,
      },
    ]);
    expect(span.status.code).toBe(SpanStatusCode.UNSET);
    expect(span.attributes).toEqual({});
  });

  it('adds an event each time', () => {
    const span = start();
    const error = new Error('again');
    span.recordException(error);
    span.recordException(error);
    expect(span.events).toHaveLength(2);
  });

  it.each([['sold out'], [null], [undefined], [7]])('takes %p', (thrown) => {
    const span = start();
    span.recordException(thrown as unknown as Exception);
    expect(Object.keys(span.events[0]?.attributes ?? {})).toEqual([
      'exception.type',
      'exception.message',
    ]);
  });
});

describe('recordError', () => {
  it('adds the event, the type and the status', () => {
    const span = start();
    expect(span.recordError(new RangeError('too many'))).toBe(span);
    expect(span.events.map(({ name }) => name)).toEqual(['exception']);
    expect(span.attributes).toEqual({ 'error.type': 'RangeError' });
    expect(span.status).toEqual({ code: SpanStatusCode.ERROR, message: 'too many' });
  });

  it('adds the event only where the error first came up in the trace', () => {
    const outer = start();
    const inner = tracing.tracer.startSpan('inner', {}, contextStorage.active().withSpan(outer));
    const error = new Error('sold out');
    inner.recordError(error);
    outer.recordError(error);
    const events = [inner, outer].map((span) => (span as RecordingSpan).events.length);
    expect(events).toEqual([1, 0]);
    expect(outer.status).toEqual({ code: SpanStatusCode.ERROR, message: 'sold out' });
    expect(outer.attributes).toEqual({ 'error.type': 'Error' });
  });

  it('adds the event again in another trace', () => {
    const first = start();
    const second = tracing.tracer.startSpan('other') as RecordingSpan;
    const error = new Error('sold out');
    first.recordError(error);
    second.recordError(error);
    expect(second.events).toHaveLength(1);
  });

  it('does not add the event of an exception that was recorded by hand', () => {
    const span = start();
    const error = new Error('sold out');
    span.recordException(error);
    span.recordError(error);
    expect(span.events).toHaveLength(1);
  });

  it('adds the event though a span that had ended was told of the error before', () => {
    const outer = start();
    const error = new Error('sold out');
    const inner = tracing.tracer.startSpan('inner', {}, contextStorage.active().withSpan(outer));
    inner.end();
    inner.recordException(error as Exception);
    inner.recordError(error);
    outer.recordError(error);
    expect(outer.events).toHaveLength(1);
  });

  it('leaves the status OK that somebody set', () => {
    const span = start();
    span.setStatus({ code: SpanStatusCode.OK }).recordError(new Error('expected'));
    expect(span.status).toEqual({ code: SpanStatusCode.OK });
  });
});

describe('the end', () => {
  it('has the given time', () => {
    const span = start();
    span.end(EPOCH_MILLIS + 1500);
    expect(span.endTime).toEqual([EPOCH_SECONDS + 1, 500_000_000]);
    expect(span.duration).toEqual([1, 500_000_000]);
  });

  it('is not before the start', () => {
    const span = start();
    span.end(EPOCH_MILLIS - 1500);
    expect(span.endTime).toEqual(span.startTime);
    expect(span.duration).toEqual([0, 0]);
  });

  it('is now where the given time is none, which is reported', () => {
    const span = start();
    tracing.clock.advance(3);
    span.end(Number.NaN);
    expect(span.duration).toEqual([0, 3_000_000]);
    expect(tracing.warnings).toEqual(['Invalid span time; using the current time']);
  });

  it('of a span that was started in the future is its start, and no trouble of the clock', () => {
    start();
    const span = tracing.tracer.startSpan('work', { startTime: EPOCH_MILLIS + 5000 });
    const child = tracing.tracer.startSpan('child', {}, contextStorage.active().withSpan(span));
    child.end();
    span.end();
    expect((span as RecordingSpan).duration).toEqual([0, 0]);
    expect((child as RecordingSpan).startTime).toEqual([EPOCH_SECONDS + 5, 0]);
    expect(tracing.warnings).toEqual([]);
  });

  it('counts once, and the second one is reported and changes nothing', () => {
    const span = start();
    span.end(EPOCH_MILLIS + 1);
    span.end(EPOCH_MILLIS + 2);
    expect(span.duration).toEqual([0, 1_000_000]);
    expect(tracing.recorder.takeSpans()).toEqual([span]);
    expect(tracing.provider.core.endedCount).toBe(1);
    expect(tracing.warnings).toEqual([AFTER_END]);
  });

  it.each<[string, (span: RecordingSpan) => unknown]>([
    ['setAttribute', (span) => span.setAttribute('a', 1)],
    ['setAttributes', (span) => span.setAttributes({ a: 1 })],
    ['addEvent', (span) => span.addEvent('event')],
    ['addLink', (span) => span.addLink({ context: OTHER_CONTEXT })],
    ['addLinks', (span) => span.addLinks([{ context: OTHER_CONTEXT }])],
    ['setStatus', (span) => span.setStatus({ code: SpanStatusCode.ERROR })],
    ['updateName', (span) => span.updateName('other')],
    ['recordError', (span) => span.recordError(new Error('late'))],
    ['recordException', (span) => span.recordException(new Error('late')) ?? span],
  ])('is final: %s after it is refused and reported', (_, change) => {
    const span = start();
    span.end();
    expect(change(span)).toBe(span);
    expect(span).toMatchObject({
      name: 'work',
      attributes: {},
      events: [],
      links: [],
      status: { code: SpanStatusCode.UNSET },
      droppedAttributesCount: 0,
      droppedEventsCount: 0,
      droppedLinksCount: 0,
    });
    expect(tracing.warnings).toEqual([AFTER_END]);
  });
});

describe('releaseData', () => {
  it('drops what a span has, and keeps its ids, name, times and the code of its status', () => {
    const span = start();
    span
      .setAttribute('order.id', 7)
      .addLink({ context: OTHER_CONTEXT })
      .recordError(new Error('x'));
    const { spanId } = span.spanContext();
    ended(span);
    const { endTime } = span;
    span.releaseData();
    span.releaseData();
    expect([span.attributes, span.events, span.links]).toEqual([{}, [], []]);
    expect([span.status, span.name, span.endTime]).toEqual([{ code: 2 }, 'work', endTime]);
    expect(span.spanContext().spanId).toBe(spanId);
  });
});

describe('onEnding', () => {
  const processorThat = (onEnding: (span: RecordingSpan) => void): SpanProcessor => ({
    onStart() {},
    onEnding,
    onEnd() {},
    forceFlush: () => Promise.resolve(),
    shutdown: () => Promise.resolve(),
  });

  it('may change the span a last time, whose end is known', () => {
    let endMillis: number | undefined;
    const span = start({
      spanProcessors: [
        processorThat((ending) => {
          endMillis = ending.endMillis;
          ending.setAttribute('last', true);
        }),
      ],
    });
    tracing.clock.advance(4);
    expect(ended(span).attributes).toEqual({ last: true });
    expect(endMillis).toBe(4);
    expect(tracing.warnings).toEqual([]);
  });

  it('cannot end the span again', () => {
    const span = start({ spanProcessors: [processorThat((ending) => ending.end())] });
    span.end();
    expect(tracing.recorder.takeSpans()).toEqual([span]);
    expect(tracing.provider.core.endedCount).toBe(1);
    expect(tracing.warnings).toEqual([AFTER_END]);
  });
});
