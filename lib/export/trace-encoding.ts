import type { ReadableSpan, Resource } from '../trace/index.js';

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
  /** Begins a body that spans are put into one by one, where the form allows it. */
  startBatch?(): TraceBatch;
}

/** The body of a request while spans are put into it. Nothing of a span is kept but its bytes. */
export interface TraceBatch {
  /** Those of the spans, each once. */
  readonly resources: Iterable<Resource>;
  /** Encodes a span. Does not throw. @returns how many bytes it takes; 0 for one that cannot be read */
  add(span: ReadableSpan): number;
  /**
   * Lets go of what only further spans would need, for a batch that will wait. None may come after it.
   */
  seal(): void;
  /** The whole body. Call it once. */
  finish(): EncodedTraces;
}
