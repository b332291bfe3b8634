import type { Diagnostics } from '../diagnostics.js';
import type { ExportOutcome } from './export-batch.js';

/** Whether an exporter delivers, and since when it does not. Times are epoch milliseconds. */
export interface ExporterHealth {
  /** The name of the exporter's class. */
  readonly exporter: string;
  /** True after an export that delivered nothing, until an export delivers a span. */
  readonly isFailing: boolean;
  /** When it began to fail; undefined while it does not. */
  readonly failingSince: number | undefined;
  /** When a span was delivered last; undefined if never. */
  readonly lastDelivered: number | undefined;
  /** Why a span was not delivered, the last time that happened; kept when the exporter delivers again. */
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
 * The record of the deliveries of one exporter: its health, and the log lines about lost spans. It logs
 * a line when spans begin to be lost and one when that is over, never a line for each batch. A failure that
 * returns needs twice as many deliveries in a row each time until it counts as over, so that a
 * destination that fails every other time does not fill the log.
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

  /** The log has a line about dropped spans, and none yet that dropping is over. */
  #isDropLogged = false;
  #droppedCount = 0;
  #droppedCountAtExport = 0;

  constructor(
    /** The exporter's class, as the log names it: `OtlpSpanExporter`. */
    private readonly exporter: string,
    private readonly diagnostics: Diagnostics,
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

  /** Notes the outcome of an export. Never throws, whatever the error is. */
  settled({ deliveredCount, undeliveredCount, error }: ExportOutcome): void {
    const time = this.now();
    if (undeliveredCount > 0) this.#lastError = { message: describeFailure(error), time };
    if (deliveredCount > 0) {
      this.#lastDelivered = time;
      this.#failingSince = undefined;
      this.#logSuccess();
    } else {
      this.#failingSince ??= time;
      this.#logFailure(undeliveredCount, error);
    }
    if (this.#isDropLogged) this.#logEndOfDropping();
  }

  /** Notes spans that were dropped before they reached an export. */
  dropped(reason: string, spanCount = 1): void {
    this.#droppedCount += spanCount;
    if (this.#isDropLogged) return;
    this.#isDropLogged = true;
    this.diagnostics.say(
      `Spans for ${this.exporter} are dropped: ${reason}. ` +
        'Further dropped spans are counted and summarised when dropping ends.',
    );
  }

  /** Logs the summaries that are still due: nothing follows. */
  close(): void {
    if (this.#isFailureLogged) {
      this.diagnostics.say(`${this.exporter} is shut down; ${lost(this.#failedCount)}.`);
    }
    this.#isFailureLogged = false;
    if (this.#isDropLogged) this.#summariseDropping();
  }

  #logFailure(spanCount: number, error: unknown): void {
    this.#failedCount += spanCount;
    this.#successCount = 0;
    if (this.#isFailureLogged) return;
    this.#isFailureLogged = true;
    this.diagnostics.say(
      `${this.exporter} could not deliver ${spans(this.#failedCount)}: ${describeFailure(error)}. ` +
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
    this.diagnostics.say(`${this.exporter} delivers again; ${lost(this.#failedCount)}.`);
    this.#isFailureLogged = false;
    this.#failedCount = 0;
    this.#successesToTrust = Math.min(this.#successesToTrust * 2, MAX_SUCCESSES_TO_TRUST);
  }

  /** Dropping is over when no span was dropped between two exports. */
  #logEndOfDropping(): void {
    if (this.#droppedCount === this.#droppedCountAtExport) this.#summariseDropping();
    else this.#droppedCountAtExport = this.#droppedCount;
  }

  #summariseDropping(): void {
    this.diagnostics.say(
      `Spans for ${this.exporter} are no longer dropped; ${lost(this.#droppedCount)}.`,
    );
    this.#isDropLogged = false;
    this.#droppedCount = 0;
    this.#droppedCountAtExport = 0;
  }
}

/** In words, whatever an exporter gave as its error. Never throws. */
function describeFailure(error: unknown): string {
  if (error === undefined) return 'no reason given';
  try {
    return error instanceof Error ? error.message || error.name : String(error);
  } catch {
    return 'no reason that could be read';
  }
}

function spans(count: number): string {
  return count === 1 ? '1 span' : `${count} spans`;
}

function lost(count: number): string {
  return count === 1 ? '1 span was lost' : `${count} spans were lost`;
}
