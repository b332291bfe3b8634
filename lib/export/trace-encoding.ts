import type { ReadableSpan } from '../trace/index.js';

/** Spans as the body of a request. */
export interface EncodedTraces {
  readonly body: Buffer;
  /** Spans that are left out, because reading them threw. */
  readonly skippedCount: number;
  /** What the first of them threw. */
  readonly skipCause: unknown;
  /** Releases the memory of `body` for another request. Called when nothing reads `body` any more. */
  release(): void;
}

/** A format in which spans are sent. */
export interface TraceEncoding {
  readonly contentType: string;
  /** Encodes in slices between which the event loop turns. Never rejects because of a span. */
  encode(spans: readonly ReadableSpan[]): Promise<EncodedTraces>;
  /**
   * Opens the body of a request that spans are encoded into one by one.
   *
   * @default undefined, for a format that needs all spans of a request together
   */
  openBody?(): OpenBody;
}

/** The body of a request while spans are added to it. It keeps the bytes of a span and not the span. */
export interface OpenBody {
  /** Never throws. @returns bytes that the span takes; 0 for one that cannot be read and is skipped */
  add(span: ReadableSpan): number;
  /** Releases the memory that only further spans need. None may be added afterwards. */
  seal(): void;
  /** The whole body. Called once. */
  finish(): EncodedTraces;
}
