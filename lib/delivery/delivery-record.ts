import type { Diagnostics } from '../diagnostics.js';
import { countInWords, type ItemWords } from '../export/exporter.js';
import type { ExportOutcome } from './export-batch.js';

/** Whether an exporter delivers, and since when it does not. Times are epoch milliseconds. */
export interface ExporterHealth {
  /** The name of the exporter's class. */
  readonly exporter: string;
  /** True after an export that delivered nothing, until an export delivers something. */
  readonly isFailing: boolean;
  /** When it began to fail; undefined while it does not. */
  readonly failingSince: number | undefined;
  /** When something was delivered last; undefined if never. */
  readonly lastDelivered: number | undefined;
  /** Why something was not delivered, the last time that happened; kept when the exporter delivers again. */
  readonly lastError:
    | {
        /** The message of the error. */
        readonly message: string;
        /** When the export failed. */
        readonly time: number;
      }
    | undefined;
}

/** After this many deliveries in a row the next failure is a new one. */
const MAX_SUCCESSES_TO_TRUST = 64;

/**
 * The record of the deliveries of one exporter: its health, and the log lines about losses. It logs a
 * line when an export fails again and again or losses begin, and one when that is over, never a
 * line for each batch. A failure that returns needs twice as many deliveries in a row each time until it
 * counts as over, so that a destination that fails every other time does not fill the log.
 */
export class DeliveryRecord {
  #failingSince: number | undefined;
  #lastDelivered: number | undefined;
  #lastError: ExporterHealth['lastError'];

  /** The log has a line about failures, and none yet that they are over. */
  #isFailureLogged = false;
  #failedCount = 0;
  #successCount = 0;
  #successesToTrust = 1;

  /** The log has a line about dropped items, and none yet that dropping is over. */
  #isDropLogged = false;
  #droppedCount = 0;
  #droppedCountAtExport = 0;

  constructor(
    /** The exporter's class, as the log names it: `OtlpSpanExporter`. */
    private readonly exporter: string,
    private readonly diagnostics: Diagnostics,
    /** What it exports. */
    private readonly words: ItemWords,
    /** Epoch milliseconds. */
    private readonly now: () => number = Date.now,
  ) {}

  get health(): ExporterHealth {
    return {
      exporter: this.exporter,
      isFailing: this.#failingSince !== undefined,
      failingSince: this.#failingSince,
      lastDelivered: this.#lastDelivered,
      lastError: this.#lastError,
    };
  }

  /** Notes the outcome of an export. Never throws. */
  settled({ deliveredCount, undeliveredCount, error }: ExportOutcome): void {
    const time = this.now();
    if (undeliveredCount > 0) this.#lastError = { message: describeFailure(error), time };
    if (deliveredCount > 0) {
      this.#lastDelivered = time;
      this.#failingSince = undefined;
      this.#logSuccess();
      if (this.#isDropLogged) this.#logEndOfDropping();
    } else {
      this.#failingSince ??= time;
      this.#logFailure(undeliveredCount, error);
    }
  }

  /** Notes that an export of so many items failed and is tried again. */
  retrying(itemCount: number, error: unknown): void {
    this.#successCount = 0;
    this.#lastError = { message: describeFailure(error), time: this.now() };
    if (this.#isFailureLogged) return;
    this.#isFailureLogged = true;
    this.diagnostics.say(
      `${this.exporter} has not delivered ${countInWords(itemCount, this.words)} yet: ${this.#lastError.message}. It tries again. ` +
        `Lost ${this.words.many} are counted and summarised on recovery.`,
    );
  }

  /** Notes an item that was dropped before it reached an export. */
  dropped(reason: string): void {
    this.#droppedCount++;
    if (this.#isDropLogged) return;
    this.#isDropLogged = true;
    const { many, manyCapitalized } = this.words;
    this.diagnostics.say(
      `${manyCapitalized} for ${this.exporter} are dropped: ${reason}. ` +
        `Further dropped ${many} are counted and summarised when dropping ends.`,
    );
  }

  /**
   * Logs one summary of the losses that no line has summarised: nothing follows.
   *
   * @param abandonedCount items that were still waiting when the time for the shutdown was over
   */
  close(abandonedCount: number): void {
    const isLogged = this.#isFailureLogged || this.#isDropLogged;
    if (!isLogged && abandonedCount === 0) return;
    const lostCount = this.#failedCount + this.#droppedCount + abandonedCount;
    const waiting =
      abandonedCount > 0
        ? `, ${abandonedCount} of them because the time for the shutdown was over`
        : '';
    const cause =
      lostCount > 0 && this.#lastError !== undefined
        ? ` The last failure: ${this.#lastError.message}.`
        : '';
    this.diagnostics.say(
      `Delivery by ${this.exporter} has ended; ${this.#lost(lostCount)}${waiting}.${cause}`,
    );
    this.#isFailureLogged = false;
    this.#isDropLogged = false;
  }

  #logFailure(itemCount: number, error: unknown): void {
    this.#failedCount += itemCount;
    this.#successCount = 0;
    if (this.#isFailureLogged) return;
    this.#isFailureLogged = true;
    this.diagnostics.say(
      `${this.exporter} could not deliver ${countInWords(this.#failedCount, this.words)}: ${describeFailure(error)}. ` +
        'Further failures are counted and summarised on recovery.',
    );
  }

  #logSuccess(): void {
    this.#successCount++;
    if (!this.#isFailureLogged) {
      if (this.#successCount >= MAX_SUCCESSES_TO_TRUST) this.#successesToTrust = 1;
      return;
    }
    if (this.#successCount < this.#successesToTrust) return;
    this.diagnostics.say(`${this.exporter} delivers again; ${this.#lost(this.#failedCount)}.`);
    this.#isFailureLogged = false;
    this.#failedCount = 0;
    this.#successesToTrust = Math.min(this.#successesToTrust * 2, MAX_SUCCESSES_TO_TRUST);
  }

  /**
   * Dropping is over when nothing was dropped between two exports that delivered. One that failed soon also
   * leaves room in the queue, but only until it is full again.
   */
  #logEndOfDropping(): void {
    if (this.#droppedCount !== this.#droppedCountAtExport) {
      this.#droppedCountAtExport = this.#droppedCount;
      return;
    }
    this.diagnostics.say(
      `${this.words.manyCapitalized} for ${this.exporter} are no longer dropped; ${this.#lost(this.#droppedCount)}.`,
    );
    this.#isDropLogged = false;
    this.#droppedCount = 0;
    this.#droppedCountAtExport = 0;
  }

  #lost(count: number): string {
    if (count === 0) return `no ${this.words.one} was lost`;
    const { fate = 'lost' } = this.words;
    return `${countInWords(count, this.words)} ${count === 1 ? 'was' : 'were'} ${fate}`;
  }
}

/** Describes the error of an exporter, which can be any value. Never throws. */
function describeFailure(error: unknown): string {
  if (error === undefined) return 'no reason given';
  try {
    return error instanceof Error ? error.message || error.name : String(error);
  } catch {
    return 'no reason that could be read';
  }
}
