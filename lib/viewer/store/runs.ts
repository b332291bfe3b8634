/** A start of the viewer. */
export interface Run {
  /** From 1. */
  readonly run: number;
  readonly startedEpochMillis: number;
}

/** More are not worth a list. */
const MAX_RUNS = 1_000;

/** The starts of the viewer that are known. */
export class Runs {
  readonly #runs = new Map<number, Run>();
  #current: number;

  constructor(current: number, startedEpochMillis: number) {
    this.#current = current;
    this.note(current, startedEpochMillis);
  }

  /** The number of this start. */
  get current(): number {
    return this.#current;
  }

  /** Gives this start its number, once it is known. */
  begin(current: number): void {
    const startedEpochMillis = this.#runs.get(this.#current)?.startedEpochMillis ?? Number.NaN;
    this.#runs.delete(this.#current);
    this.#current = current;
    this.note(current, startedEpochMillis);
  }

  /** Notes when a run began. Of more than a thousand, the lowest numbers are forgotten. */
  note(run: number, startedEpochMillis: number): void {
    if (Number.isNaN(startedEpochMillis)) return;
    this.#runs.set(run, { run, startedEpochMillis });
    if (this.#runs.size > MAX_RUNS) this.#runs.delete(Math.min(...this.#runs.keys()));
  }

  /** Forgets all runs but this one. */
  clear(): void {
    for (const run of [...this.#runs.keys()]) if (run !== this.#current) this.#runs.delete(run);
  }

  /** From the first to the latest. */
  list(): Run[] {
    return [...this.#runs.values()].sort((a, b) => a.run - b.run);
  }
}
