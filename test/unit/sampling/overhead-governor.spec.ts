import { describe, expect, it } from '@jest/globals';
import { TracingConfigError } from '../../../lib/errors.js';
import { OverheadGovernor } from '../../../lib/sampling/overhead-governor.js';
import { adjustedCountOf } from '../../../lib/sampling/threshold.js';
import { ReadDiagnostics } from '../../support/exporter-doubles.js';

/** A governor whose clocks the test moves. */
function governorOf(maxOverheadRatio: number) {
  const diagnostics = new ReadDiagnostics();
  const clocks = { time: 0, cpu: 0, exported: 0 };
  const governor = new OverheadGovernor(maxOverheadRatio, diagnostics, {
    now: () => clocks.time,
    cpuMillis: () => clocks.cpu,
    exportMillis: () => clocks.exported,
  });
  /** A second at full load, in which tracing takes this share. */
  const second = (ratio: number, cpuMillis = 1000, millis = 1000) => {
    clocks.exported += ratio * cpuMillis;
    clocks.cpu += cpuMillis;
    clocks.time += millis;
    return governor.counts;
  };
  return { governor, clocks, diagnostics, second };
}

describe('OverheadGovernor', () => {
  it.each([0, -0.1, 1.01, Number.NaN, Number.POSITIVE_INFINITY, '0.1', null, {}, true])(
    'refuses %j',
    (ratio) => {
      const create = () => new OverheadGovernor(ratio as number, new ReadDiagnostics());
      expect(create).toThrow(TracingConfigError);
      expect(create).toThrow(/^maxOverheadRatio must be a number above 0, and at most 1, but/);
    },
  );

  it('changes nothing while tracing takes less', () => {
    const { governor, second, diagnostics } = governorOf(0.1);
    for (let i = 0; i < 10; i++) expect(second(0.099).samplingRatio).toBe(1);
    expect([governor.threshold, governor.sampledRoot, diagnostics.lines]).toEqual([
      undefined,
      undefined,
      [],
    ]);
  });

  it('lowers the share in proportion, and says so once', () => {
    const { governor, second, diagnostics } = governorOf(0.1);
    expect(second(0.2)).toEqual({ overheadRatio: 0.2, samplingRatio: 0.45, notSampled: 0 });
    expect(adjustedCountOf(governor.threshold as string)).toBeCloseTo(1 / 0.45, 3);
    expect(second(0.2).samplingRatio).toBeCloseTo(0.2025, 5);
    expect(diagnostics.lines).toEqual([
      'Tracing takes more of the CPU time than maxOverheadRatio allows. Fewer new traces are sampled until it takes less: 20 % instead of 10 %',
    ]);
  });

  it('never lowers to less than an eighth at once, and never below a thousandth', () => {
    const { second } = governorOf(0.001);
    expect(second(1).samplingRatio).toBe(0.125);
    for (let i = 0; i < 10; i++) second(1);
    expect(second(1).samplingRatio).toBe(0.001);
  });

  it('holds the share between three quarters of the limit and the limit', () => {
    const { second } = governorOf(0.1);
    second(0.2);
    for (const ratio of [0.076, 0.09, 0.1]) expect(second(ratio).samplingRatio).toBe(0.45);
  });

  it('recovers by steps of at most two, up to all', () => {
    const { governor, second } = governorOf(0.1);
    second(0.8);
    const ratios = [0, 0, 0, 0, 0].map((ratio) => second(ratio).samplingRatio);
    expect(ratios).toEqual([0.25, 0.5, 1, 1, 1]);
    expect(governor.threshold).toBeUndefined();
  });

  it('aims below the limit when it rises', () => {
    const { second } = governorOf(0.1);
    second(0.8);
    expect(second(0.06).samplingRatio).toBeCloseTo(0.125 * 1.5, 5);
  });

  it('recovers at once after a long pause', () => {
    const { second } = governorOf(0.1);
    second(0.8);
    expect(second(0, 10, 60_000).samplingRatio).toBe(1);
  });

  it('does not count the little that an idle process does', () => {
    const { second } = governorOf(0.1);
    // Half of the CPU time, but a hundredth of a core.
    expect(second(0.5, 20)).toEqual({ overheadRatio: 0.05, samplingRatio: 1, notSampled: 0 });
  });

  it('waits for the end of an interval', () => {
    const { governor, clocks, second } = governorOf(0.1);
    second(0, 1000, 999);
    clocks.exported = 500;
    governor.update();
    expect(governor.threshold).toBeUndefined();
    clocks.time = 1000;
    governor.update();
    expect(governor.threshold).toBeDefined();
  });

  it.each([Number.NaN, -5, 'x', undefined])('survives an exporter that reports %j', (millis) => {
    let isOdd = false;
    const governor = new OverheadGovernor(0.1, new ReadDiagnostics(), {
      exportMillis: () => {
        isOdd = !isOdd;
        if (isOdd) throw new Error('no');
        return millis as number;
      },
    });
    governor.update();
    expect(governor.counts).toEqual({ overheadRatio: 0, samplingRatio: 1, notSampled: 0 });
  });

  it('reads the clocks of the process by default', () => {
    expect(new OverheadGovernor(1, new ReadDiagnostics()).counts.samplingRatio).toBe(1);
  });
});
