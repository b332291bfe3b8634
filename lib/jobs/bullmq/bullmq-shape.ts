// The interfaces that BullMQ requires of its option `telemetry`: version 5, `interfaces/telemetry.ts`, and
// the same file of version 6.

/** The value of BullMQ's option `telemetry`. */
export interface BullmqTelemetry {
  /** Starts the spans. */
  readonly tracer: BullmqTracer;
  /** Propagates contexts within the process and in the options of jobs. */
  readonly contextManager: BullmqContextManager;
}

/** Starts the spans of BullMQ. */
export interface BullmqTracer {
  /** @param context the result of `fromMetadata`; undefined for a job without metadata */
  startSpan(name: string, options?: { kind: number }, context?: unknown): BullmqSpan;
}

/** A span as BullMQ uses it. */
export interface BullmqSpan {
  /** Returns a context with the span. */
  setSpanOnContext(context: unknown): unknown;
  setAttribute(key: string, value: unknown): void;
  /** BullMQ first sets the queue and the operation, then the other attributes. */
  setAttributes(attributes: Record<string, unknown>): void;
  addEvent(name: string, attributes?: Record<string, unknown>): void;
  recordException(exception: unknown): void;
  end(): void;
}

/** Propagates the contexts of BullMQ. */
export interface BullmqContextManager {
  /** Calls `fn` with the context active. */
  with<F extends (...args: never[]) => unknown>(context: unknown, fn: F): ReturnType<F>;
  /** Returns the active context. */
  active(): unknown;
  /** Returns the empty context, in which BullMQ runs its background work. */
  root(): unknown;
  /** Returns the metadata for the jobs that are added in the context; empty for no metadata. */
  getMetadata(context: unknown): string;
  /** Returns the context for processing a job with this metadata. */
  fromMetadata(active: unknown, metadata: string): unknown;
}

/** BullMQ's names of attributes. */
export const BULLMQ_QUEUE = 'bullmq.queue.name';
export const BULLMQ_OPERATION = 'bullmq.queue.operation';
export const BULLMQ_JOB_ID = 'bullmq.job.id';
export const BULLMQ_JOB_NAME = 'bullmq.job.name';
export const BULLMQ_ATTEMPTS_MADE = 'bullmq.job.attempts.made';
export const BULLMQ_BULK_COUNT = 'bullmq.job.bulk.count';
export const BULLMQ_FAILED_REASON = 'bullmq.job.failed.reason';

/** The event of a span that says that the attempt to process a job failed. */
export const BULLMQ_JOB_FAILED = 'job failed';
