import { performance } from 'node:perf_hooks';
import { TraceFlags } from '@opentelemetry/api';
import { runSuppressed } from '../context/suppressed.js';
import type { Diagnostics } from '../diagnostics.js';
import type { SpanExporter } from '../export/span-exporter.js';
import { checkMethods } from '../option-checks.js';
import { type PipelineCounts, type ReadableSpan, RecordingSpan } from '../trace/index.js';
import { Delivery, type DeliveryOutcome } from './delivery.js';
import { DeliveryLog } from './delivery-log.js';
import { createExportQueue, type ExportQueue, type ExportQueueOptions } from './export-queue.js';
import { HealthRecord } from './exporter-health.js';
import type { PipelineState } from './pipeline-state.js';
import type { QueueRefusal } from './span-queue.js';
import { settlesWithin } from './within-deadline.js';

/** How a processor wants its spans to be delivered. All values are checked by then. */
export interface PipelineOptions extends ExportQueueOptions {
  /** Whose pipeline it is, for messages: `BatchSpanProcessor`. */
  readonly owner: string;
  readonly exportTimeoutMillis: number;
  readonly shutdownTimeoutMillis: number;
  /** Whether the event loop may turn between two batches. */
  readonly yieldsBetweenBatches: boolean;
  readonly diagnostics: Diagnostics;
  /** Called when nothing is under way or asked for any more. Must not throw. */
  readonly onIdle: () => void;
}

type DropReason = QueueRefusal | 'not_sampled' | 'after_shutdown' | 'shutdown_timeout';

/** However late it is, the exporter gets this long to close what it has open. */
const EXPORTER_SHUTDOWN_GRACE_MILLIS = 1000;

/**
 * The way of ended spans to one exporter: a queue, one export at a time, and the count of what became
 * of every span. When something is to be delivered is up to the processor in front of it.
 */
export class SpanPipeline {
  readonly #exporter: SpanExporter;
  readonly #options: PipelineOptions;
  readonly #queue: ExportQueue;
  readonly #log: DeliveryLog;
  readonly #health: HealthRecord;
  // Made beforehand: a full queue is no time to make a text for every span.
  readonly #refusalWords: Readonly<Record<QueueRefusal, string>>;
  readonly #dropped: Record<DropReason, number> = {
    queue_full: 0,
    queue_bytes_full: 0,
    not_sampled: 0,
    after_shutdown: 0,
    shutdown_timeout: 0,
  };
  #exportedCount = 0;
  #failedCount = 0;
  #inFlightCount = 0;

  /** Spans that the queue took, ever. Those numbered below what is demanded are to be delivered now. */
  #acceptedCount = 0;
  #demandedCount = 0;
  #delivery: Delivery | undefined;
  #isDelivering = false;
  #isTurning = false;

  #waiters: { readonly untilSettled: number; readonly resolve: () => void }[] = [];
  #shutdown: Promise<void> | undefined;

  /** @throws TracingConfigError for what is no span exporter */
  constructor(exporter: SpanExporter, options: PipelineOptions) {
    checkMethods(
      `${options.owner}.exporter`,
      exporter,
      ['export', 'shutdown'],
      'Give a span exporter, such as new OtlpSpanExporter().',
    );
    this.#exporter = exporter;
    this.#options = options;
    this.#queue = createExportQueue(exporter, options);
    this.#log = new DeliveryLog(nameOf(exporter), options.diagnostics);
    this.#health = new HealthRecord(nameOf(exporter));
    this.#refusalWords = {
      queue_full: `the queue is full with ${options.maxQueueSize} spans`,
      queue_bytes_full: `the queue is full with about ${options.maxQueueBytes} bytes`,
    };
  }

  /** Spans that wait for an export; those in the export under way are not among them. */
  get waitingCount(): number {
    return this.#queue.size;
  }

  /** False while an export is under way or about to begin. */
  get isIdle(): boolean {
    return this.#delivery === undefined && !this.#isTurning;
  }

  get counts(): PipelineCounts {
    const dropped: Record<string, number> = {};
    for (const [reason, count] of Object.entries(this.#dropped)) {
      if (count > 0) dropped[reason] = count;
    }
    return {
      exported: this.#exportedCount,
      failed: this.#failedCount,
      dropped,
      queued: this.#queue.size + this.#inFlightCount,
    };
  }

  /** How it stands now, but for the kind of its processor. */
  get state(): Omit<PipelineState, 'kind'> {
    return {
      queueSize: this.#queue.size,
      queueCapacity: this.#options.maxQueueSize,
      inFlight: this.#inFlightCount,
      health: this.#health.health,
    };
  }

  /** Takes a span into the queue, or counts why not. */
  add(span: ReadableSpan): boolean {
    const flags = span instanceof RecordingSpan ? span.traceFlags : span.spanContext().traceFlags;
    if ((flags & TraceFlags.SAMPLED) === 0) {
      this.#dropped.not_sampled++;
      return false;
    }
    if (this.#shutdown !== undefined) {
      this.#dropped.after_shutdown++;
      return false;
    }
    const refusal = this.#queue.add(span);
    if (refusal === undefined) {
      this.#acceptedCount++;
      return true;
    }
    this.#dropped[refusal]++;
    this.#log.dropped(this.#refusalWords[refusal]);
    return false;
  }

  /** Has the `count` oldest of the waiting spans delivered, in as many batches as it takes. */
  deliver(count: number): void {
    const demanded = this.#acceptedCount - this.#queue.size + count;
    if (demanded > this.#demandedCount) this.#demandedCount = demanded;
    if (this.#delivery === undefined && !this.#isTurning) this.#deliverDemanded();
  }

  /** Delivers all that waits now, then has the exporter flush; gives up waiting after the timeout. */
  async flush(): Promise<void> {
    if (this.#shutdown !== undefined) return this.#shutdown;
    const deadline = performance.now() + this.#options.exportTimeoutMillis;
    await this.#drain(deadline);
    await this.#ask('could not be flushed', deadline, () => this.#exporter.forceFlush?.());
  }

  /** Delivers what waits, drops what could not be delivered in time, and shuts the exporter down. */
  shutdown(): Promise<void> {
    this.#shutdown ??= this.#close();
    return this.#shutdown;
  }

  async #close(): Promise<void> {
    const deadline = performance.now() + this.#options.shutdownTimeoutMillis;
    await this.#drain(deadline);
    this.#abandon();
    const graceEnd = Math.max(deadline, performance.now() + EXPORTER_SHUTDOWN_GRACE_MILLIS);
    await this.#ask('could not be shut down', graceEnd, () => this.#exporter.shutdown());
    this.#log.close();
  }

  /** Resolves when all that was accepted before the call is settled, or at the deadline. */
  async #drain(deadline: number): Promise<void> {
    this.deliver(this.#queue.size);
    const untilSettled = this.#acceptedCount;
    if (this.#settledCount >= untilSettled) return;
    const drained = new Promise<void>((resolve) => this.#waiters.push({ untilSettled, resolve }));
    await settlesWithin(drained, deadline - performance.now());
  }

  #abandon(): void {
    this.#demandedCount = 0;
    const left = this.#queue.size;
    while (this.#queue.size > 0) this.#queue.takeBatch();
    this.#dropped.shutdown_timeout += left;
    if (left > 0) this.#log.dropped('the time for shutting down is over', left);
    this.#delivery?.giveUp(new Error('the time for shutting down was over'));
    this.#resolveWaiters();
  }

  async #ask(trouble: string, deadline: number, call: () => unknown): Promise<void> {
    try {
      const answer = Promise.resolve(runSuppressed(call));
      if (await settlesWithin(answer, deadline - performance.now())) return;
      this.#options.diagnostics.report(
        `A span exporter ${trouble} in time`,
        nameOf(this.#exporter),
      );
    } catch (error) {
      this.#options.diagnostics.report(`A span exporter ${trouble}`, error);
    }
  }

  get #settledCount(): number {
    return this.#acceptedCount - this.#queue.size - this.#inFlightCount;
  }

  get #hasDemand(): boolean {
    return this.#acceptedCount - this.#queue.size < this.#demandedCount;
  }

  #deliverDemanded(): void {
    // An exporter that calls back at once comes back here: the loop below goes on for it, because
    // a call inside a call for each span of a queue would overflow the stack.
    if (this.#isDelivering) return;
    this.#isDelivering = true;
    const { yieldsBetweenBatches } = this.#options;
    while (this.#hasDemand && this.#delivery === undefined && !this.#isTurning) {
      this.#deliverBatch();
      if (yieldsBetweenBatches) break;
    }
    this.#isDelivering = false;
    if (this.#delivery === undefined) this.#goOn();
  }

  #deliverBatch(): void {
    const batch = this.#queue.takeBatch();
    this.#inFlightCount = batch.size;
    const { exportTimeoutMillis, diagnostics } = this.#options;
    this.#delivery = new Delivery(batch, exportTimeoutMillis, diagnostics, (outcome) =>
      this.#settled(outcome),
    );
    this.#delivery.start();
  }

  #settled({ deliveredCount, undeliveredCount, error }: DeliveryOutcome): void {
    this.#delivery = undefined;
    this.#inFlightCount = 0;
    this.#exportedCount += deliveredCount;
    this.#failedCount += undeliveredCount;
    this.#health.settled(deliveredCount, undeliveredCount, error);
    if (deliveredCount > 0) this.#log.succeeded();
    else this.#log.failed(undeliveredCount, error);
    this.#log.afterExport();
    this.#resolveWaiters();
    if (!this.#isDelivering) this.#goOn();
  }

  #goOn(): void {
    if (!this.#hasDemand) {
      this.#options.onIdle();
      return;
    }
    if (!this.#options.yieldsBetweenBatches) {
      this.#deliverDemanded();
      return;
    }
    if (this.#isTurning) return;
    this.#isTurning = true;
    runSuppressed(() =>
      setImmediate(() => {
        this.#isTurning = false;
        this.#deliverDemanded();
      }),
    );
  }

  #resolveWaiters(): void {
    if (this.#waiters.length === 0) return;
    const settled = this.#settledCount;
    const waiters = this.#waiters;
    this.#waiters = waiters.filter(({ untilSettled }) => untilSettled > settled);
    for (const { untilSettled, resolve } of waiters) if (untilSettled <= settled) resolve();
  }
}

function nameOf(exporter: SpanExporter): string {
  return exporter.constructor?.name || 'The span exporter';
}
