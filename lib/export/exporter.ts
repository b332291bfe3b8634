/** `ExportResultCode` of OpenTelemetry, by value. */
export const ExportResultCode = {
  /** The exporter delivered the spans. */
  SUCCESS: 0,
  /** The exporter did not deliver the spans and does not try again. */
  FAILED: 1,
} as const;

/** The result of one export. The shape is OpenTelemetry's. */
export interface ExportResult {
  /** Whether the spans, log records or data points were delivered. */
  readonly code: (typeof ExportResultCode)[keyof typeof ExportResultCode];
  /** Why some were not delivered. @default none */
  readonly error?: Error;
}

/**
 * The result of an export of which the destination accepted a part only. A processor of OpenTelemetry
 * reads the success that its `code` states; ours count what was rejected as failed.
 */
export interface PartialExportResult extends ExportResult {
  /** Number of the exported spans, log records or data points that were rejected. @default 0 */
  readonly rejectedCount?: number;
}

/** How a processor follows an export, and how it ends it. An exporter may ignore it. */
export interface ExportControl {
  /**
   * Aborted, with an error as its reason, when the processor gives the export up. The exporter then
   * stops, and calls back before the event loop turns, with the error of its last try.
   */
  readonly signal: AbortSignal;
  /** The exporter calls it before each further try, so that the log names the trouble soon. */
  readonly onRetry: (error: Error) => void;
}

/**
 * What the exporters of all signals have in common; `T` is a span or a log record. The contract is that of
 * `SpanExporter`.
 */
export interface Exporter<T> {
  /** Delivers the items, and calls back once when the outcome is known. */
  export(items: T[], resultCallback: (result: ExportResult) => void, control?: ExportControl): void;
  /** Resolves when every export that began before the call has a result. */
  forceFlush?(): Promise<void>;
  /** Called once, after the last export; may be called while one is under way. */
  shutdown(): Promise<void>;
  /** Opens a batch that encodes items one by one. */
  openBatch?(): EncodedBatch<T> | undefined;
  /** Exports that one processor may have under way at once. @default 1 */
  readonly maxConcurrentExports?: number;
}

/** Items that are encoded one by one, and exported together. The contract is that of `SpanBatch`. */
export interface EncodedBatch<T> {
  /**
   * Encodes an item.
   *
   * @returns its bytes; 0 for one that cannot be encoded; `full` if it belongs into the next batch
   */
  add(item: T): number | 'full';
  /** Called when no item follows and the batch waits for its export. */
  seal?(): void;
  /** Exports the items that were added, at least one. */
  export(resultCallback: (result: ExportResult) => void, control?: ExportControl): void;
}

/** What messages call the items of a signal. */
export interface ItemWords {
  /** With a small letter: `span`. */
  readonly one: string;
  /** With a small letter: `spans`. */
  readonly many: string;
  /** At the beginning of a sentence: `Spans`. */
  readonly manyCapitalized: string;
  /** What happens to those of a failed export. @default 'lost' */
  readonly fate?: string;
}

export const SPAN_WORDS: ItemWords = { one: 'span', many: 'spans', manyCapitalized: 'Spans' };
export const DATA_POINT_WORDS: ItemWords = {
  one: 'data point',
  many: 'data points',
  manyCapitalized: 'Data points',
  // The next export has newer values of the same series.
  fate: 'not delivered',
};
export const LOG_RECORD_WORDS: ItemWords = {
  one: 'log record',
  many: 'log records',
  manyCapitalized: 'Log records',
};

/** `1 span`, `3 spans`. */
export function countInWords(count: number, { one, many }: ItemWords): string {
  return `${count} ${count === 1 ? one : many}`;
}
