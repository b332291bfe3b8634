import type { IdGenerator } from '../trace/index.js';

/**
 * Ids that count: the first trace is `00…01`, the second `00…02`, and so the spans, for tests.
 *
 * They are not random and say so. A sampler that decides by the trace id takes them for the lowest
 * ids there are, and so keeps none of them unless it keeps all.
 */
export class SequentialIdGenerator implements IdGenerator {
  readonly hasRandomTraceIds = false;
  #traceCount = 0;
  #spanCount = 0;

  generateTraceId(): string {
    this.#traceCount++;
    return this.#traceCount.toString(16).padStart(32, '0');
  }

  generateSpanId(): string {
    this.#spanCount++;
    return this.#spanCount.toString(16).padStart(16, '0');
  }
}
