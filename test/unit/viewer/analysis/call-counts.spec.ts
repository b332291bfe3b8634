import { describe, expect, it } from '@jest/globals';
import { CallCounts, NO_DURATION } from '../../../../lib/viewer/analysis/call-counts.js';
import { durationBucketOf, LAST_BUCKET } from '../../../../lib/viewer/analysis/histogram.js';

const call = (millis: number, error?: string) => ({
  clientBucket: durationBucketOf(millis * 1e6) ?? NO_DURATION,
  serverBucket: NO_DURATION,
  betweenBucket: durationBucketOf(0) ?? NO_DURATION,
  error,
});

describe('CallCounts', () => {
  it('adds up calls, failures and durations, and takes them back', () => {
    const counts = new CallCounts();
    counts.add(call(10), 1);
    counts.add(call(20, 'UNAVAILABLE'), 1);
    counts.add(call(30, 'Timeout'), 1);
    counts.add(call(30, 'UNAVAILABLE'), 1);
    const read = counts.read(2);
    expect(read).toMatchObject({
      callCount: 4,
      failedCount: 3,
      rate: 2,
      errors: [
        { error: 'UNAVAILABLE', count: 2 },
        { error: 'Timeout', count: 1 },
      ],
      server: { count: 0, p95: undefined },
      between: { count: 4, max: 0 },
    });
    expect((read.client.p50 as number) / 20e6).toBeCloseTo(1, 1);
    expect((read.client.max as number) / 30e6).toBeCloseTo(1, 1);
    counts.add(call(10), -1);
    counts.add(call(20, 'UNAVAILABLE'), -1);
    counts.add(call(30, 'Timeout'), -1);
    counts.add(call(30, 'UNAVAILABLE'), -1);
    expect([counts.callCount, counts.valueCount]).toEqual([0, 0]);
  });

  it('merges', () => {
    const [a, b] = [new CallCounts(), new CallCounts()];
    a.add(call(10), 1);
    b.add(call(10, 'x'), 1);
    a.merge(b);
    expect(a.read(1)).toMatchObject({ callCount: 2, failedCount: 1, client: { count: 2 } });
  });

  it('keeps the longest durations of a series apart from the next series', () => {
    const counts = new CallCounts();
    const [clientBucket, serverBucket] = [LAST_BUCKET, NO_DURATION];
    counts.add({ clientBucket, serverBucket, betweenBucket: -1, error: undefined }, 1);
    expect(counts.read(1)).toMatchObject({
      client: { count: 1 },
      server: { count: 0 },
      between: { count: 1, max: 0 },
    });
  });
});
