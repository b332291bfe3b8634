import type { IdGenerator } from '../trace/index.js';

/**
 * Generates sequential ids for tests: the first trace has the id `00…01`, the second `00…02`; span ids
 * are counted separately.
 *
 * The ids are not random, and `hasRandomTraceIds` is false. A sampler that decides by the trace id keeps
 * these lowest ids only with a ratio of 1.
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
