import { describe, expect, it } from '@jest/globals';
import { analyse } from '../../../../lib/viewer/analysis/analyse.js';
import { failureChain, failuresOf, isFailed } from '../../../../lib/viewer/analysis/root-cause.js';
import type { SpanRecord } from '../../../../lib/viewer/analysis/span-record.js';
import { nameOf } from '../../../../lib/viewer/analysis/trace-columns.js';
import { recordedException } from '../../../support/recorded-exception.js';
import { traceOfLines } from '../../../support/trace-of-lines.js';

function sentences(text: string, extras: Readonly<Record<string, Partial<SpanRecord>>> = {}) {
  return failuresOf(analyse(traceOfLines(text, extras))).map(
    ({ kind, text }) => `${kind}: ${text}`,
  );
}

const status = (code: number): Partial<SpanRecord> => ({
  attributes: { 'http.response.status_code': code },
});

describe('failuresOf', () => {
  it('says nothing about a trace without failures', () => {
    expect(sentences('A 0-10\n  B 1-2')).toEqual([]);
    expect(sentences('')).toEqual([]);
  });

  it('goes down to where the failure began, over services', () => {
    const text = `
      POST [server failed] @gateway 0-10
        POST [client failed] 1-9
          orders [server failed] @orders 2-8
            place [failed] 3-7
              price 3-4
              shelf [failed] @inventory 5-6`;
    expect(
      sentences(text, { shelf: recordedException('E', 'no', 'f (/app/shelf.ts:31:1)') }),
    ).toEqual(['failed: It began in inventory, shelf (shelf.ts:31): E: no']);
  });

  it('takes the last try', () => {
    const text = 'A [failed] 0-10\n  try1 [failed] 1-2\n  try2 [failed] 3-4\n  other 5-6';
    const extras = { try1: { statusMessage: 'one' }, try2: { statusMessage: 'two' } };
    expect(sentences(text, extras)).toEqual(['failed: It began in app, try2: two']);
  });

  it('takes the first failure of work at once, which its parent did not wait for any longer', () => {
    const text = 'A [failed] 0-5\n  one 0-9\n  two [failed] 0-5\n  three [failed] 0-8';
    const extras = { two: { statusMessage: '2' }, three: { statusMessage: '3' } };
    expect(sentences(text, extras)[0]).toBe('failed: It began in app, two: 2');
  });

  it('takes the failure that ended last, not the one that began last', () => {
    const text = 'A [failed] 0-10\n  one [failed] 1-8\n  two [failed] 2-3';
    const extras = { one: { statusMessage: '1' }, two: { statusMessage: '2' } };
    expect(sentences(text, extras)).toEqual(['failed: It began in app, one: 1']);
  });

  it('takes a child that failed before one that only answered with an error', () => {
    const text = 'A [failed] 0-10\n  B [failed] 1-2\n  C [server] 3-4';
    const extras = { B: { statusMessage: 'b' }, C: status(404) };
    expect(sentences(text, extras)).toEqual(['failed: It began in app, B: b']);
  });

  it('goes through a server that answered 404 to what it could not find', () => {
    const text = `
      GET [server] @gateway 0-10
        call [client failed] 1-9
          GET /:id [server] @orders 2-8
            find [failed] 3-7
              SELECT [client] 4-5`;
    const extras = {
      GET: status(404),
      call: status(404),
      'GET /:id': status(404),
      find: recordedException('NotFoundException', 'no order 4711'),
    };
    expect(sentences(text, extras)).toEqual([
      'failed: It began in orders, find: NotFoundException: no order 4711',
    ]);
  });

  it('says why a request was refused that has not failed', () => {
    const refused = { ...status(401), ...recordedException('UnauthorizedException', 'no key') };
    expect(sentences('GET [server] 0-1', { GET: refused })).toEqual([
      'refused: It began in app, GET: UnauthorizedException: no key',
    ]);
  });

  it('has only the answer where nothing else is known', () => {
    expect(sentences('GET [server] 0-1', { GET: status(404) })).toEqual([
      'refused: It answered 404',
    ]);
    expect(sentences('GET [server failed] 0-1')).toEqual([
      'failed: It began in app, GET: it says no reason',
    ]);
  });

  it('counts failures that a caller handled, where they began', () => {
    const text = `
      A 0-10
        B [failed] 1-4
          C [failed] 2-3
        D 5-9
          E [failed] 6-7`;
    const extras = { C: { statusMessage: 'c' }, E: { statusMessage: 'e' } };
    expect(sentences(text, extras)).toEqual([
      'handled: 2 failures were handled, the last in app, E: e',
    ]);
    expect(sentences('A 0-9\n  B [failed] 1-2', { B: { statusMessage: 'b' } })).toEqual([
      'handled: 1 failure was handled, in app, B: b',
    ]);
  });

  it('says what failed that nobody waited for', () => {
    const text = `
      POST [server] @gateway 0-10
        send [producer] 1-2
          process [consumer failed] @mailer 3-9
            mail [failed] 4-8
        send [producer] 2-3
          process [consumer failed] @mailer 3-5`;
    expect(sentences(text, { mail: { statusMessage: 'full' } })).toEqual([
      'later: What nobody waited for failed in mailer, mail: full (and 1 more failure)',
    ]);
  });

  it('begins below a root that has not arrived', () => {
    const missing = { parentSpanId: '00000000000000ff', statusMessage: 'no' };
    expect(
      sentences('A [failed] 0-1\nB 2-3', { A: missing, B: { parentSpanId: missing.parentSpanId } }),
    ).toEqual(['failed: It began in app, A: no']);
    expect(sentences('R 0-9\nA [failed] 1-2', { A: missing })).toEqual([
      'later: What nobody waited for failed in app, A: no',
    ]);
  });
});

describe('failureChain', () => {
  it('is the way from the root to where it began', () => {
    const analysis = analyse(traceOfLines('A [failed] 0-9\n  B 1-2\n  C [failed] 2-3'));
    const { trace } = analysis.tree;
    expect(failureChain(analysis).map((row) => nameOf(trace, row))).toEqual(['A', 'C']);
    expect(failureChain(analysis, 1)).toEqual([]);
  });

  it('is found in a chain of 10,000 failures', () => {
    const text = Array.from({ length: 10_000 }, (_, i) => `${'  '.repeat(i)}A [failed] 0-1`);
    expect(failureChain(analyse(traceOfLines(text.join('\n'))))).toHaveLength(10_000);
  });
});

describe('isFailed', () => {
  it('is true for the status ERROR only', () => {
    const { tree } = analyse(traceOfLines('A [failed] 0-9\n  B 1-2'));
    expect([isFailed(tree, 0), isFailed(tree, 1), isFailed(tree, 7)]).toEqual([true, false, false]);
  });
});
