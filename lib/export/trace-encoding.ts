import type { ReadableSpan } from '../trace/index.js';

/** Spans as the body of a request. */
export interface EncodedTraces {
  readonly body: Buffer;
  /** Spans that could not be encoded, because reading them threw, and are left out. */
  readonly skippedCount: number;
  /** What the first of them threw. */
  readonly skipCause: unknown;
  /** Says that nobody reads `body` any more, so that its memory can be used again. */
  release(): void;
}

/** A form in which spans are sent. */
export interface TraceEncoding {
  readonly contentType: string;
  /** Encodes in slices between which the event loop turns. Never rejects because of a span. */
  encode(spans: readonly ReadableSpan[]): Promise<EncodedTraces>;
}
