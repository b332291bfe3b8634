/** A format in which items of one signal are sent: spans, log records, data points of metrics. */
export interface Encoding<T> {
  readonly contentType: string;
  /**
   * True if an item is encoded in about a microsecond. Such items are encoded before they wait, so that
   * waiting ones take the bytes of the request and no objects.
   */
  readonly encodesOneByOne: boolean;
  /** Opens the body of a request of at most `maxBytes`. */
  openBody(maxBytes: number): OpenBody<T>;
}

/** The body of a request while items are added to it. */
export interface OpenBody<T> {
  /** Number of the items that were added. */
  readonly itemCount: number;
  /** Items that were left out, because reading them threw. */
  readonly skippedCount: number;
  /** The error of the first of them. */
  readonly skipCause: unknown;
  /**
   * Adds an item. Never throws.
   *
   * @returns the bytes that the item takes; 0 for one that cannot be read and is skipped; `full` if
   *   the body would become too long and the item was not added. An empty body takes any item
   */
  add(item: T): number | 'full';
  /** Releases the memory that only further items need. None may be added afterwards. */
  seal(): void;
  /** Returns the whole body. Called once. */
  finish(): EncodedRequest;
}

/** Items as the body of a request. */
export interface EncodedRequest {
  readonly body: Buffer;
  /** Number of the items in `body`. */
  readonly itemCount: number;
  /** Releases the memory of `body` for another request. Called when nothing reads `body` any more. */
  release(): void;
  /** Divides two or more items into two requests. `body` does not change. */
  halves(): EncodedRequest[];
  /** The name of the first item, for the log. */
  readonly firstName: string;
}
