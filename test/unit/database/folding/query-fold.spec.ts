import { performance } from 'node:perf_hooks';
import { describe, expect, it, jest } from '@jest/globals';
import type { LocalSpan } from '../../../../lib/context/index.js';
import { QueryFold, readMonotonicMillis } from '../../../../lib/database/folding/query-fold.js';

describe('QueryFold', () => {
  it('converts times to the clock of its span', () => {
    const span = { startTime: [1_700_000_000, 999_999_999] } as unknown as LocalSpan;
    const before = readMonotonicMillis();
    const fold = new QueryFold(span);
    const [seconds, nanos] = fold.timeOf(before + 60_000) ?? [];
    expect([1_700_000_060, 1_700_000_061]).toContain(seconds);
    expect(nanos).toBeLessThan(1e9);
    expect(new QueryFold({} as LocalSpan).timeOf(before)).toBeUndefined();
  });
});

describe('readMonotonicMillis', () => {
  it('keeps the clock of the process if a test replaces it', () => {
    const before = readMonotonicMillis();
    jest.spyOn(performance, 'now').mockReturnValue(-1);
    expect(readMonotonicMillis()).toBeGreaterThanOrEqual(before);
    jest.restoreAllMocks();
  });
});
