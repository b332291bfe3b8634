import { performance } from 'node:perf_hooks';
import { STOPPED_MILLIS } from '../awake-timeout.js';
import type { Diagnostics } from '../diagnostics.js';
import type { EncodedRequest, Encoding, OpenBody } from './encoding.js';
import {
  countInWords,
  type ExportControl,
  ExportResultCode,
  type ItemWords,
  type PartialExportResult,
} from './exporter.js';
import type { PartialSuccess } from './otlp/response.js';
import type { RequestLimits } from './request-limits.js';
import { type SendControl, SendError, type Sender, type SenderResponse } from './sender.js';
import type { Slices } from './slices.js';

/** In messages. */
const MAX_NAME_LENGTH = 100;
/** A server that refuses a shorter request for its length refuses all, so no further ones are sent. */
const MIN_REFUSED_BYTES = 512;

/** Format and destination of the requests of one exporter. All values are checked by then. */
export interface ExportRequestOptions<T> {
  /** What is exported, for messages. */
  readonly words: ItemWords;
  readonly encoding: Encoding<T>;
  readonly sender: Sender;
  /** For one export: all its requests, all tries, and the waits between them. */
  readonly timeoutMillis: number;
  readonly diagnostics: Diagnostics;
  /** Splits items into groups that each need a request of their own. @default one group */
  readonly group?: (items: readonly T[]) => Iterable<readonly T[]>;
  /**
   * Reads how many items the server rejected. Called with a response that has a body.
   *
   * @throws Error for a response that no receiver of this format gives
   * @default none
   */
  readonly readResponse?: (
    response: SenderResponse,
    requestContentType: string,
    diagnostics: Diagnostics,
  ) => PartialSuccess | undefined;
}

/**
 * The requests of one export, one after the other, and how many of its items were not accepted.
 *
 * If the receiver refuses a request for its length, its items are sent again in halves, and later requests
 * are shorter. An item that is refused alone is dropped.
 */
export class ExportRequests<T> implements SendControl {
  deadline: number;
  readonly signal: AbortSignal | undefined;
  readonly onRetry: (error: Error) => void;
  readonly #options: ExportRequestOptions<T>;
  readonly #limits: RequestLimits;
  readonly #slices: Slices;
  /** Why the receiver will not take any request of this export. */
  #hopeless: Error | undefined = undefined;
  #rejectedCount = 0;
  /** Why the first item was not accepted. */
  #cause: unknown;

  constructor(
    options: ExportRequestOptions<T>,
    limits: RequestLimits,
    slices: Slices,
    control: ExportControl | undefined,
  ) {
    this.#options = options;
    this.#limits = limits;
    this.#slices = slices;
    this.deadline = performance.now() + options.timeoutMillis;
    this.signal = control?.signal;
    this.onRetry = control?.onRetry ?? (() => {});
  }

  restartIfStopped(): void {
    const now = performance.now();
    if (now - this.deadline >= STOPPED_MILLIS) this.deadline = now + this.#options.timeoutMillis;
  }

  /** Rejects where the items cannot be encoded. */
  async sendItems(items: readonly T[]): Promise<void> {
    if (items.length === 0) return;
    const { encoding, group } = this.#options;
    const slices = this.#slices;
    let start = slices.begin();
    for (const groupOfItems of group?.(items) ?? [items]) {
      let body = encoding.openBody(this.#limits.fillBytes);
      for (const item of groupOfItems) {
        if (body.add(item) === 'full') {
          slices.end(start);
          await this.sendBody(body);
          start = slices.begin();
          body = encoding.openBody(this.#limits.fillBytes);
          body.add(item);
        }
        if (slices.isOver()) {
          slices.end(start);
          await slices.turn();
          start = slices.begin();
        }
      }
      slices.end(start);
      await this.sendBody(body);
      start = slices.begin();
    }
  }

  /** Never rejects. */
  async sendBody(body: OpenBody<T>): Promise<void> {
    const { itemCount, skippedCount, skipCause } = body;
    if (skippedCount > 0) {
      const { diagnostics, words } = this.#options;
      diagnostics.report(
        `${words.manyCapitalized} could not be read and were not exported`,
        skipCause,
        skippedCount,
      );
      const error = `${countInWords(skippedCount, words)} could not be read: ${String(skipCause)}`;
      this.#reject(skippedCount, new Error(error));
    }
    if (itemCount === 0) return;
    try {
      await this.#send(body.finish());
    } catch (error) {
      this.#reject(itemCount, error);
    }
  }

  /** @throws Error by rejection, where no item was sent */
  async #send(request: EncodedRequest): Promise<void> {
    const { diagnostics, words } = this.#options;
    if (this.#hopeless !== undefined) throw this.#hopeless;
    try {
      await this.#sendWhole(request);
      return;
    } catch (error) {
      if (!(error instanceof SendError) || !error.isTooLong) throw error;
      if (request.itemCount === 1) {
        if (request.body.length < MIN_REFUSED_BYTES) this.#hopeless = error;
        diagnostics.report(
          `A ${words.one} is too long for the receiver and was dropped`,
          `'${request.firstName.slice(0, MAX_NAME_LENGTH)}', ${request.body.length} bytes: ${error.message}`,
        );
        throw error;
      }
      this.#limits.shorten(request.body.length);
      diagnostics.report(
        `A request is too long for the receiver; its ${words.many} are sent again in shorter requests. Set maxRequestBytes to the limit of the receiver`,
        `${request.body.length} bytes: ${error.message}`,
      );
    }
    for (const half of request.halves()) {
      try {
        await this.#send(half);
      } catch (error) {
        this.#reject(half.itemCount, error);
      }
    }
  }

  async #sendWhole(request: EncodedRequest): Promise<void> {
    const { encoding, sender, timeoutMillis, readResponse, diagnostics, words } = this.#options;
    const { body, itemCount } = request;
    if (body.length > this.#limits.maxBytes) {
      const message = `The request would be ${body.length} bytes long, more than ${this.#limits.maxBytes}`;
      throw new SendError(message, undefined, true);
    }
    this.restartIfStopped();
    if (performance.now() >= this.deadline) {
      throw new Error(`The ${timeoutMillis} ms for an export are over`);
    }
    const response = await sender.send(body, this);
    // Not where it failed: a connection that was given up may still read the body.
    request.release();
    if (response.body.length === 0) return;
    const rejected = readResponse?.(response, encoding.contentType, diagnostics);
    if (rejected === undefined || rejected.rejectedCount === 0) return;
    const { rejectedCount, errorMessage } = rejected;
    this.#reject(
      // A server that rejects more than it was sent must not reject the items of other requests.
      Math.min(rejectedCount, itemCount),
      new Error(
        `${rejectedCount} ${words.many} were rejected: ${errorMessage || 'no reason given'}`,
      ),
    );
  }

  /** @param itemCount all items of the export */
  resultFor(itemCount: number): PartialExportResult {
    const error = this.#cause as Error;
    if (this.#rejectedCount === 0) return { code: ExportResultCode.SUCCESS };
    if (this.#rejectedCount >= itemCount) return { code: ExportResultCode.FAILED, error };
    return { code: ExportResultCode.SUCCESS, rejectedCount: this.#rejectedCount, error };
  }

  #reject(itemCount: number, cause: unknown): void {
    this.#rejectedCount += itemCount;
    this.#cause ??= cause;
  }
}
