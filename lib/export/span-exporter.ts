import type { ReadableSpan } from '../trace/readable-span.js';

/** What `ExportResultCode` of OpenTelemetry says, by value. */
export const ExportResultCode = {
  /** The exporter delivered the spans. */
  SUCCESS: 0,
  /** The exporter did not deliver the spans and does not try again. */
  FAILED: 1,
} as const;

/** How an export went. The shape is OpenTelemetry's. */
export interface ExportResult {
  /** Whether the spans were delivered. */
  readonly code: (typeof ExportResultCode)[keyof typeof ExportResultCode];
  /** Why spans were not delivered. @default none */
  readonly error?: Error;
}

/**
 * Delivers spans that have ended. The interface is OpenTelemetry's, so its exporters fit unchanged.
 *
 * - Called by a span processor, with tracing suppressed. Calls never overlap for one exporter.
 * - The exporter retries what its protocol lets it retry, and times out by itself; the processor
 *   does neither beyond giving up after its own export timeout.
 * - `resultCallback` is called once. Calling it twice, never, or throwing instead is survived and
 *   counted by the processor.
 * - The array belongs to the exporter from the call on; the spans change no more.
 *
 * Spec: `trace/sdk.md#span-exporter`.
 */
export interface SpanExporter {
  /** Delivers the spans, and calls back once when the outcome is known. */
  export(spans: ReadableSpan[], resultCallback: (result: ExportResult) => void): void;
  /** Resolves when what was handed over is delivered or given up. */
  forceFlush?(): Promise<void>;
  /** Called once, after the last export; may be called while one is under way. */
  shutdown(): Promise<void>;
}
