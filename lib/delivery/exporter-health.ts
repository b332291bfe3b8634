import { describeFailure } from './describe-failure.js';

/** Whether an exporter delivers, and since when it does not. Times are epoch milliseconds. */
export interface ExporterHealth {
  /** The name of the exporter's class. */
  readonly exporter: string;
  /** True from an export of which nothing was delivered until one of which something was. */
  readonly isFailing: boolean;
  /** When it began to fail; undefined while it does not. */
  readonly failingSince: number | undefined;
  /** When something was delivered last; undefined if never. */
  readonly lastDelivered: number | undefined;
  /** Why something was not delivered, the last time that happened; it stays when that is over. */
  readonly lastError:
    | {
        /** The message of the error. */
        readonly message: string;
        /** When the export failed. */
        readonly time: number;
      }
    | undefined;
}

/** Takes down how the exports of one exporter went. */
export class HealthRecord {
  #failingSince: number | undefined;
  #lastDelivered: number | undefined;
  #lastError: ExporterHealth['lastError'];

  constructor(
    private readonly exporter: string,
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

  /** An export is over. Never throws, whatever the error is. */
  settled(deliveredCount: number, undeliveredCount: number, error: unknown): void {
    const time = this.now();
    if (undeliveredCount > 0) this.#lastError = { message: describeFailure(error), time };
    if (deliveredCount > 0) {
      this.#lastDelivered = time;
      this.#failingSince = undefined;
    } else {
      this.#failingSince ??= time;
    }
  }
}
