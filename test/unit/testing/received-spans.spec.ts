import { describe, expect, it } from '@jest/globals';
import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base';
import { SpanRecorder } from '../../../lib/testing/index.js';
import { isSpan, isSpanList, readReceived } from '../../../lib/testing/received-spans.js';
import { tracingsOfTest } from '../../support/tracings-of-test.js';

const createTracing = tracingsOfTest();

describe('readReceived', () => {
  it('reads a recorder, a list and a span', () => {
    const { tracer, recorder } = createTracing();
    const open = tracer.startSpan('open');
    tracer.startSpan('ended').end();
    const [ended] = recorder.spans;
    expect(readReceived(recorder, 'm')).toEqual({
      word: 'recorder',
      recorder,
      ended: [ended],
      open: [open],
    });
    const list = { word: 'spans', recorder: undefined, ended: [ended], open: [open] };
    expect(readReceived([open, ended], 'm')).toEqual(list);
    expect(readReceived([], 'm')).toEqual({ ...list, ended: [], open: [] });
    expect(readReceived(open, 'm')).toEqual({ ...list, word: 'span', ended: [] });
  });

  it('reads spans of an OpenTelemetry SDK', () => {
    const span = new BasicTracerProvider().getTracer('theirs').startSpan('work');
    expect(isSpan(span)).toBe(true);
    expect(isSpanList([span])).toBe(true);
  });

  it('takes nothing else for a span', () => {
    const { tracer } = createTracing({ enabled: false });
    const others = [undefined, null, 'x', {}, { name: 'x' }, tracer.startSpan('not recorded')];
    expect(others.filter(isSpan)).toEqual([]);
    expect([[], [{}], 'x', undefined].filter(isSpanList)).toEqual([]);
  });

  const app = { get: () => new SpanRecorder(), select: () => undefined };
  const wrong: [string, unknown, string][] = [
    ['nothing', undefined, 'expect() received undefined.'],
    ['null', null, 'expect() received null.'],
    ['a text', 'OrdersService', 'expect() received "OrdersService".'],
    ['a function', function spans() {}, 'received the function spans. Call it first.'],
    ['a promise', Promise.resolve([]), 'received a promise. Await it, or use .resolves.'],
    ['a test tracing', { recorder: new SpanRecorder() }, 'a test tracing. Pass its recorder.'],
    [
      'an application',
      app,
      'received an object. Pass its recorder: expect(app.get(SpanRecorder)).',
    ],
    ['another instance', new Map(), 'received an instance of Map.'],
    ['an object without a class', Object.create(null), 'received an object.'],
    ['a list of something else', [{ name: 'x' }], 'an array whose element 0 is not a span.'],
  ];

  it.each(wrong)('refuses %s with a remedy', (_, received, message) => {
    const needs =
      'toHaveSpan needs a SpanRecorder, a list of spans or a span, but expect() received ';
    expect(() => readReceived(received, 'toHaveSpan')).toThrow(needs);
    expect(() => readReceived(received, 'toHaveSpan')).toThrow(message);
  });
});
