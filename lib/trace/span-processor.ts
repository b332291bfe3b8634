import type { Context } from '@opentelemetry/api';
import type { ReadableSpan } from './readable-span.js';
import type { RecordingSpan } from './recording-span.js';

/**
 * Receives every recorded span at its start and at its end.
 *
 * The interface is OpenTelemetry's, so its processors can be used unchanged. The library calls `onStart`
 * and `onEnd` synchronously inside the user's code: they must be fast and must not throw. If one throws,
 * the library reports it. `forceFlush` and `shutdown` can be called at any time, repeatedly, and
 * concurrently.
 * Spec: `trace/sdk.md#span-processor`.
 */
export interface SpanProcessor {
  /** Called at the start of a span. `span` can be changed. */
  onStart(span: RecordingSpan, parentContext: Context): void;
  /** Called just before the end of a span. `span` can be changed. Spec: experimental. */
  onEnding?(span: RecordingSpan): void;
  /** Called after the end of a span, also for spans that are recorded but not sampled. `span` is immutable. */
  onEnd(span: ReadableSpan): void;
  /** Resolves when all spans that ended before the call are delivered, failed or dropped. */
  forceFlush(): Promise<void>;
  /** Flushes, then releases all resources. Spans that end afterwards count as dropped. */
  shutdown(): Promise<void>;
  /**
   * False if neither the processor nor anything that it passes spans to reads a span after `onEnd` has returned.
   * Read after each `onEnd`, so the answer can change. If no processor keeps a span, it drops its attributes, events
   * and links, which a timer that keeps its context would keep otherwise.
   * @default true
   */
  readonly keepsSpans?: boolean;
  /**
   * The number of spans by outcome; undefined for processors that do not count.
   * @default undefined
   */
  readonly counts?: PipelineCounts;
}

/**
 * The spans or log records of one destination by outcome. Each one counts as exported, failed, dropped or
 * queued.
 */
export interface PipelineCounts {
  /** Spans or log records that the destination accepted. */
  readonly exported: number;
  /** Spans or log records that the destination rejected, or that failed after all retries. */
  readonly failed: number;
  /** Spans or log records that were not passed to the exporter, by reason: `queue_full`, `after_shutdown`, … */
  readonly dropped: Readonly<Record<string, number>>;
  /** Spans or log records that wait, or are part of a running export. */
  readonly queued: number;
}
