import type { ReadableSpan } from '../trace/index.js';

/** A format in which spans are sent. */
export interface TraceEncoding {
  readonly contentType: string;
  /**
   * True if a span is encoded in about a microsecond. Such spans are encoded when they end, so that
   * waiting spans take the bytes of the request and no objects.
   */
  readonly encodesEndingSpans: boolean;
  /** Opens the body of a request of at most `maxBytes`. */
  openBody(maxBytes: number): OpenBody;
}

/** The body of a request while spans are added to it. */
export interface OpenBody {
  /** Number of the spans that were added. */
  readonly spanCount: number;
  /** Spans that were left out, because reading them threw. */
  readonly skippedCount: number;
  /** The error of the first of them. */
  readonly skipCause: unknown;
  /**
   * Adds a span. Never throws.
   *
   * @returns the bytes that the span takes; 0 for a span that cannot be read and is skipped; `full` if
   *   the body would become too long and the span was not added. A body without spans takes any span
   */
  add(span: ReadableSpan): number | 'full';
  /** Releases the memory that only further spans need. None may be added afterwards. */
  seal(): void;
  /** Returns the whole body. Called once. */
  finish(): EncodedTraces;
}

/** Spans as the body of a request. */
export interface EncodedTraces {
  readonly body: Buffer;
  /** Number of the spans in `body`. */
  readonly spanCount: number;
  /** Releases the memory of `body` for another request. Called when nothing reads `body` any more. */
  release(): void;
  /** Divides two or more spans into two requests. `body` does not change. */
  halves(): EncodedTraces[];
  /** The name of the first span, for the log. */
  readonly firstSpanName: string;
}
