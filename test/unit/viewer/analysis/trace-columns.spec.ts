import { describe, expect, it } from '@jest/globals';
import { Fact } from '../../../../lib/viewer/analysis/facts.js';
import {
  hexOfSpanId,
  isRunning,
  nameOf,
  numberOf,
  serviceOf,
  spanIdOfHex,
  textOf,
} from '../../../../lib/viewer/analysis/trace-columns.js';
import { traceOfLines } from '../../../support/trace-of-lines.js';

describe('the columns of a trace', () => {
  const trace = traceOfLines('GET / [server] @shop 0-10\n  work 1-', {
    'GET /': { attributes: { 'http.response.status_code': 200, 'http.request.method': 'GET' } },
  });

  it('give names, services and facts', () => {
    expect([nameOf(trace, 1), serviceOf(trace, 1)]).toEqual(['work', 'shop']);
    expect(textOf(trace, 0, Fact.HTTP_METHOD)).toBe('GET');
    expect(numberOf(trace, 0, Fact.HTTP_STATUS)).toBe(200);
    expect(textOf(trace, 1, Fact.HTTP_METHOD)).toBeUndefined();
    expect(numberOf(trace, 1, Fact.HTTP_STATUS)).toBeUndefined();
  });

  it('know which spans are running', () => {
    expect([isRunning(trace, 0), isRunning(trace, 1)]).toEqual([false, true]);
  });
});

describe('span ids', () => {
  it.each([
    ['00000000000000ff', 255n],
    ['ffffffffffffffff', 2n ** 64n - 1n],
  ])('of %s', (hex, id) => {
    expect(spanIdOfHex(hex)).toBe(id);
    expect(hexOfSpanId(id)).toBe(hex);
  });

  it.each(['', 'xyz', '0x10', '1'.repeat(17)])('are 0n for %p', (hex) => {
    expect(spanIdOfHex(hex)).toBe(0n);
  });
});
