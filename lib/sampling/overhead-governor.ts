import type { Diagnostics } from '../diagnostics.js';
import { checkOption } from '../option-checks.js';
import { monotonicMillis } from '../system-time.js';
import { OverheadMeter } from './overhead-meter.js';
import { type SamplerResult, sampledRoot } from './sampler-result.js';
import { thresholdOf } from './threshold.js';

/** What the option `maxOverheadRatio` does at the moment, and what it has done. */
export interface GovernorCounts {
  /** Estimated CPU time of tracing as a share of that of the process, in the last second that was measured. */
  readonly overheadRatio: number;
  /** Share of the new traces that are sampled, of those that the sampler selects; 1 if nothing is lowered. */
  readonly samplingRatio: number;
  /** New traces that the sampler selected, and that were not sampled. They are among `notSampled` too. */
  readonly notSampled: number;
}

/** What the governor reads besides the meter. */
export interface GovernorClocks {
  /** Time that exports took so far, in milliseconds; may throw. @default none */
  readonly exportMillis?: () => number;
  /** A monotonic clock in milliseconds. @default the monotonic clock of the process */
  readonly now?: () => number;
  /** CPU time of the process so far, in milliseconds. @default that of `process.cpuUsage()` */
  readonly cpuMillis?: () => number;
}

const INTERVAL_MILLIS = 1000;
/** A process that uses less of a core counts as if it used this share: it is not overloaded, whatever tracing takes of it. */
const MIN_LOAD_RATIO = 0.2;
/** Between this share of the limit and the limit itself, nothing changes. */
const RISE_BELOW = 0.75;
/** What a change aims at, as a share of the limit: between the two. */
const AIM = 0.9;
/** One interval of the measurement may be wrong, so that no interval changes more than this. */
const MAX_FALL = 8;
const MAX_RISE = 2;
/** Some traces stay, whatever they cost. */
const MIN_SAMPLING_RATIO = 0.001;
/** A rise below this is the last one: the ratio is 1 again. */
const ALL = 0.999;

/**
 * Lowers the share of new traces that are sampled while tracing takes too much of the CPU time, and raises it again. It
 * measures about once in a second, when a trace starts or a count is read; there is no timer.
 */
export class OverheadGovernor {
  readonly maxOverheadRatio: number;
  readonly meter: OverheadMeter;
  /** The threshold of the present share; undefined if all traces are sampled. */
  threshold: string | undefined = undefined;
  /** A trace without a parent that is sampled with this threshold. */
  sampledRoot: SamplerResult | undefined = undefined;
  notSampledCount = 0;
  readonly #diagnostics: Diagnostics;
  readonly #now: () => number;
  readonly #cpuMillis: () => number;
  readonly #exportMillis: () => number;
  #samplingRatio = 1;
  #overheadRatio = 0;
  #intervalStart: number;
  #cpuStart: number;
  #exportStart: number;

  /** @throws TracingConfigError unless the ratio is above 0 and at most 1 */
  constructor(maxOverheadRatio: number, diagnostics: Diagnostics, clocks: GovernorClocks = {}) {
    checkOption(
      typeof maxOverheadRatio === 'number' && maxOverheadRatio > 0 && maxOverheadRatio <= 1,
      'maxOverheadRatio',
      'must be a number above 0, and at most 1',
      maxOverheadRatio,
      'Give the share of the CPU time that tracing may take, such as 0.05, or leave it out for no limit.',
    );
    const { now = monotonicMillis, cpuMillis = cpuMillisOfProcess, exportMillis } = clocks;
    this.maxOverheadRatio = maxOverheadRatio;
    this.meter = new OverheadMeter(now);
    this.#diagnostics = diagnostics;
    this.#now = now;
    this.#cpuMillis = cpuMillis;
    this.#exportMillis = () => finiteOf(exportMillis);
    this.#intervalStart = now();
    this.#cpuStart = cpuMillis();
    this.#exportStart = this.#exportMillis();
  }

  get counts(): GovernorCounts {
    this.update();
    return {
      overheadRatio: this.#overheadRatio,
      samplingRatio: this.#samplingRatio,
      notSampled: this.notSampledCount,
    };
  }

  /** Measures and decides, if an interval is over. */
  update(): void {
    const now = this.#now();
    const elapsed = now - this.#intervalStart;
    if (elapsed < INTERVAL_MILLIS) return;
    const cpuMillis = this.#cpuMillis();
    const usedMillis = Math.max(cpuMillis - this.#cpuStart, elapsed * MIN_LOAD_RATIO);
    const exportMillis = this.#exportMillis();
    const exportedMillis = Math.max(0, exportMillis - this.#exportStart);
    this.#overheadRatio = (this.meter.takeMillis() + exportedMillis) / usedMillis;
    this.#exportStart = exportMillis;
    this.#intervalStart = now;
    this.#cpuStart = cpuMillis;
    this.#adjust(Math.floor(elapsed / INTERVAL_MILLIS));
  }

  /** @param intervalCount intervals that were measured as one, because no trace started */
  #adjust(intervalCount: number): void {
    const excess = this.#overheadRatio / this.maxOverheadRatio;
    if (excess > 1) {
      this.#report();
      this.#setRatio(this.#samplingRatio * Math.max(AIM / excess, 1 / MAX_FALL));
    } else if (excess < RISE_BELOW && this.#samplingRatio < 1) {
      this.#setRatio(this.#samplingRatio * Math.min(AIM / excess, MAX_RISE ** intervalCount));
    }
  }

  #setRatio(ratio: number): void {
    this.#samplingRatio = ratio >= ALL ? 1 : Math.max(ratio, MIN_SAMPLING_RATIO);
    const isLowered = this.#samplingRatio < 1;
    this.threshold = isLowered ? thresholdOf(this.#samplingRatio) : undefined;
    this.sampledRoot = this.threshold === undefined ? undefined : sampledRoot(this.threshold);
  }

  #report(): void {
    if (this.#samplingRatio < 1) return;
    this.#diagnostics.report(
      'Tracing takes more of the CPU time than maxOverheadRatio allows. Fewer new traces are sampled until it takes less',
      `${percent(this.#overheadRatio)} instead of ${percent(this.maxOverheadRatio)}`,
    );
  }
}

function cpuMillisOfProcess(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** An exporter of the user may say anything. */
function finiteOf(read: (() => number) | undefined): number {
  try {
    const millis = read?.();
    return Number.isFinite(millis) ? (millis as number) : 0;
  } catch {
    return 0;
  }
}

function percent(ratio: number): string {
  return `${(ratio * 100).toPrecision(2)} %`;
}
