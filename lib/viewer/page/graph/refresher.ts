/**
 * Runs something again and again, never twice at a time: a wish that comes while it runs is granted once
 * afterwards.
 */
export class Refresher {
  readonly #run: () => Promise<void>;
  #isRunning = false;
  #isWanted = false;
  #isClosed = false;

  /** @param run does not reject */
  constructor(run: () => Promise<void>) {
    this.#run = run;
  }

  /** Runs now, or when the current run has ended. */
  async refresh(): Promise<void> {
    this.#isWanted = true;
    if (this.#isRunning) return;
    this.#isRunning = true;
    while (this.#isWanted && !this.#isClosed) {
      this.#isWanted = false;
      await this.#run();
    }
    this.#isRunning = false;
  }

  /** Runs no more. */
  close(): void {
    this.#isClosed = true;
  }
}
