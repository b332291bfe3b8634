import { DurationHistogram } from './duration-histogram.js';
import { RecentMap } from './recent-map.js';

/** Names whose durations are known apart; the one that was not seen for longest makes room. */
const MAX_NAMES = 500;

/** Which local traces are slow: by a fixed limit, or by what is usual for the name of their root. */
export class Slowness {
  readonly #limitMillis: number | undefined;
  readonly #usual = new RecentMap<string, DurationHistogram>(MAX_NAMES);

  /** @param limit milliseconds, or `p99` to learn the limit of each name */
  constructor(limit: number | 'p99') {
    this.#limitMillis = limit === 'p99' ? undefined : limit;
  }

  /** Whether a trace that has lasted so long is slow already. Nothing is learnt from it. */
  isSlow(name: string, millis: number): boolean {
    const limit = this.#limitMillis ?? this.#usual.get(name)?.p99Millis;
    return limit !== undefined && millis > limit;
  }

  /** Whether a trace whose root has ended was slow; then its duration is learnt. */
  isSlowEnd(name: string, millis: number): boolean {
    const isSlow = this.isSlow(name, millis);
    if (this.#limitMillis === undefined) this.#learn(name, millis);
    return isSlow;
  }

  #learn(name: string, millis: number): void {
    const known = this.#usual.get(name);
    const histogram = known ?? new DurationHistogram();
    histogram.add(millis);
    this.#usual.set(name, histogram);
  }
}
