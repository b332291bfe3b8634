import { performance } from 'node:perf_hooks';
import { contextStorage } from '../context/index.js';
import { type Exporter, SPAN_WORDS } from '../export/exporter.js';
import { checkCount, checkMethods } from '../option-checks.js';
import type { PipelineCounts } from '../trace/index.js';
import type { DeliveredItem } from './delivered-signal.js';
import { DeliveryRecord, type ExporterHealth } from './delivery-record.js';
import type { ExportBatch, ExportOutcome } from './export-batch.js';
import { ExportQueue, type ExportQueueOptions, type QueueRefusal } from './export-queue.js';
import { ExportsUnderWay } from './exports-under-way.js';
import { completesWithin, settlesWithin } from './within-deadline.js';

/** How a processor wants its items to be delivered. All values are checked by then. */
export interface PipelineOptions<T> extends ExportQueueOptions<T> {
  /** The processor's class, for messages: `BatchSpanProcessor`. */
  readonly owner: string;
  readonly exportTimeoutMillis: number;
  readonly shutdownTimeoutMillis: number;
  /** Whether the shutdown only flushes the exporter, which others still use. */
  readonly exporterStaysOpen: boolean;
  /**
   * Whether full batches are delivered without {@link ExportPipeline.deliver}, never inside the call that adds
   * an item, and the event loop turns between the beginnings of two exports.
   */
  readonly deliversFullBatches: boolean;
  /** Exports that may be under way at once, as far as the exporter declares as many; from 1 on. */
  readonly maxConcurrentExports: number;
}

/** The state of a processor that feeds an exporter, beside its counts. */
export interface PipelineState {
  /** The processor's kind, as `otel.component.type` names it. Spec: semantic conventions, `otel`. */
  readonly kind: `${'batching' | 'simple'}_${'span' | 'log'}_processor`;
  /** Waiting items; those of exports under way are not among them. */
  readonly queueSize: number;
  readonly queueCapacity: number;
  /** Items of the exports under way. */
  readonly inFlight: number;
  readonly health: ExporterHealth;
}

/** The state of a processor that has one. A processor in front of another has the state of that one. */
export function pipelineStateOf(processor: object): PipelineState | undefined {
  return (processor as { readonly state?: PipelineState }).state;
}

type DropReason = QueueRefusal | 'not_sampled' | 'after_shutdown' | 'shutdown_timeout';

/** The most exports at once that an exporter can declare. */
const MAX_CONCURRENT_EXPORTS = 1000;
/** The exporter gets at least this time to end, also where the shutdown timeout is over. */
const EXPORTER_END_GRACE_MILLIS = 1000;

/**
 * Delivers the items of one processor, which are ended spans or log records, to one exporter: a queue, the
 * exports under way, and the counts of all items. The processor decides when items are delivered that do not
 * fill a batch.
 */
export class ExportPipeline<T extends DeliveredItem> {
  readonly #exporter: Exporter<T>;
  readonly #options: PipelineOptions<T>;
  readonly #queue: ExportQueue<T>;
  readonly #record: DeliveryRecord;
  /** Built once: a full queue would build it for each item. */
  readonly #refusalReasons: Readonly<Record<QueueRefusal, string>>;
  readonly #dropped: Record<DropReason, number> = {
    queue_full: 0,
    queue_bytes_full: 0,
    not_sampled: 0,
    after_shutdown: 0,
    shutdown_timeout: 0,
  };
  #exportedCount = 0;
  #failedCount = 0;

  /** All items that the queue took, ever. Of these, as many as are demanded are to be delivered now. */
  #acceptedCount = 0;
  #demandedCount = 0;
  readonly #underWay: ExportsUnderWay<T>;
  #isDelivering = false;
  #isTurning = false;

  #waiters: { readonly untilSettled: number; readonly resolve: () => void }[] = [];
  #shutdown: Promise<void> | undefined;

  /** @throws TracingConfigError for a value that is not an exporter */
  constructor(exporter: Exporter<T>, options: PipelineOptions<T>) {
    const { words } = options.signal;
    checkMethods(
      `${options.owner}.exporter`,
      exporter,
      ['export', 'shutdown'],
      `Give a ${words.one} exporter, such as new ${words === SPAN_WORDS ? 'OtlpSpanExporter' : 'OtlpLogExporter'}().`,
    );
    this.#exporter = exporter;
    this.#options = options;
    this.#queue = new ExportQueue(exporter, options);
    this.#underWay = new ExportsUnderWay(
      Math.min(
        options.maxConcurrentExports,
        checkCount(
          `${options.owner}.exporter.maxConcurrentExports`,
          exporter.maxConcurrentExports,
          1,
          1,
          MAX_CONCURRENT_EXPORTS,
        ),
      ),
    );
    this.#record = new DeliveryRecord(
      exporter.constructor?.name || `The ${words.one} exporter`,
      options.diagnostics,
      words,
    );
    this.#refusalReasons = {
      queue_full: `the queue is full with ${options.maxQueueSize} ${words.many}`,
      queue_bytes_full: `the queue is full with about ${options.maxQueueBytes} bytes`,
    };
  }

  /** Waiting items; those of exports under way are not among them. */
  get waitingCount(): number {
    return this.#queue.size;
  }

  /** Whether the item that came last waits as an object. */
  get keepsItems(): boolean {
    return this.#queue.keepsItems;
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
      queued: this.#queue.size + this.#underWay.itemCount,
    };
  }

  /** The state now, without the kind of the processor. */
  get state(): Omit<PipelineState, 'kind'> {
    return {
      queueSize: this.#queue.size,
      queueCapacity: this.#options.maxQueueSize,
      inFlight: this.#underWay.itemCount,
      health: this.#record.health,
    };
  }

  /** Puts a sampled item into the queue, or counts why it was dropped. */
  add(item: T): boolean {
    if (!this.#options.signal.isSampled(item)) {
      this.#dropped.not_sampled++;
      return false;
    }
    if (this.#shutdown !== undefined) {
      this.#dropped.after_shutdown++;
      return false;
    }
    const refusal = this.#queue.add(item);
    if (refusal === undefined) {
      this.#acceptedCount++;
      if (this.#options.deliversFullBatches && this.#queue.hasFullBatch) this.#deliverSoon();
      return true;
    }
    this.#dropped[refusal]++;
    this.#record.dropped(this.#refusalReasons[refusal]);
    return false;
  }

  /** Delivers all items that wait now, in as many batches as it takes. */
  deliver(): void {
    this.#demandedCount = this.#acceptedCount;
    if (!this.#isTurning) this.#deliverDue();
  }

  /** Delivers the items that wait now, then flushes the exporter; resolves at the timeout at the latest. */
  async flush(): Promise<void> {
    if (this.#shutdown !== undefined) return this.#shutdown;
    const deadline = performance.now() + this.#options.exportTimeoutMillis;
    await this.#drain(deadline);
    await this.#ask('could not be flushed', deadline, () => this.#exporter.forceFlush?.());
  }

  /**
   * Delivers the waiting items, drops those that are left at the timeout, and shuts the exporter down, or
   * flushes it where it stays open.
   */
  shutdown(): Promise<void> {
    this.#shutdown ??= this.#close();
    return this.#shutdown;
  }

  async #close(): Promise<void> {
    const deadline = performance.now() + this.#options.shutdownTimeoutMillis;
    await this.#drain(deadline);
    const graceEnd = Math.max(deadline, performance.now() + EXPORTER_END_GRACE_MILLIS);
    const abandonedCount = this.#abandonQueue();
    this.#underWay.giveUp(new Error('the time for the shutdown was over'));
    await this.#drain(graceEnd);
    if (this.#options.exporterStaysOpen) {
      await this.#ask('could not be flushed', graceEnd, () => this.#exporter.forceFlush?.());
    } else {
      await this.#ask('could not be shut down', graceEnd, () => this.#exporter.shutdown());
    }
    this.#record.close(abandonedCount);
  }

  /** Resolves when the items that the queue took before the call are settled, or at the deadline. */
  async #drain(deadline: number): Promise<void> {
    this.deliver();
    const untilSettled = this.#acceptedCount;
    if (this.#settledCount >= untilSettled) return;
    const drained = new Promise<void>((resolve) => this.#waiters.push({ untilSettled, resolve }));
    await settlesWithin(drained, deadline - performance.now());
  }

  /** Drops the waiting items. @returns how many */
  #abandonQueue(): number {
    const left = this.#queue.clear();
    this.#dropped.shutdown_timeout += left;
    this.#resolveWaiters();
    return left;
  }

  #ask(trouble: string, deadline: number, call: () => unknown): Promise<void> {
    const { signal, diagnostics } = this.#options;
    const cause = `A ${signal.words.one} exporter ${trouble}`;
    return completesWithin(deadline, call, cause, this.#record.health.exporter, diagnostics);
  }

  /** Items that the queue gave to exports, or dropped, ever. */
  get #takenCount(): number {
    return this.#acceptedCount - this.#queue.size;
  }

  /** So many of the oldest items are settled. Later ones may be too. */
  get #settledCount(): number {
    return this.#underWay.oldestStart ?? this.#takenCount;
  }

  /** Whether an export must begin now. */
  get #isDue(): boolean {
    if (!this.#underWay.hasRoom) return false;
    if (this.#options.deliversFullBatches && this.#queue.hasFullBatch) return true;
    return this.#takenCount < this.#demandedCount;
  }

  #deliverDue(): void {
    // An exporter that calls back synchronously re-enters here. The loop below goes on instead,
    // because a nested call for each item of a queue would overflow the stack.
    if (this.#isDelivering) return;
    this.#isDelivering = true;
    while (this.#isDue) {
      this.#deliverBatch();
      if (this.#options.deliversFullBatches) break;
    }
    this.#isDelivering = false;
    if (this.#options.deliversFullBatches) this.#deliverSoon();
  }

  /** Begins an export that is due when the event loop turns. */
  #deliverSoon(): void {
    if (this.#isTurning || !this.#isDue) return;
    this.#isTurning = true;
    contextStorage.runSuppressed(() =>
      setImmediate(() => {
        this.#isTurning = false;
        this.#deliverDue();
      }),
    );
  }

  #deliverBatch(): void {
    const start = this.#takenCount;
    const batch = this.#queue.takeBatch();
    this.#underWay.begin(batch, start);
    let retryCount = 0;
    batch.deliver(
      this.#options.exportTimeoutMillis,
      (outcome) => this.#settled(batch, outcome),
      (error) => {
        this.#underWay.retries(batch);
        // A first try that fails, for instance while a collector restarts, is no news.
        if (++retryCount > 1) this.#record.retrying(batch.size, error);
      },
    );
  }

  #settled(batch: ExportBatch<T>, outcome: ExportOutcome): void {
    this.#underWay.end(batch, outcome.deliveredCount > 0);
    this.#queue.release(batch);
    this.#exportedCount += outcome.deliveredCount;
    this.#failedCount += outcome.undeliveredCount;
    this.#record.settled(outcome);
    this.#resolveWaiters();
    if (this.#options.deliversFullBatches) this.#deliverSoon();
    else this.#deliverDue();
  }

  #resolveWaiters(): void {
    if (this.#waiters.length === 0) return;
    const settled = this.#settledCount;
    const waiters = this.#waiters;
    this.#waiters = waiters.filter(({ untilSettled }) => untilSettled > settled);
    for (const { untilSettled, resolve } of waiters) if (untilSettled <= settled) resolve();
  }
}
