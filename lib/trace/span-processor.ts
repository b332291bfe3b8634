import type { Context } from '@opentelemetry/api';
import type { ReadableSpan } from './readable-span.js';
import type { RecordingSpan } from './recording-span.js';

/**
 * Hears of every span that is recorded, in the order in which they start and end.
 *
 * The interface is OpenTelemetry's, so its processors fit unchanged. `onStart` and `onEnd` are called
 * synchronously inside the user's code: they must be quick and must not throw; one that throws is
 * reported. `forceFlush` and `shutdown` may be called at any time, more than once and at once.
 * Spec: `trace/sdk.md#span-processor`.
 */
export interface SpanProcessor {
  /** `span` may still be changed here. */
  onStart(span: RecordingSpan, parentContext: Context): void;
  /** `span` is about to end and may be changed a last time. Spec: experimental. */
  onEnding?(span: RecordingSpan): void;
  /** `span` has ended and changes no more. Spans that are recorded but not sampled come too. */
  onEnd(span: ReadableSpan): void;
  /** Resolves when all spans that had ended before the call are delivered, or given up. */
  forceFlush(): Promise<void>;
  /** Flushes, then lets go of all resources. What ends afterwards is counted as dropped. */
  shutdown(): Promise<void>;
  /**
   * What became of the spans; undefined for processors that do not count.
   * @default undefined
   */
  readonly counts?: PipelineCounts;
}

/**
 * Where the sampled spans that reached one destination are: what has ended is exported, failed,
 * dropped or queued, nothing else.
 */
export interface PipelineCounts {
  /** Delivered: the destination took them. */
  readonly exported: number;
  /** Handed to the exporter and refused, or given up after its retries. */
  readonly failed: number;
  /** Never handed to the exporter, by reason: `queue_full`, `after_shutdown`, … */
  readonly dropped: Readonly<Record<string, number>>;
  /** Waiting, or in the export that is under way. */
  readonly queued: number;
}
