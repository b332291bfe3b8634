import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { createTraceState } from '@opentelemetry/api';
import { TracingContext } from '../../../lib/context/index.js';
import {
  AdaptiveSampler,
  type AdaptiveSamplerOptions,
  SamplingDecision,
} from '../../../lib/sampling/index.js';
import { adjustedCountOf } from '../../../lib/sampling/threshold.js';
import { describeSampler } from '../../suites/sampler.suite.js';
import { ask, contextWith } from '../../support/ask-sampler.js';
import { asTable, type SimulatedInterval, simulate } from './adaptive-simulation.js';

describeSampler({
  name: 'AdaptiveSampler',
  create: () => new AdaptiveSampler({ targetTracesPerSecond: 5, now: () => 0 }),
  cannot: { repeatItself: 'its answer depends on what came before' },
});

const { NOT_RECORD, RECORD_AND_SAMPLED } = SamplingDecision;
const HIGH = 'f'.repeat(32);
const LOW = `1${'0'.repeat(31)}`;
const TARGET = 50;

/** A step up by a hundred, down again, and a burst: 20 keys, of which the first is a quarter. */
const simulation = {
  targetTracesPerSecond: TARGET,
  intervalMillis: 10_000,
  keys: 20,
  seed: 7,
  phases: [
    { seconds: 30, requestsPerSecond: 10 },
    { seconds: 100, requestsPerSecond: 1000 },
    { seconds: 70, requestsPerSecond: 10 },
    { seconds: 10, requestsPerSecond: 5000 },
    { seconds: 60, requestsPerSecond: 1000 },
  ],
};

describe('AdaptiveSampler under load that steps and bursts', () => {
  const intervals = simulate(simulation);
  const stepUp = intervals.slice(3, 13);
  const burst = intervals[20] as SimulatedInterval;
  const afterBurst = intervals.slice(21);

  it('keeps everything while less comes than it may keep', () => {
    for (const interval of intervals.slice(0, 3)) expect(interval.kept).toBe(interval.requests);
  });

  it('holds the target within 20 % from the second interval after a step up', () => {
    for (const { keptPerSecond } of stepUp.slice(1)) {
      expect(Math.abs(keptPerSecond - TARGET)).toBeLessThan(0.2 * TARGET);
    }
  });

  it('keeps no more than half as much again in the interval of a step up or a burst', () => {
    for (const { keptPerSecond } of [stepUp[0] as SimulatedInterval, burst]) {
      expect(keptPerSecond).toBeLessThan(1.5 * TARGET);
    }
  });

  it('comes back to the target within two intervals when the load falls', () => {
    for (const { keptPerSecond } of afterBurst.slice(1)) {
      expect(Math.abs(keptPerSecond - TARGET)).toBeLessThan(0.2 * TARGET);
    }
  });

  it.each<[string, number, number[]]>([
    ['a fall to a fortieth', 20, [20_000, 500, 500, 500, 500, 500]],
    ['a fall in steps', 20, [8000, 4000, 2000, 1000, 1000, 1000]],
    ['a burst of one interval', 20, [500, 20_000, 500, 500, 500, 500]],
    ['bursts that come again', 20, [500, 8000, 500, 500, 8000, 500, 500, 500]],
    ['a fall with a single key', 1, [20_000, 500, 500, 500, 500]],
    ['a fall with 200 keys, half of which share a ratio', 200, [20_000, 500, 500, 500, 500]],
  ])('reaches the target in the second interval after %s', (_, keys, loads) => {
    const phases = loads.map((requestsPerSecond) => ({ seconds: 10, requestsPerSecond }));
    for (const [index, { keptPerSecond }] of simulate({ ...simulation, keys, phases }).entries()) {
      expect(keptPerSecond).toBeLessThan(1.5 * TARGET);
      // The first intervals learn the load; the interval of a change knows only the load before it.
      if (index < 2 || loads[index] !== loads[index - 1]) continue;
      expect(Math.abs(keptPerSecond - TARGET)).toBeLessThan(0.2 * TARGET);
    }
  });

  it('reaches the target in the second interval after a fall that no interval begins with', () => {
    const phases = [{ seconds: 6, requestsPerSecond: 20_000 }];
    const all = simulate({
      ...simulation,
      intervalMillis: 10_000,
      phases: [...phases, { seconds: 60, requestsPerSecond: 500 }],
    });
    for (const { keptPerSecond } of all.slice(2)) {
      expect(Math.abs(keptPerSecond - TARGET)).toBeLessThan(0.2 * TARGET);
    }
  });

  it('keeps something of every key in every interval', () => {
    for (const { keysKept, keysSeen } of intervals) expect(keysKept).toBe(keysSeen);
  });

  it('lets counts be estimated within 5 % from the thresholds of what it kept', () => {
    const sum = (of: (interval: SimulatedInterval) => number) =>
      stepUp.reduce((total, interval) => total + of(interval), 0);
    const ratio =
      sum((interval) => interval.estimatedRequests) / sum((interval) => interval.requests);
    expect(Math.abs(ratio - 1)).toBeLessThan(0.05);
  });

  it('does so as the table in the README of the room shows', () => {
    const readme = readFileSync(
      new URL('../../../lib/sampling/README.md', import.meta.url),
      'utf8',
    );
    expect(readme).toContain(asTable(intervals));
  });

  it.each([1, 2, 3, 4, 5])('holds the target with other random numbers (%i)', (seed) => {
    const phases = [{ seconds: 200, requestsPerSecond: 1000 }];
    const all = simulate({ ...simulation, seed, phases });
    const kept = all.slice(1).reduce((sum, { keptPerSecond }) => sum + keptPerSecond, 0);
    expect(Math.abs(kept / (all.length - 1) - TARGET)).toBeLessThan(0.05 * TARGET);
    for (const { keptPerSecond } of all.slice(1)) {
      expect(Math.abs(keptPerSecond - TARGET)).toBeLessThan(0.25 * TARGET);
    }
  });
});

function ratioOf(entry: string | undefined): number {
  return 1 / adjustedCountOf(entry?.slice('th:'.length) ?? '');
}

/** A sampler on a clock that the test sets. */
class Bench {
  now = 0;
  readonly sampler: AdaptiveSampler;

  constructor(options: Partial<AdaptiveSamplerOptions> = {}) {
    this.sampler = new AdaptiveSampler({
      targetTracesPerSecond: 10,
      intervalMillis: 1000,
      now: () => this.now,
      ...options,
    });
  }

  /** The thresholds of the answers to `count` roots of high randomness; undefined for dropped ones. */
  thresholds(count: number, name = 'a'): (string | undefined)[] {
    return Array.from({ length: count }, () => {
      const { decision, traceState } = ask(this.sampler, TracingContext.ROOT, HIGH, name);
      return decision === RECORD_AND_SAMPLED ? traceState?.get('ot') : undefined;
    });
  }

  /** A whole interval of even load, and the first moment of the next. */
  interval(count: number, name = 'a'): void {
    const start = this.now;
    for (let i = 0; i < count; i++) {
      this.now = start + (i * 1000) / count;
      ask(this.sampler, TracingContext.ROOT, LOW, name);
    }
    this.now = start + 1000;
  }
}

describe('AdaptiveSampler', () => {
  it('keeps the first trace of a key in each interval, whatever its id', () => {
    const bench = new Bench({ maxRatio: 0.5 });
    for (let interval = 0; interval < 3; interval++) {
      const decisions = [1, 2].map(() => ask(bench.sampler, TracingContext.ROOT, LOW).decision);
      expect(decisions).toEqual([RECORD_AND_SAMPLED, NOT_RECORD]);
      bench.now += 1000;
    }
  });

  it('gives the others the ratio that spends the rest of the budget', () => {
    const bench = new Bench();
    bench.interval(100);
    const [first, ...others] = bench.thresholds(3);
    expect(first).toBe('th:0');
    // 10 of 100: the first, and 9 of the 99 others.
    for (const other of others) expect(ratioOf(other)).toBeCloseTo(9 / 99, 2);
  });

  it('raises and lowers a ratio at once', () => {
    const bench = new Bench();
    const ratioAfter = (requests: number): number => {
      bench.interval(requests);
      return ratioOf(bench.thresholds(2)[1]);
    };
    expect(ratioAfter(1000)).toBeCloseTo(9 / 999, 3);
    expect(ratioAfter(100)).toBeCloseTo(9 / 99, 2);
    expect(ratioAfter(2000)).toBeCloseTo(9 / 1999, 3);
  });

  it('treats the keys beyond maxKeys as one', () => {
    const bench = new Bench({ maxKeys: 2, maxRatio: 0.5 });
    const firsts = ['a', 'b', 'c', 'd'].map((name) => bench.thresholds(1, name)[0]);
    expect(firsts).toEqual(['th:0', 'th:0', 'th:0', 'th:8']);
  });

  it('forgets keys that no longer come, and so has room for others', () => {
    const bench = new Bench({ maxKeys: 1, maxRatio: 0.5 });
    const keepsFirst = (name: string) =>
      ask(bench.sampler, TracingContext.ROOT, LOW, name).decision === RECORD_AND_SAMPLED;
    expect([keepsFirst('a'), keepsFirst('others 1'), keepsFirst('others 2')]).toEqual([
      true,
      true,
      false,
    ]);
    bench.now = 60_000;
    expect([keepsFirst('b'), keepsFirst('others 1'), keepsFirst('others 2')]).toEqual([
      true,
      true,
      false,
    ]);
  });

  it('begins a key that is new under load with the least ratio in use', () => {
    const bench = new Bench();
    bench.interval(1000);
    const [, known] = bench.thresholds(2, 'a');
    expect(ratioOf(known)).toBeLessThan(0.01);
    expect(bench.thresholds(2, 'new')).toEqual(['th:0', known]);
  });

  it('keeps ratios within their bounds', () => {
    const bench = new Bench({ minRatio: 0.25, maxRatio: 0.5 });
    expect(bench.thresholds(2)).toEqual(['th:0', 'th:8']);
    bench.now = 1000;
    bench.interval(1000);
    expect(bench.thresholds(2)).toEqual(['th:0', 'th:c']);
  });

  it('takes what it keeps even from the function key', () => {
    const bench = new Bench({
      maxRatio: 0.5,
      key: (name, kind, attributes) => `${name[0]} ${kind} ${attributes.tenant}`,
    });
    const decide = (name: string, tenant: string) =>
      ask(bench.sampler, TracingContext.ROOT, LOW, name, 1, { tenant }).decision;
    expect([decide('ab', 'x'), decide('ac', 'x'), decide('ac', 'y')]).toEqual([
      RECORD_AND_SAMPLED,
      NOT_RECORD,
      RECORD_AND_SAMPLED,
    ]);
  });

  it('follows a parent of this process and does not count its children', () => {
    const bench = new Bench({ maxRatio: 0.5 });
    const traceState = createTraceState('ot=th:8');
    const child = (traceFlags: number) =>
      ask(bench.sampler, contextWith({ traceId: HIGH, traceFlags, traceState }), HIGH);
    expect(child(1)).toMatchObject({ decision: RECORD_AND_SAMPLED, traceState: undefined });
    expect(child(0).decision).toBe(NOT_RECORD);
    expect(bench.thresholds(1)).toEqual(['th:0']);
  });

  it('decides anew about a remote parent, by its explicit randomness', () => {
    const bench = new Bench({ maxRatio: 0.5 });
    const remote = (entry: string) => {
      const traceState = createTraceState(`ot=${entry}`);
      return ask(bench.sampler, contextWith({ traceId: LOW, isRemote: true, traceState }), LOW);
    };
    expect(remote('th:c').traceState?.serialize()).toBe('ot=th:0');
    expect(remote('rv:ffffffffffffff').traceState?.serialize()).toBe('ot=th:8;rv:ffffffffffffff');
    expect(remote('th:c;x:1').traceState?.serialize()).toBe('ot=x:1');
  });

  it('makes nothing new for a root', () => {
    const bench = new Bench();
    ask(bench.sampler, TracingContext.ROOT, HIGH);
    const second = ask(bench.sampler, TracingContext.ROOT, HIGH);
    expect(ask(bench.sampler, TracingContext.ROOT, HIGH)).toBe(second);
  });

  it('describes itself with its target', () => {
    const sampler = new AdaptiveSampler({ targetTracesPerSecond: 5 });
    expect(String(sampler)).toBe('AdaptiveSampler{targetTracesPerSecond=5}');
  });

  it.each([
    [undefined, 'AdaptiveSampler.options must be an object'],
    [{}, 'targetTracesPerSecond must be a finite number above 0'],
    [{ targetTracesPerSecond: 0 }, 'targetTracesPerSecond must be a finite number above 0'],
    [
      { targetTracesPerSecond: 1, intervalMillis: -1 },
      'intervalMillis must be a finite number above 0',
    ],
    [{ targetTracesPerSecond: 1, maxKeys: 0 }, 'maxKeys must be a whole number of at least 1'],
    [{ targetTracesPerSecond: 1, maxKeys: 1.5 }, 'maxKeys must be a whole number of at least 1'],
    [{ targetTracesPerSecond: 1, maxRatio: 2 }, 'maxRatio must be a number from 0 to 1'],
    [{ targetTracesPerSecond: 1, minRatio: -1 }, 'minRatio must be a number from 0 to 1'],
    [
      { targetTracesPerSecond: 1, minRatio: 0.5, maxRatio: 0.25 },
      'minRatio must be a number from 0 to 0.25',
    ],
    [{ targetTracesPerSecond: 1, key: 'name' }, 'key must be a function'],
    [{ targetTracesPerSecond: 1, now: 7 }, 'now must be a function'],
  ])('refuses the options %j', (options, message) => {
    expect(() => new AdaptiveSampler(options as never)).toThrow(message);
  });
});
