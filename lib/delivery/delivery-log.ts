import type { Diagnostics } from '../diagnostics.js';
import { describeFailure } from './describe-failure.js';

/** After this many deliveries in a row a trouble that comes and goes is taken for over. */
const MAX_SUCCESSES_TO_TRUST = 64;

/**
 * Says when spans begin to get lost and when that is over; never a line per batch. A trouble that
 * keeps coming back needs twice as many deliveries in a row each time until it is called over, so
 * that a destination that fails every other time does not fill the log.
 */
export class DeliveryLog {
  #isFailing = false;
  #failedCount = 0;
  #successCount = 0;
  #successesToTrust = 1;
  #isDropping = false;
  #droppedCount = 0;
  #droppedCountBefore = 0;

  constructor(
    /** Whose deliveries these are, as it stands in the log: `OtlpSpanExporter`. */
    private readonly name: string,
    private readonly diagnostics: Diagnostics,
  ) {}

  /** An export has failed. */
  failed(spanCount: number, error: unknown): void {
    this.#failedCount += spanCount;
    this.#successCount = 0;
    if (this.#isFailing) return;
    this.#isFailing = true;
    this.diagnostics.say(
      `${this.name} could not deliver ${spans(this.#failedCount)}: ${describeFailure(error)}. ` +
        'Further failures are counted, and said when it works again.',
    );
  }

  /** An export has succeeded. */
  succeeded(): void {
    this.#successCount++;
    if (!this.#isFailing) {
      if (this.#successCount >= MAX_SUCCESSES_TO_TRUST) this.#successesToTrust = 1;
      return;
    }
    if (this.#successCount < this.#successesToTrust) return;
    this.diagnostics.say(`${this.name} delivers again; ${lost(this.#failedCount)}.`);
    this.#isFailing = false;
    this.#failedCount = 0;
    this.#successesToTrust = Math.min(this.#successesToTrust * 2, MAX_SUCCESSES_TO_TRUST);
  }

  /** Spans were dropped before they came to an export. */
  dropped(why: string, spanCount = 1): void {
    this.#droppedCount += spanCount;
    if (this.#isDropping) return;
    this.#isDropping = true;
    this.diagnostics.say(
      `Spans for ${this.name} are dropped: ${why}. They are counted, and said when it is over.`,
    );
  }

  /** An export is over: if nothing was dropped since the last one, dropping is over. */
  afterExport(): void {
    if (!this.#isDropping) return;
    if (this.#droppedCount !== this.#droppedCountBefore) {
      this.#droppedCountBefore = this.#droppedCount;
      return;
    }
    this.#sayDroppingOver();
  }

  /** No more comes: says what is still unsaid. */
  close(): void {
    if (this.#isFailing)
      this.diagnostics.say(`${this.name} is shut down; ${lost(this.#failedCount)}.`);
    this.#isFailing = false;
    if (this.#isDropping) this.#sayDroppingOver();
  }

  #sayDroppingOver(): void {
    this.diagnostics.say(
      `Spans for ${this.name} are dropped no more; ${lost(this.#droppedCount)}.`,
    );
    this.#isDropping = false;
    this.#droppedCount = 0;
    this.#droppedCountBefore = 0;
  }
}

function spans(count: number): string {
  return count === 1 ? '1 span' : `${count} spans`;
}

function lost(count: number): string {
  return count === 1 ? '1 span was lost' : `${count} spans were lost`;
}
