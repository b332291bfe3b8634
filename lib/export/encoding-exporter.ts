import { performance } from 'node:perf_hooks';
import { contextStorage } from '../context/index.js';
import type { Diagnostics } from '../diagnostics.js';
import { checkCount } from '../option-checks.js';
import type { EncodedRequest, Encoding, OpenBody } from './encoding.js';
import {
  countInWords,
  type EncodedBatch,
  type ExportControl,
  type Exporter,
  type ExportResult,
  ExportResultCode,
  type ItemWords,
  type PartialExportResult,
} from './exporter.js';
import type { PartialSuccess } from './otlp/response.js';
import { RequestLimits } from './request-limits.js';
import { type SendControl, SendError, type Sender, type SenderResponse } from './sender.js';
import { Slices } from './slices.js';

/** In messages. */
const MAX_NAME_LENGTH = 100;
/** A server that refuses a shorter request for its length refuses all, so no further ones are sent. */
const MIN_REFUSED_BYTES = 512;

/** Format and destination of one exporter. All values but the two limits are checked by then. */
export interface EncodingExporterOptions<T> {
  /** The exporter's class, for messages: `OtlpSpanExporter`. */
  readonly owner: string;
  /** What is exported, for messages. */
  readonly words: ItemWords;
  readonly encoding: Encoding<T>;
  readonly sender: Sender;
  /** For one export: all its requests, all tries, and the waits between them. */
  readonly timeoutMillis: number;
  /** Exports that may be under way at once; one more fails at once. 1 to 1000. @default 30 */
  readonly concurrencyLimit: number | undefined;
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
  /**
   * No longer request is sent. Before compression; 1 to 67108864.
   * @default undefined: requests are filled up to 1 MiB, and a longer item gets a request of its own
   */
  readonly maxRequestBytes: number | undefined;
}

/**
 * An exporter that encodes items, spans or log records, and passes the bytes to a sender. Each export calls
 * back once, with the number of items that were not accepted.
 *
 * A request is closed before the item that would make it too long. If the receiver refuses a request for
 * its length, its items are sent again in halves, and later requests are shorter. An item that is refused
 * alone is dropped.
 */
export class EncodingExporter<T> implements Exporter<T> {
  readonly #options: EncodingExporterOptions<T>;
  readonly #concurrencyLimit: number;
  readonly #limits: RequestLimits;
  readonly #underWay = new Set<Promise<void>>();
  #isShutDown = false;

  /** @throws TracingConfigError for a `concurrencyLimit` or `maxRequestBytes` outside its range */
  constructor(options: EncodingExporterOptions<T>) {
    const { owner, concurrencyLimit, maxRequestBytes } = options;
    this.#options = options;
    const option = `${owner}.concurrencyLimit`;
    this.#concurrencyLimit = checkCount(option, concurrencyLimit, 30, 1, 1000);
    this.#limits = new RequestLimits(owner, maxRequestBytes);
  }

  export(
    items: T[],
    resultCallback: (result: ExportResult) => void,
    control?: ExportControl,
  ): void {
    this.#begin(items, resultCallback, control);
  }

  /** Undefined where items are not encoded one by one, and in a subclass that overrides {@link export}. */
  openBatch(): EncodedBatch<T> | undefined {
    if (this.export !== EncodingExporter.prototype.export) return undefined;
    const { encoding, group } = this.#options;
    if (!encoding.encodesOneByOne || group !== undefined) return undefined;
    return new BodyBatch(encoding.openBody(this.#limits.fillBytes), this.#begin);
  }

  async forceFlush(): Promise<void> {
    await Promise.all(this.#underWay);
    await this.#options.sender.flush?.();
  }

  /** An export under way has a second left, and is not tried again. */
  async shutdown(): Promise<void> {
    this.#isShutDown = true;
    const { sender } = this.#options;
    sender.endSoon();
    await Promise.all(this.#underWay);
    await sender.close();
  }

  readonly #begin: BeginExport<T> = (source, resultCallback, control) => {
    const refusal = this.#refusal();
    if (refusal !== undefined) {
      resultCallback({ code: ExportResultCode.FAILED, error: new Error(refusal) });
      return;
    }
    const finished: Promise<void> = contextStorage
      .runSuppressed(() => this.#deliver(source, control))
      .then((result) => {
        this.#underWay.delete(finished);
        try {
          resultCallback(result);
        } catch (error) {
          this.#options.diagnostics.report('A callback of an export threw', error);
        }
      });
    this.#underWay.add(finished);
  };

  #refusal(): string | undefined {
    if (this.#isShutDown) return 'The exporter is shut down';
    if (this.#underWay.size < this.#concurrencyLimit) return undefined;
    return `${this.#concurrencyLimit} exports are already under way`;
  }

  /** Never rejects. */
  async #deliver(
    source: T[] | BodyBatch<T>,
    control: ExportControl | undefined,
  ): Promise<PartialExportResult> {
    const delivery = new Delivery(performance.now() + this.#options.timeoutMillis, control);
    try {
      if (source instanceof BodyBatch) await this.#sendBody(source.body, delivery);
      else await this.#sendItems(source, delivery);
    } catch (error) {
      return { code: ExportResultCode.FAILED, error: error as Error };
    }
    return delivery.resultFor(source.length);
  }

  async #sendItems(items: readonly T[], delivery: Delivery): Promise<void> {
    if (items.length === 0) return;
    const { encoding, group } = this.#options;
    const slices = new Slices();
    for (const groupOfItems of group?.(items) ?? [items]) {
      let body = encoding.openBody(this.#limits.fillBytes);
      for (const item of groupOfItems) {
        if (body.add(item) === 'full') {
          await this.#sendBody(body, delivery);
          body = encoding.openBody(this.#limits.fillBytes);
          body.add(item);
        }
        if (slices.isOver()) await slices.turn();
      }
      await this.#sendBody(body, delivery);
    }
  }

  /** Never rejects. */
  async #sendBody(body: OpenBody<T>, delivery: Delivery): Promise<void> {
    const { itemCount, skippedCount, skipCause } = body;
    if (skippedCount > 0) {
      const { diagnostics, words } = this.#options;
      diagnostics.report(
        `${words.manyCapitalized} could not be read and were not exported`,
        skipCause,
        skippedCount,
      );
      const error = `${countInWords(skippedCount, words)} could not be read: ${String(skipCause)}`;
      delivery.reject(skippedCount, new Error(error));
    }
    if (itemCount === 0) return;
    try {
      await this.#send(body.finish(), delivery);
    } catch (error) {
      delivery.reject(itemCount, error);
    }
  }

  /** @throws Error by rejection, where no item was sent */
  async #send(request: EncodedRequest, delivery: Delivery): Promise<void> {
    const { diagnostics, words } = this.#options;
    if (delivery.hopeless !== undefined) throw delivery.hopeless;
    try {
      await this.#sendWhole(request, delivery);
      return;
    } catch (error) {
      if (!(error instanceof SendError) || !error.isTooLong) throw error;
      if (request.itemCount === 1) {
        if (request.body.length < MIN_REFUSED_BYTES) delivery.hopeless = error;
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
        await this.#send(half, delivery);
      } catch (error) {
        delivery.reject(half.itemCount, error);
      }
    }
  }

  async #sendWhole(request: EncodedRequest, delivery: Delivery): Promise<void> {
    const { encoding, sender, timeoutMillis, readResponse, diagnostics, words } = this.#options;
    const { body, itemCount } = request;
    if (body.length > this.#limits.maxBytes) {
      const message = `The request would be ${body.length} bytes long, more than ${this.#limits.maxBytes}`;
      throw new SendError(message, undefined, true);
    }
    if (performance.now() >= delivery.deadline) {
      throw new Error(`The ${timeoutMillis} ms for an export are over`);
    }
    const response = await sender.send(body, delivery);
    // Not where it failed: a connection that was given up may still read the body.
    request.release();
    if (response.body.length === 0) return;
    const rejected = readResponse?.(response, encoding.contentType, diagnostics);
    if (rejected === undefined || rejected.rejectedCount === 0) return;
    const { rejectedCount, errorMessage } = rejected;
    delivery.reject(
      // A server that rejects more than it was sent must not reject the items of other requests.
      Math.min(rejectedCount, itemCount),
      new Error(
        `${rejectedCount} ${words.many} were rejected: ${errorMessage || 'no reason given'}`,
      ),
    );
  }
}

/** Begins an export of items or of a batch, by the contract of `SpanExporter.export`. */
type BeginExport<T> = (
  source: T[] | BodyBatch<T>,
  resultCallback: (result: ExportResult) => void,
  control: ExportControl | undefined,
) => void;

/** Items that are encoded one by one, into the body of one request. */
class BodyBatch<T> implements EncodedBatch<T> {
  /** In items, under the name that an array of items has for it. */
  length = 0;

  constructor(
    readonly body: OpenBody<T>,
    private readonly begin: BeginExport<T>,
  ) {}

  add(item: T): number | 'full' {
    const bytes = this.body.add(item);
    if (bytes !== 'full') this.length++;
    return bytes;
  }

  seal(): void {
    this.body.seal();
  }

  export(resultCallback: (result: ExportResult) => void, control?: ExportControl): void {
    this.begin(this, resultCallback, control);
  }
}

/** One export under way: its limits, how many of its items were not accepted, and why the first was not. */
class Delivery implements SendControl {
  readonly signal: AbortSignal | undefined;
  readonly onRetry: (error: Error) => void;
  /** Why the receiver will not take any request of this export. */
  hopeless: Error | undefined = undefined;
  #rejectedCount = 0;
  #cause: unknown;

  constructor(
    readonly deadline: number,
    control: ExportControl | undefined,
  ) {
    this.signal = control?.signal;
    this.onRetry = control?.onRetry ?? (() => {});
  }

  reject(itemCount: number, cause: unknown): void {
    this.#rejectedCount += itemCount;
    this.#cause ??= cause;
  }

  resultFor(itemCount: number): PartialExportResult {
    const error = this.#cause as Error;
    if (this.#rejectedCount === 0) return { code: ExportResultCode.SUCCESS };
    if (this.#rejectedCount >= itemCount) return { code: ExportResultCode.FAILED, error };
    return { code: ExportResultCode.SUCCESS, rejectedCount: this.#rejectedCount, error };
  }
}
