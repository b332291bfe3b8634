import { DurationHistogram } from './duration-histogram.js';
import { RecentMap } from './recent-map.js';

/** Names of which durations are learned; a new name replaces the one that was not seen for longest. */
const MAX_NAMES = 500;

/** Recognises slow local traces: by a fixed limit, or by the durations of earlier roots of that name. */
export class Slowness {
  readonly #limitMillis: number | undefined;
  readonly #usual = new RecentMap<string, DurationHistogram>(MAX_NAMES);

  /** @param limit milliseconds, or `p99` to learn the limit of each name */
  constructor(limit: number | 'p99') {
    this.#limitMillis = limit === 'p99' ? undefined : limit;
  }

  /** Whether a trace that has lasted so long is slow. The duration is not learned. */
  isSlow(name: string, millis: number): boolean {
    const limit = this.#limitMillis ?? this.#usual.get(name)?.p99Millis;
    return limit !== undefined && millis > limit;
  }

  /** Whether a trace whose root has ended was slow. The duration is learned. */
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
