import { describe, expect, it } from '@jest/globals';
import {
  durationText,
  markOf,
  rangeText,
  sizeLabel,
  sizeText,
  toneOfStatus,
} from '../../../../../lib/viewer/page/list/row-texts.js';
import { traceRow } from '../../../../support/trace-rows.js';

describe('markOf', () => {
  it.each([
    [{}, { sign: '', label: '', tone: 'none' }],
    [{ failedCount: 1 }, { sign: '✗', label: '1 failed span', tone: 'bad' }],
    [
      { failedCount: 2, state: 'arriving' as const },
      { sign: '✗', label: '2 failed spans', tone: 'bad' },
    ],
    [{ state: 'arriving' as const }, { sign: '◌', label: 'arriving', tone: 'dim' }],
    [
      { state: 'incomplete' as const, orphanCount: 3 },
      { sign: '⚠', label: '3 spans without a parent', tone: 'warn' },
    ],
    [{ state: 'incomplete' as const }, { sign: '⚠', label: 'incomplete', tone: 'warn' }],
  ])('of %j', (changes, mark) => {
    expect(markOf(traceRow(1, changes))).toEqual(mark);
  });
});

describe('toneOfStatus', () => {
  it.each([
    ['', 'dim'],
    ['200', 'dim'],
    ['301', 'dim'],
    ['404', 'warn'],
    ['502', 'bad'],
    ['OK', 'dim'],
    ['UNAVAILABLE', 'bad'],
  ])('of %j is %s', (status, tone) => {
    expect(toneOfStatus(status)).toBe(tone);
  });
});

describe('durationText', () => {
  it('has dots while a trace may grow', () => {
    expect(durationText(traceRow(1, { durationNanos: 16_200_000 }))).toBe('16.2 ms');
    expect(durationText(traceRow(1, { durationNanos: 3.2e9, state: 'arriving' }))).toBe('3.20 s…');
  });
});

describe('the size of a trace', () => {
  it('is that of its spans, and of its logs if there are any', () => {
    const row = traceRow(1, { spanCount: 1_200, logCount: 2 });
    expect([sizeText(row), sizeLabel(row)]).toEqual(['1,200 +2', '1,200 spans, 2 log records']);
    expect([sizeText(traceRow(1)), sizeLabel(traceRow(1))]).toEqual(['1', '1 span']);
  });
});

describe('rangeText', () => {
  const time = /^\d\d:\d\d:\d\d\.\d{3}$/;

  it('names both ends, or the one that there is', () => {
    const [from = '', to = ''] = rangeText(1_700_000_000_256, 1_700_000_031_000).split(' – ');
    expect(from).toMatch(time);
    expect(from.slice(-6)).toBe('20.256');
    expect(to.slice(-6)).toBe('51.000');
    expect(rangeText(undefined, undefined)).toBe('');
    expect(rangeText(5, undefined)).toMatch(/^since /);
    expect(rangeText(undefined, 5)).toMatch(/^before /);
  });
});
