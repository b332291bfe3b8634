import { describe, expect, it } from '@jest/globals';
import { analyse } from '../../../../lib/viewer/analysis/analyse.js';
import { headlineOf } from '../../../../lib/viewer/analysis/headline.js';
import type { SpanRecord } from '../../../../lib/viewer/analysis/span-record.js';
import { RowFlag } from '../../../../lib/viewer/analysis/trace-columns.js';
import { traceOfLines } from '../../../support/trace-of-lines.js';

function headline(
  text: string,
  extras: Readonly<Record<string, Partial<SpanRecord>>> = {},
  nowMillis?: number,
): string[] {
  const options = nowMillis === undefined ? {} : { nowNanos: nowMillis * 1e6 };
  return headlineOf(analyse(traceOfLines(text, extras), options)).map(({ text }) => text);
}

describe('headlineOf', () => {
  it('names what took most of the time, with the number of calls', () => {
    const text = `
      GET [server] @gateway 0-412
        SELECT items [client] @orders 0-100
        SELECT items [client] @orders 110-210
        SELECT items [client] @orders 220-332
        SELECT users [client] @orders 350-400`;
    expect(headline(text)).toEqual([
      '312 of 412 ms: SELECT items in orders, 3 times one after another',
    ]);
  });

  it('counts the queries that share a span', () => {
    const attributes = { 'nestjs_traced.db.folded_query.count': 117 };
    const text = 'GET 0-10\n  SELECT [client] 0-1\n  SELECT [client] 1-9';
    const spans = traceOfLines(text, { SELECT: { attributes } });
    expect(headlineOf(analyse(spans))[0]?.text).toBe(
      '9.0 of 10.0 ms: SELECT in app, 234 times one after another',
    );
  });

  it('does not call a command slow that waits for data', () => {
    const attributes = { 'nestjs_traced.db.blocking_command': true };
    const text = 'job 0-1000\n  BLPOP [client] 0-900\n  SET [client] 900-1000';
    expect(headline(text)).toEqual(['0.90 of 1.00 s: BLPOP in app']);
    expect(headline(text, { BLPOP: { attributes } })).toEqual([]);
    const other = text.replace('0-900', '0-500').replace('900-1000', '500-1000');
    expect(headline(other, { BLPOP: { attributes } })).toEqual(['0.50 of 1.00 s: SET in app']);
  });

  it('calls time without children own or untraced', () => {
    expect(headline('GET 0-10\n  A 1-3')).toEqual([
      '8.0 of 10.0 ms: own or untraced time of GET in app',
    ]);
  });

  it('says when a request was on its way', () => {
    const text =
      'GET @a 0-10\n  call [client] 0-10\n    POST [server] @b 7-9\n  call [client] @a 0-1';
    expect(headline(text)).toEqual(['8.0 of 10.0 ms: on the way between a and b, call']);
    expect(headline(text.replace('@b', '@a'))).toEqual([
      '8.0 of 10.0 ms: own or untraced time of call in a',
    ]);
  });

  it('does not say that a trace of one span took its time', () => {
    expect(headline('GET 0-10')).toEqual([]);
    expect(headline('GET 0-10\n  A @b 20-30')).toEqual(['10.0 of 10.0 ms: GET in app']);
  });

  it('counts only what the trace waited for', () => {
    const text = 'GET 0-10\n  A 0-4\n  A 0-5\n  B 5-10';
    expect(headline(text)).toEqual(['5.0 of 10.0 ms: A in app']);
  });

  it('names what took 30 % of the time or more', () => {
    const rest = '\n  B 4-6\n  C 6-8\n  D 8-10\n  E 3-4';
    expect(headline(`GET 0-10\n  A 0-3${rest}`)).toEqual(['3.0 of 10.0 ms: A in app']);
    expect(headline(`GET 0-10\n  A 0-2.9${rest}`)).toEqual([]);
  });

  it('has no answer if the time is spread', () => {
    expect(headline('GET 0-10\n  A 0-2\n  B 2-4\n  C 4-6\n  D 6-8\n  E 8-10')).toEqual([]);
    expect(headline('')).toEqual([]);
  });

  it('keeps services and kinds apart', () => {
    const text = 'GET 0-10\n  A @a 0-2.5\n  A @b 2.5-5\n  A [client] @a 5-7.5';
    expect(headline(text)).toEqual([]);
  });

  it('says what a running trace waits for', () => {
    expect(headline('GET 0-\n  A 1-2\n  SELECT [client] @db 3-', {}, 10)).toEqual([
      'Running for 10.0 ms, now in SELECT in db for 7.0 ms',
      '7.0 of 10.0 ms: SELECT in db',
    ]);
    expect(headline('GET 0-', {}, 10)[0]).toBe('Running for 10.0 ms: GET in app');
  });

  it.each([
    ['GET 0-', RowFlag.PROCESS_GONE, 'Its process has gone after 10.0 ms: GET in app'],
    [
      'GET 0-\n  SELECT 3-',
      RowFlag.PROCESS_GONE,
      'Its process has gone after 10.0 ms, in SELECT in app for 7.0 ms',
    ],
  ])('says why a trace will not end: %#', (text, flag, sentence) => {
    const trace = traceOfLines(text);
    trace.flags.fill(flag);
    const [first] = headlineOf(analyse(trace, { nowNanos: 10e6 }));
    expect(first?.text).toBe(sentence);
  });

  it('begins with the failure', () => {
    const extras = { A: { statusMessage: 'no' } };
    expect(headline('GET [failed] 0-10\n  A [failed] 0-9', extras)).toEqual([
      'It began in app, A: no',
      '9.0 of 10.0 ms: A in app',
    ]);
  });

  it('names the rows that it is about', () => {
    const trace = traceOfLines('GET 0-10\n  A 0-4\n  A 4-8');
    expect(headlineOf(analyse(trace))[0]?.rows).toEqual([1, 2]);
  });

  it('speaks of a trace whose root has not arrived', () => {
    const missing = { parentSpanId: '00000000000000ff' };
    expect(headline('A 0-1\nA 9-10', { A: missing })).toEqual([
      '8.0 of 10.0 ms: own or untraced time of (parent missing)',
    ]);
  });
});
