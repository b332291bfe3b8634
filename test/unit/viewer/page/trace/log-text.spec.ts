import { describe, expect, it } from '@jest/globals';
import type { LogJson } from '../../../../../lib/viewer/api/log-json.js';
import {
  logAttributes,
  logsByTime,
  logText,
  severityOf,
} from '../../../../../lib/viewer/page/trace/log-text.js';

const log = (change: Partial<LogJson>): LogJson => ({
  timeNanos: '0',
  severityNumber: 9,
  severityText: '',
  body: 'text',
  attributes: {},
  traceId: '',
  spanId: '',
  eventName: '',
  droppedAttributesCount: 0,
  service: '',
  scope: '',
  ...change,
});

describe('severityOf', () => {
  it('has a word for each four numbers', () => {
    const words = [0, 1, 5, 9, 13, 17, 21, 24].map((n) => severityOf(log({ severityNumber: n })));
    expect(words).toEqual(['log', 'trace', 'debug', 'info', 'warn', 'error', 'fatal', 'fatal']);
  });
});

describe('logText', () => {
  it('is the body, else the name of the event', () => {
    expect(logText(log({}))).toBe('text');
    expect(logText(log({ body: { a: 1 } }))).toBe('{"a":1}');
    expect(logText(log({ body: null, eventName: 'gc' }))).toBe('gc');
  });
});

describe('logAttributes', () => {
  it('writes keys and values', () => {
    expect(logAttributes(log({ attributes: { a: 'b', c: [1] } }))).toBe('a=b c=[1]');
    expect(logAttributes(log({ attributes: null }))).toBe('');
  });
});

describe('logsByTime', () => {
  it('sorts by nanoseconds, and keeps the order of equal times', () => {
    const at = (timeNanos: string, body: string) => log({ timeNanos, body });
    const logs = [
      at('1700000000000000002', 'c'),
      at('1700000000000000001', 'a'),
      at('1700000000000000001', 'b'),
    ];
    expect(logsByTime(logs).map(logText)).toEqual(['a', 'b', 'c']);
  });
});
