import { describe, expect, it } from '@jest/globals';
import type { GraphCounts } from '../../../../../lib/viewer/analysis/call-counts.js';
import {
  countsText,
  durationText,
  edgeLabel,
  edgeName,
  failedText,
  mainDurations,
  rateText,
  shortLabel,
} from '../../../../../lib/viewer/page/graph/graph-texts.js';

const NO_DURATIONS = { count: 0, p50: undefined, p95: undefined, max: undefined };

const counts = (callCount: number, failedCount = 0): GraphCounts => ({
  callCount,
  failedCount,
  rate: callCount / 10,
  errors: failedCount === 0 ? [] : [{ error: 'UNAVAILABLE', count: failedCount }],
  client: { count: callCount, p50: 1e6, p95: 6.1e6, max: 9e6 },
  server: NO_DURATIONS,
  between: NO_DURATIONS,
});

describe('texts of the graph', () => {
  it.each([
    [0, '0/s'],
    [1234, '1,234/s'],
    [12.4, '12/s'],
    [1.54, '1.5/s'],
    [0.4, '24/min'],
    [1 / 30, '2/min'],
    [1 / 1200, '3/h'],
  ])('say %d calls a second as %s', (rate, text) => {
    expect(rateText(rate)).toBe(text);
  });

  it.each([
    [100, 0, ''],
    [100, 6, '6 %'],
    [1_000, 4, '0.4 %'],
    [3, 1, '33 %'],
    [100_000, 1, '< 0.1 %'],
  ])('say of %d calls with %d failures %j', (callCount, failedCount, text) => {
    expect(failedText(counts(callCount, failedCount))).toBe(text);
  });

  it('name an edge with all that it shows', () => {
    const edge = { ...counts(20, 1), from: 'a', to: 'b', isMessage: false };
    expect(edgeLabel(edge)).toBe('2/s 5 % ✗');
    expect(edgeName(edge, 'orders', 'stock')).toBe(
      'calls from orders to stock, 2/s, 5 % failed, p95 6.1 ms',
    );
    expect(edgeName({ ...edge, isMessage: true }, 'a', 'b')).toContain('messages from a to b');
  });

  it('count failures by what failed, the most frequent ones', () => {
    expect(countsText(counts(1), 'call')).toBe('1 call, none failed');
    const errors = ['A', 'B', 'C', 'D', 'E', 'F'].map((error) => ({ error, count: 1_000 }));
    expect(countsText({ ...counts(60_000, 6_000), errors }, 'message')).toBe(
      '60,000 messages, 10 % failed (A 1,000, B 1,000, C 1,000, D 1,000, 2 others)',
    );
  });

  it('take the durations of the receiver, if it has spans', () => {
    expect(mainDurations(counts(1)).p95).toBe(6.1e6);
    const server = { count: 1, p50: 1, p95: 2, max: 3 };
    expect(mainDurations({ ...counts(1), server }).p95).toBe(2);
    expect(durationText(undefined)).toBe('–');
  });

  it('cut long labels', () => {
    expect(shortLabel('postgresql/shop')).toBe('postgresql/shop');
    expect(shortLabel('x'.repeat(30))).toBe(`${'x'.repeat(17)}…`);
  });
});
