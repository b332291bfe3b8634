import { describe, expect, it } from '@jest/globals';
import type { LogEntry } from '../../../lib/context/index.js';
import { addLogEvent } from '../../../lib/logging/log-event.js';
import { toExceptionAttributes } from '../../../lib/trace/exception.js';
import { tracingsOfTest } from '../../support/tracings-of-test.js';

const createTestTracing = tracingsOfTest();

function eventOf(entry: Partial<LogEntry>, options: Parameters<typeof createTestTracing>[0] = {}) {
  const { tracer, recorder } = createTestTracing(options);
  const span = tracer.startSpan('work');
  addLogEvent(span, { severityNumber: 9, ...entry }, (error) => toExceptionAttributes(error));
  span.end();
  return recorder.takeSpans()[0]?.events[0];
}

describe('addLogEvent', () => {
  it('has the severity, the message and the data', () => {
    const event = eventOf({
      severityText: 'warn',
      body: 'low',
      attributes: { 'nestjs.context': 'Stock', count: 2, isLast: true, nothing: undefined },
    });
    expect(event?.name).toBe('log');
    expect(event?.attributes).toEqual({
      'log.severity': 'warn',
      'log.message': 'low',
      'nestjs.context': 'Stock',
      count: 2,
      isLast: true,
    });
  });

  it('has the time of the line', () => {
    expect(eventOf({ time: 1_704_067_300_000 })?.time).toEqual([1_704_067_300, 0]);
  });

  it('describes an error', () => {
    expect(eventOf({ body: 'failed', exception: new RangeError('out') })?.attributes).toEqual({
      'log.message': 'failed',
      'exception.type': 'RangeError',
      'exception.message': 'out',
      'exception.stacktrace': expect.stringContaining('RangeError: out'),
    });
  });

  it('makes attributes of the fields of structures', () => {
    const cyclic: { self?: unknown } = {};
    cyclic.self = cyclic;
    expect(
      eventOf({
        body: { order: { id: 7 } },
        attributes: {
          tags: ['a', 'b'],
          mixed: ['a', 1],
          none: null,
          at: new Date(0),
          big: 7n,
          deep: { b: { c: { d: { e: 1 } } } },
          cyclic,
          map: new Map(),
        },
      })?.attributes,
    ).toEqual({
      'log.message.order.id': 7,
      tags: ['a', 'b'],
      mixed: '["a",1]',
      at: '"1970-01-01T00:00:00.000Z"',
      big: '7',
      'deep.b.c.d': '{"e":1}',
      'cyclic.self.self.self': '[object Object]',
      map: '{}',
    });
  });

  it('is limited and redacted like other attributes of a span', () => {
    const attributes = { user: { password: 's3cret', name: 'a'.repeat(50) } };
    const event = eventOf({ attributes }, { spanLimits: { attributeValueLengthLimit: 10 } });
    expect(event?.attributes).toEqual({
      'user.password': expect.not.stringContaining('s3cret'),
      'user.name': 'a'.repeat(10),
    });
  });

  it('reads a bounded number of fields', () => {
    const attributes = Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`f${i}`, i]));
    const event = eventOf({ attributes }, { spanLimits: { attributePerEventCountLimit: 500 } });
    expect(Object.keys(event?.attributes ?? {})).toHaveLength(128);
  });
});
