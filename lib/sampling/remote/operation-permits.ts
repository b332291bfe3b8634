import { TracePermits } from '../trace-permits.js';

/** The permits of one operation by which its bounds are kept. Undefined for no bound. */
export interface OperationPermits {
  readonly lower: TracePermits | undefined;
  readonly upper: TracePermits | undefined;
}

/**
 * The permits of all operations. They outlive a change of the strategies: permits that started anew with each answer
 * of the server would keep more traces than the bounds say. Operations beyond a number share their permits.
 */
export class OperationPermitsTable {
  readonly #maxOperations: number;
  readonly #now: () => number;
  readonly #operations = new Map<string, OperationPermits>();
  #others: OperationPermits = { lower: undefined, upper: undefined };

  /** @param now a monotonic clock in milliseconds */
  constructor(maxOperations: number, now: () => number) {
    this.#maxOperations = maxOperations;
    this.#now = now;
  }

  /** @param lower permits per second; 0 for none. @param upper permits per second; undefined for no bound */
  permitsOf(operation: string, lower: number, upper: number | undefined): OperationPermits {
    const known = this.#operations.get(operation);
    if (known === undefined && this.#operations.size >= this.#maxOperations) {
      this.#others = this.#renewed(this.#others, lower, upper);
      return this.#others;
    }
    const permits = this.#renewed(known, lower, upper);
    if (permits !== known) this.#operations.set(operation, permits);
    return permits;
  }

  #renewed(
    permits: OperationPermits | undefined,
    lower: number,
    upper: number | undefined,
  ): OperationPermits {
    const isLowerSame = (permits?.lower?.perSecond ?? 0) === lower;
    const isUpperSame = permits?.upper?.perSecond === upper;
    if (permits !== undefined && isLowerSame && isUpperSame) return permits;
    return {
      lower: isLowerSame ? permits?.lower : this.#permits(lower === 0 ? undefined : lower),
      upper: isUpperSame ? permits?.upper : this.#permits(upper),
    };
  }

  #permits(perSecond: number | undefined): TracePermits | undefined {
    return perSecond === undefined ? undefined : new TracePermits(perSecond, this.#now);
  }
}
