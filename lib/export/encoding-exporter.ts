import { contextStorage } from '../context/index.js';
import { checkCount } from '../option-checks.js';
import type { OpenBody } from './encoding.js';
import { type ExportRequestOptions, ExportRequests } from './export-requests.js';
import {
  type EncodedBatch,
  type ExportControl,
  type Exporter,
  type ExportResult,
  ExportResultCode,
  type PartialExportResult,
} from './exporter.js';
import { RequestLimits } from './request-limits.js';
import { Slices } from './slices.js';

/** Of the exports that may be under way at once, one processor begins this share, so that others can export too. */
const SHARE_OF_ONE_PROCESSOR = 1 / 3;

/** Format, destination and limits of one exporter. All values but the two limits are checked by then. */
export interface EncodingExporterOptions<T> extends ExportRequestOptions<T> {
  /** The exporter's class, for messages: `OtlpSpanExporter`. */
  readonly owner: string;
  /** Exports that may be under way at once; one more fails at once. 1 to 1000. @default 30 */
  readonly concurrencyLimit: number | undefined;
  /**
   * No longer request is sent. Before compression; 1 to 67108864.
   * @default undefined: requests are filled up to 1 MiB, and a longer item gets a request of its own
   */
  readonly maxRequestBytes: number | undefined;
}

/**
 * An exporter that encodes items, such as spans or log records, and passes the bytes to a sender. Each export calls
 * back once, with the number of items that were not accepted.
 *
 * A request is closed before the item that would make it too long.
 */
export class EncodingExporter<T> implements Exporter<T> {
  readonly #options: EncodingExporterOptions<T>;
  readonly #concurrencyLimit: number;
  readonly #limits: RequestLimits;
  /** Of all exports: those that encode at the same time must not take a slice each. */
  readonly #slices = new Slices();
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

  /**
   * A third of `concurrencyLimit`, where the destination is faster with several requests at once; 1 in a
   * subclass that overrides {@link export}.
   */
  get maxConcurrentExports(): number {
    if (this.#isOverridden || !this.#options.sender.isFasterInParallel) return 1;
    return Math.max(1, Math.floor(this.#concurrencyLimit * SHARE_OF_ONE_PROCESSOR));
  }

  /** Time that exports took to encode their items, in milliseconds since the exporter was created. */
  get encodingMillis(): number {
    return this.#slices.workMillis;
  }

  /** Undefined where items are not encoded one by one, and in a subclass that overrides {@link export}. */
  openBatch(): EncodedBatch<T> | undefined {
    if (this.#isOverridden) return undefined;
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

  get #isOverridden(): boolean {
    return this.export !== EncodingExporter.prototype.export;
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
    const requests = new ExportRequests(this.#options, this.#limits, this.#slices, control);
    try {
      if (source instanceof BodyBatch) await requests.sendBody(source.body);
      else await requests.sendItems(source);
    } catch (error) {
      return { code: ExportResultCode.FAILED, error: error as Error };
    }
    return requests.resultFor(source.length);
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
