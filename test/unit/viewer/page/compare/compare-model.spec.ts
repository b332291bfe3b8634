import { describe, expect, it } from '@jest/globals';
import type { TraceJson } from '../../../../../lib/viewer/api/answers.js';
import {
  comparePair,
  countDeltaText,
  deltaText,
  differenceSentence,
  presenceOf,
  titleOf,
} from '../../../../../lib/viewer/page/compare/compare-model.js';
import { columnsJsonOf } from '../../../../support/page-trace.js';
import { traceOfLines } from '../../../../support/trace-of-lines.js';

function json(text: string): TraceJson {
  return { ...columnsJsonOf(traceOfLines(text)), row: {}, logs: [] } as unknown as TraceJson;
}
const pairOf = (a: string, b: string) => comparePair(json(a), json(b));
const sentenceOf = (a: string, b: string): string => differenceSentence(pairOf(a, b));

describe('differenceSentence', () => {
  it.each([
    [
      'GET 0-10\n  SELECT 2-4',
      'GET 0-40\n  SELECT 2-34',
      'B took 30.0 ms longer (40.0 ms, A 10.0 ms), mostly by 30.0 ms more in GET › SELECT.',
    ],
    [
      'GET 0-40\n  SELECT 2-12\n  SELECT 14-34',
      'GET 0-10\n  SELECT 2-4',
      'B took 30.0 ms less (10.0 ms, A 40.0 ms), mostly by 28.0 ms less in GET › SELECT: 1 call in place of 2.',
    ],
    [
      'GET 0-10',
      'GET 0-40\n  SELECT 4-34',
      'B took 30.0 ms longer (40.0 ms, A 10.0 ms), mostly by 30.0 ms more in GET › SELECT, which is only in B.',
    ],
    [
      'GET 0-10\n  A 2-4',
      'GET 0-10\n  A 2-4',
      'Both took about the same time: B 10.0 ms, A 10.0 ms, with the same calls.',
    ],
    [
      'GET 0-10\n  A 2-4\n  C 5-6\n  D 7-8',
      'GET 0-10\n  A 2-3\n  A 3-4\n  B 5-6',
      'Both took about the same time: B 10.0 ms, A 10.0 ms; 2 call paths are only in A, 1 only in B, 1 with another number of calls or failures.',
    ],
  ])('says what differs most: %j and %j', (a, b, sentence) => {
    expect(sentenceOf(a, b)).toBe(sentence);
  });
});

describe('a compared node', () => {
  it('is in both traces or in one', () => {
    const { comparison } = pairOf('GET 0-10\n  A 2-4\n  B 5-6', 'GET 0-10\n  A 2-4\n  C 5-6');
    const presences = comparison.byDifference.map((node) => [titleOf(node).name, presenceOf(node)]);
    expect(Object.fromEntries(presences)).toEqual({
      GET: 'both',
      A: 'both',
      B: 'only in A',
      C: 'only in B',
    });
  });

  it.each([
    [3.2e6, '+3.2 ms'],
    [-40_000, '−40 µs'],
    [0.2, ''],
  ])('differs by %d ns: %j', (nanos, text) => {
    expect(deltaText(nanos)).toBe(text);
  });

  it('differs by a number of calls', () => {
    expect([3, -1_000, 0].map(countDeltaText)).toEqual(['+3', '−1,000', '']);
  });
});
