import { describe, expect, it } from '@jest/globals';
import { parseQuery, type QueryTerm } from '../../../../lib/viewer/query/parse.js';
import type { SearchedTrace } from '../../../../lib/viewer/query/searched-trace.js';
import { termTest, wordTest } from '../../../../lib/viewer/query/term-test.js';
import { traceOfLines } from '../../../support/trace-of-lines.js';

const columns = traceOfLines(
  `
  GET /orders [server] @gateway 0-400
    SELECT items [client] @orders 310-311`,
  { 'SELECT items': { attributes: { 'db.query.summary': 'SELECT items', rows: 5 } } },
);

function test(text: string) {
  return termTest(parseQuery(text).query as QueryTerm);
}

/** A trace that counts how often it is analysed or decoded. */
function countingTrace() {
  const counted = { analyses: 0, reads: 0 };
  const trace: SearchedTrace = {
    columns,
    rootRow: 0,
    nowNanos: 500e6,
    findings: () => {
      counted.analyses++;
      return ['repeated-call'];
    },
    attributeOf: (row, key) => {
      counted.reads++;
      return row === 1 && key === 'rows' ? 5 : undefined;
    },
  };
  return { trace, counted };
}

describe('the test of a term', () => {
  it('costs more, the more it has to read', () => {
    const texts = ['status:error', 'message:offline', 'rows=5', 'find:n+1'];
    expect(texts.map((text) => test(text).cost)).toEqual([0, 1, 2, 3]);
  });

  it('asks once for what all spans of a trace have in common', () => {
    const { trace, counted } = countingTrace();
    const found = test('find:n+1');
    expect([found.test(trace, 0), found.test(trace, 1)]).toEqual([true, true]);
    expect(counted.analyses).toBe(1);
  });

  it('decodes no attribute that is a fact', () => {
    const { trace, counted } = countingTrace();
    expect(test('db.query.summary:items').test(trace, 1)).toBe(true);
    expect(counted.reads).toBe(0);
    expect(test('rows=5').test(trace, 1)).toBe(true);
    expect(counted.reads).toBe(1);
  });
});

describe('the test of a word', () => {
  it('looks into names, services and ids', () => {
    const { trace } = countingTrace();
    const rowsWith = (text: string): boolean[] => [0, 1].map((row) => wordTest(text)(trace, row));
    expect(rowsWith('orders')).toEqual([true, true]);
    expect(rowsWith('SELECT')).toEqual([false, true]);
    expect(rowsWith(columns.traceId.slice(0, 8))).toEqual([true, true]);
    expect(rowsWith('nothing')).toEqual([false, false]);
  });
});
