import { type AwakeTimeout, startAwakeTimeout } from '../awake-timeout.js';
import { contextStorage } from '../context/index.js';
import type { Diagnostics } from '../diagnostics.js';
import {
  type EncodedBatch,
  type ExportControl,
  type Exporter,
  type ExportResult,
  ExportResultCode,
  type PartialExportResult,
} from '../export/exporter.js';
import type { Resource } from '../trace/index.js';
import type { DeliveredItem, DeliveredSignal } from './delivered-signal.js';

/** The outcome of one export. */
export interface ExportOutcome {
  readonly deliveredCount: number;
  readonly undeliveredCount: number;
  /** Why items were not delivered; undefined where the exporter gave no reason. */
  readonly error: unknown;
}

/** V8 makes a slow dictionary of an array that begins with tens of thousands of elements. */
const MAX_INITIAL_CAPACITY = 1024;

/**
 * Items that are exported together. Where the exporter opens batches, an item is encoded when it is
 * added and only its bytes are kept; elsewhere the batch keeps the items.
 *
 * The batch counts its items itself, and its export has exactly one outcome, also if the exporter throws,
 * rejects, returns an invalid value, or calls back twice, with an invalid value or never.
 */
export class ExportBatch<T extends DeliveredItem> {
  /** The batch behind this one in the queue. */
  next: ExportBatch<T> | undefined = undefined;
  /** In items, those that the exporter failed to encode included. */
  size = 0;
  /** Bytes of the encoded items, or the estimate for items that are kept. */
  byteCount = 0;

  // TypeScript's `private`, not `#`: these are read for each item.
  private readonly encoded: EncodedBatch<T> | undefined;
  private readonly items: T[];
  /** Of the item before. */
  private resource: Resource | undefined = undefined;
  private pendingResources: Set<Resource> | undefined = undefined;
  private unencodedCount = 0;
  private encodingError: unknown = undefined;

  private onSettled: ((outcome: ExportOutcome) => void) | undefined = undefined;
  private onRetry: ((error: Error) => void) | undefined = undefined;
  private controller: AbortController | undefined = undefined;
  private timeout: AwakeTimeout | undefined = undefined;
  private hasCalledBack = false;

  /** @param capacity in items; more can be added */
  constructor(
    private readonly exporter: Exporter<T>,
    private readonly signal: DeliveredSignal<T>,
    private readonly diagnostics: Diagnostics,
    capacity: number,
  ) {
    this.encoded = openBatch(exporter, signal, diagnostics);
    this.items = new Array(this.isEncoded ? 0 : Math.min(capacity, MAX_INITIAL_CAPACITY));
  }

  /** True where items are encoded as they are added. */
  get isEncoded(): boolean {
    return this.encoded !== undefined;
  }

  /**
   * Adds an item.
   *
   * @param roomBytes bytes that may be added, above 0, or Infinity for no bound. An encoded item may
   *   exceed it, because its length is known afterwards only
   * @returns why the item was not added: it exceeds `roomBytes`, or the exporter wants it in the next
   *   batch, which never happens to the first item; undefined if it was added
   */
  add(item: T, roomBytes: number): 'no_room' | 'batch_full' | undefined {
    if (this.encoded !== undefined) {
      const bytes = this.encode(this.encoded, item);
      if (bytes === 'full') return 'batch_full';
      this.byteCount += bytes;
    } else {
      if (roomBytes !== Number.POSITIVE_INFINITY) {
        const bytes = this.signal.estimateBytes(item);
        if (bytes > roomBytes) return 'no_room';
        this.byteCount += bytes;
      }
      this.items[this.size] = item;
    }
    this.size++;
    const { resource } = item;
    if (resource !== this.resource) this.noteResource(resource);
    return undefined;
  }

  /** Releases the memory that only further items need. Called when none follows and the batch waits. Never throws. */
  seal(): void {
    const { encoded, signal, diagnostics } = this;
    const trouble = `A ${signal.words.one} exporter failed to seal a batch; it is exported all the same`;
    try {
      const returned: unknown = encoded?.seal?.();
      if (returned !== undefined) reportRejection(returned, trouble, diagnostics);
    } catch (error) {
      diagnostics.report(trouble, error);
    }
  }

  /**
   * Exports the items, with tracing suppressed, when their resources are complete. Called once, and
   * never throws.
   *
   * @param timeoutMillis after which the export is given up
   * @param onSettled called once, maybe before this returns; must not throw
   * @param onRetry called when the exporter tries again; must not throw
   */
  deliver(
    timeoutMillis: number,
    onSettled: (outcome: ExportOutcome) => void,
    onRetry: (error: Error) => void,
  ): void {
    this.onSettled = onSettled;
    this.onRetry = onRetry;
    try {
      const pending = this.pendingAttributes();
      if (pending === undefined) this.export();
      else void Promise.allSettled(pending).then(() => this.isSettled || this.export());
    } catch (error) {
      this.fail(error);
    }
    if (this.isSettled) return;
    this.timeout = startAwakeTimeout(
      () => this.giveUp(new Error(`the exporter did not call back within ${timeoutMillis} ms`)),
      timeoutMillis,
    );
  }

  /**
   * Ends the export now, unless it has its outcome. An exporter that heeds the signal calls back with what
   * made its last try fail; otherwise the items count as failed with `error`, and a later result is ignored.
   */
  giveUp(error: Error): void {
    const { controller } = this;
    if (this.isSettled || controller?.signal.aborted === true) return;
    this.timeout?.clear();
    if (controller === undefined) {
      this.fail(error);
      return;
    }
    controller.abort(error);
    // An exporter that heeds the signal calls back before the event loop turns.
    if (!this.isSettled) setImmediate(() => this.fail(error));
  }

  /** Counts all items as failed, unless the export has its outcome. */
  private fail(error: unknown): void {
    this.settle(this.size, error);
  }

  private get isSettled(): boolean {
    return this.onSettled === undefined;
  }

  /** @returns the bytes of the item; `full` if it belongs into the next batch */
  private encode(encoded: EncodedBatch<T>, item: T): number | 'full' {
    try {
      const bytes = encoded.add(item);
      if (bytes === 'full') {
        if (this.size > 0) return 'full';
        throw new Error(`The batch did not take its first ${this.signal.words.one}`);
      }
      if (bytes >= 0 && Number.isFinite(bytes)) return bytes;
      const { one } = this.signal.words;
      const trouble = `A ${one} exporter returned an invalid length of an encoded ${one}; the length is estimated`;
      this.diagnostics.report(trouble, bytes);
      reportRejection(bytes, trouble, this.diagnostics);
      return this.signal.estimateBytes(item);
    } catch (error) {
      if (this.unencodedCount++ === 0) this.encodingError = error;
      const { one } = this.signal.words;
      this.diagnostics.report(
        `A ${one} exporter threw when it encoded a ${one}; the ${one} is counted as failed`,
        error,
      );
      return 0;
    }
  }

  private noteResource(resource: Resource): void {
    this.resource = resource;
    if (resource?.asyncAttributesPending !== true) return;
    this.pendingResources ??= new Set();
    this.pendingResources.add(resource);
  }

  /** Resources of OpenTelemetry detect some attributes asynchronously. @returns undefined for none */
  private pendingAttributes(): Promise<void>[] | undefined {
    let pending: Promise<void>[] | undefined;
    for (const resource of this.pendingResources ?? []) {
      if (resource.asyncAttributesPending !== true) continue;
      pending ??= [];
      pending.push(Promise.resolve(resource.waitForAsyncAttributes?.()));
    }
    return pending;
  }

  private export(): void {
    const controller = new AbortController();
    this.controller = controller;
    const control: ExportControl = {
      signal: controller.signal,
      onRetry: (error) => {
        if (!this.isSettled) this.onRetry?.(error);
      },
    };
    try {
      const returned: unknown = contextStorage.runSuppressed(() =>
        this.callExporter((result) => this.calledBack(result), control),
      );
      if (isThenable(returned)) returned.then(undefined, (error) => this.fail(error));
    } catch (error) {
      this.fail(error);
    }
  }

  private callExporter(
    resultCallback: (result: ExportResult) => void,
    control: ExportControl,
  ): unknown {
    const { encoded, items, size } = this;
    if (encoded === undefined) {
      items.length = size;
      return this.exporter.export(items, resultCallback, control);
    }
    if (this.unencodedCount < size) return encoded.export(resultCallback, control);
    this.fail(this.encodingError);
    return undefined;
  }

  private calledBack(result: ExportResult | undefined): void {
    if (this.hasCalledBack) {
      this.diagnostics.report(
        `A ${this.signal.words.one} exporter called back more than once for one export`,
      );
      return;
    }
    this.hasCalledBack = true;
    const { unencodedCount } = this;
    const rejectedCount = rejectedCountOf(result, this.size - unencodedCount);
    this.settle(unencodedCount + rejectedCount, result?.error ?? this.encodingError);
  }

  private settle(undeliveredCount: number, error: unknown): void {
    const { onSettled } = this;
    if (onSettled === undefined) return;
    this.onSettled = undefined;
    this.timeout?.clear();
    onSettled({ deliveredCount: this.size - undeliveredCount, undeliveredCount, error });
  }
}

function openBatch<T>(
  exporter: Exporter<T>,
  { words: { one, many } }: DeliveredSignal<T>,
  diagnostics: Diagnostics,
): EncodedBatch<T> | undefined {
  const trouble = `A ${one} exporter failed to open a batch; its ${many} are exported unencoded`;
  try {
    const batch: unknown = exporter.openBatch?.();
    if (batch === undefined || isBatch<T>(batch)) return batch;
    diagnostics.report(trouble, 'what it returned lacks the methods add and export');
    reportRejection(batch, trouble, diagnostics);
  } catch (error) {
    diagnostics.report(trouble, error);
  }
  return undefined;
}

function isBatch<T>(batch: unknown): batch is EncodedBatch<T> {
  const { add, export: exportBatch } = (batch ?? {}) as Partial<EncodedBatch<T>>;
  return typeof add === 'function' && typeof exportBatch === 'function';
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as PromiseLike<unknown> | undefined)?.then === 'function';
}

/** For a method that is asynchronous by mistake: its rejection would end the process. */
function reportRejection(returned: unknown, trouble: string, diagnostics: Diagnostics): void {
  Promise.resolve(returned).catch((error: unknown) => diagnostics.report(trouble, error));
}

/**
 * How many of `itemCount` items were not delivered: all, where the result is no success, and never more
 * than there were.
 */
function rejectedCountOf(result: ExportResult | undefined, itemCount: number): number {
  if (result?.code !== ExportResultCode.SUCCESS) return itemCount;
  const { rejectedCount } = result as PartialExportResult;
  if (typeof rejectedCount !== 'number' || !(rejectedCount > 0)) return 0;
  return Math.min(Math.floor(rejectedCount), itemCount);
}
