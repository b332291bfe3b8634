import { describe, expect, it } from '@jest/globals';
import { RowFlag } from '../../../../lib/viewer/analysis/trace-columns.js';
import { RunningSpans } from '../../../../lib/viewer/store/running-spans.js';

const neverReported = (): undefined => undefined;

describe('RunningSpans', () => {
  it('counts spans until they end', () => {
    const spans = new RunningSpans();
    expect([spans.hear(0, 1_000), spans.hear(3, 1_000), spans.hear(3, 2_000)]).toEqual([
      true,
      true,
      false,
    ]);
    expect(spans.runningCount).toBe(2);
    expect(spans.lastHeardMillis).toBe(2_000);
    spans.end(3);
    spans.end(7);
    expect([spans.runningCount, spans.has(0), spans.has(3)]).toEqual([1, true, false]);
    expect(spans.byteCount).toBeGreaterThan(0);
  });

  it('finds the spans of a process that has gone, once', () => {
    const spans = new RunningSpans();
    spans.hear(0, 1_000);
    spans.hear(1, 2_000);
    expect(spans.fallenSilent(5_999, neverReported)).toEqual([]);
    expect(spans.fallenSilent(6_000, neverReported)).toMatchObject([
      { row: 0, silence: RowFlag.PROCESS_GONE, heardMillis: 1_000 },
    ]);
    expect(spans.fallenSilent(6_001, neverReported)).toEqual([]);
    expect([spans.runningCount, spans.silentCount]).toEqual([1, 1]);
  });

  it('tells lost ends from processes that have gone', () => {
    const spans = new RunningSpans();
    spans.hear(0, 1_000);
    expect(spans.fallenSilent(6_000, () => 1_000)).toMatchObject([
      { row: 0, silence: RowFlag.PROCESS_GONE, heardMillis: 1_000 },
    ]);
    spans.hear(1, 1_000);
    expect(spans.fallenSilent(6_000, () => 1_001)).toMatchObject([
      { row: 1, silence: RowFlag.END_LOST },
    ]);
  });

  it('takes back that a span is silent when it is heard of, or ends', () => {
    const spans = new RunningSpans();
    spans.hear(0, 0);
    spans.hear(1, 0);
    spans.fallenSilent(5_000, neverReported);
    expect(spans.hear(0, 6_000)).toBe(true);
    expect([spans.runningCount, spans.silentCount]).toEqual([1, 1]);
    spans.end(1);
    expect([spans.runningCount, spans.silentCount]).toEqual([1, 0]);
  });

  it('has no last time without spans', () => {
    expect(new RunningSpans().lastHeardMillis).toBe(-Infinity);
  });
});
