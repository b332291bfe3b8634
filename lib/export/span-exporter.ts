import type { ReadableSpan } from '../trace/readable-span.js';
import type { ExportControl, ExportResult } from './exporter.js';

/**
 * Delivers spans that have ended. The interface is OpenTelemetry's, so its exporters fit unchanged;
 * {@link SpanExporter.openBatch}, {@link SpanExporter.maxConcurrentExports} and {@link ExportControl} are
 * additions, and optional.
 *
 * - Called by a span processor, with tracing suppressed. Exports overlap for one processor only where
 *   `maxConcurrentExports` allows it.
 * - The exporter retries what its protocol allows, and has its own timeout. The processor does not
 *   retry; it gives the export up after its export timeout.
 * - An exporter that was passed to an application as an instance belongs to the code that created it: the
 *   application calls `forceFlush` when it is closed, and `shutdown` never. Later applications of the
 *   process may use it.
 * - `resultCallback` is called once. The processor survives an exporter that calls it twice or never,
 *   or that throws or rejects instead, and counts the spans.
 * - The exporter may keep and change the array. The spans do not change any more.
 *
 * Spec: `trace/sdk.md#span-exporter`.
 */
export interface SpanExporter {
  /** Delivers the spans, and calls back once when the outcome is known. */
  export(
    spans: ReadableSpan[],
    resultCallback: (result: ExportResult) => void,
    control?: ExportControl,
  ): void;
  /**
   * Resolves when every export that began before the call has a result. An exporter that writes
   * something with an end, such as a file, ends it here, because it may get no `shutdown`.
   */
  forceFlush?(): Promise<void>;
  /** Called once, after the last export; may be called while one is under way. */
  shutdown(): Promise<void>;
  /**
   * Opens a batch that encodes spans as they end, so that waiting spans take the bytes of the request
   * and no objects. An exporter that needs the spans of a request together has no such method, or
   * returns undefined: the processor then keeps the spans and passes them to `export`.
   *
   * Processors of this library call it for each batch, when its first span ends, inside the user's call
   * that ends the span; it must be quick. Batches of one processor are filled one after the other, and
   * several full ones may wait. Other processors never call it. Where it throws, or returns something
   * else, the failure is reported and the batch goes to `export`.
   *
   * A class with this method must return undefined from it where `export` is overridden, as the
   * exporters of this library do: a subclass that overrides `export` alone gets its spans there.
   */
  openBatch?(): SpanBatch | undefined;
  /**
   * Exports that one processor may have under way at once, 1 to 1000. An exporter whose destination answers
   * several requests at the same time declares it, so that the time for one answer does not limit how many
   * spans a second are delivered. Exports begin in the order in which their spans ended, and may end in any
   * other order. While exports fail or are tried again, a processor of this library begins one at a time.
   *
   * Read once, by the constructor of the processor. The exporters of this library that send to a server declare
   * a third of their `concurrencyLimit`, and 1 in a subclass that overrides `export`.
   *
   * @default 1: exports never overlap for one processor, as the specification demands
   */
  readonly maxConcurrentExports?: number;
  /**
   * CPU time that `export` took so far, in milliseconds since the exporter was created, of which the option
   * `maxOverheadRatio` takes account. The time of `openBatch` and of its batches is not part of it.
   *
   * @default not known: the export counts with its usual share of the cost of a span
   */
  readonly encodingMillis?: number;
}

/**
 * Spans that are encoded one by one, and exported together. One processor fills it: `add` for each
 * span, then maybe `seal`, then `export` once. A batch that the processor drops at its shutdown is not
 * exported.
 */
export interface SpanBatch {
  /**
   * Encodes a span that has ended, and keeps no reference to it. Called inside the user's call that ends
   * the span; it must be quick. A span that cannot be encoded is counted in the `rejectedCount` of
   * {@link export}. The processor reports an `add` that throws, and counts its span as failed.
   *
   * @returns the bytes that the span takes in the request; 0 for a span that cannot be encoded; `full`
   *   if the request would become too long and the span was not added: the processor opens the next
   *   batch for it. A batch without spans takes any span
   */
  add(span: ReadableSpan): number | 'full';
  /**
   * Called when no span follows and the batch waits for its export: releases the memory that only `add` needs.
   *
   * @default nothing is released
   */
  seal?(): void;
  /** Exports the spans that were added, at least one. Same contract as {@link SpanExporter.export}. */
  export(resultCallback: (result: ExportResult) => void, control?: ExportControl): void;
}
