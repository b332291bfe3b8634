import { describe, expect, it } from '@jest/globals';
import type { ExportResult } from '../../../lib/export/index.js';
import { undeliveredCount } from '../../../lib/export/partial-result.js';

describe('undeliveredCount', () => {
  it.each<[string, unknown, number]>([
    ['success', { code: 0 }, 0],
    ['success with an error beside', { code: 0, error: new Error('a warning') }, 0],
    ['success but for two', { code: 0, rejectedCount: 2 }, 2],
    ['more rejected than were handed over', { code: 0, rejectedCount: 99 }, 10],
    ['a fraction', { code: 0, rejectedCount: 2.9 }, 2],
    ['less than none', { code: 0, rejectedCount: -1 }, 0],
    ['no number', { code: 0, rejectedCount: Number.NaN }, 0],
    ['a text', { code: 0, rejectedCount: '3' }, 0],
    ['failure', { code: 1 }, 10],
    ['failure with a count', { code: 1, rejectedCount: 2 }, 10],
    ['an unknown code', { code: 7 }, 10],
    ['nothing', undefined, 10],
    ['null', null, 10],
  ])('takes %s for what it is', (_, result, count) => {
    expect(undeliveredCount(result as ExportResult, 10)).toBe(count);
  });
});
