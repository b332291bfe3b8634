import { checkCount } from '../option-checks.js';

/** The limit of OTLP, which suits the other formats. */
const MAX_REQUEST_BYTES = 64 * 1024 * 1024;
/** The lowest limit of usual receivers: nginx refuses longer bodies by default. */
const DEFAULT_FILL_BYTES = 1024 * 1024;
/** A receiver that refuses requests for another reason must not make them ever shorter. */
const MIN_FILL_BYTES = 16 * 1024;

/** How long the requests of one exporter may be, before compression. */
export class RequestLimits {
  /** No longer request is sent. */
  readonly maxBytes: number;
  /** Up to this length spans are put into one request. A longer span gets a request of its own. */
  fillBytes: number;

  /**
   * @param owner the exporter's class, for messages: `OtlpSpanExporter`
   * @param given the option `maxRequestBytes`
   * @throws TracingConfigError for a number outside its range
   */
  constructor(owner: string, given: number | undefined) {
    const option = `${owner}.maxRequestBytes`;
    this.maxBytes = checkCount(option, given, MAX_REQUEST_BYTES, 1, MAX_REQUEST_BYTES);
    this.fillBytes = given ?? DEFAULT_FILL_BYTES;
  }

  /** Lets further requests be half as long as one that the receiver refused for its length. */
  shorten(refusedBytes: number): void {
    const halfBytes = Math.max(refusedBytes >> 1, MIN_FILL_BYTES);
    if (halfBytes < this.fillBytes) this.fillBytes = halfBytes;
  }
}
