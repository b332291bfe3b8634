import { performance } from 'node:perf_hooks';
import { contextStorage } from '../context/index.js';
import { Diagnostics } from '../diagnostics.js';
import { DATA_POINT_WORDS, type Exporter } from '../export/exporter.js';
import type { MetricExporter } from '../export/metric-exporter.js';
import { countDataPoints, type ReadableMetrics } from '../export/readable-metrics.js';
import type { MetricProducer, MetricsSnapshot } from '../metrics/metric-data.js';
import { checkBoolean, checkMethods, checkMillis } from '../option-checks.js';
import type { PipelineCounts } from '../trace/index.js';
import type { DeliveredSignal } from './delivered-signal.js';
import { DeliveredValues } from './delivered-values.js';
import { DeliveryRecord, type ExporterHealth } from './delivery-record.js';
import { ExportBatch } from './export-batch.js';
import { type MetricsReading, MetricsView } from './metrics-view.js';
import { completesWithin, settlesWithin } from './within-deadline.js';

/** When metrics are collected and exported. Spec: `metrics/sdk.md#periodic-exporting-metricreader`. */
export interface PeriodicMetricReaderOptions {
  /** The time between the beginnings of two exports, in milliseconds, from 1 on. @default 60000 */
  readonly intervalMillis?: number;
  /**
   * When an export counts as failed and the next may begin, in milliseconds, from 1 on; also the longest time that
   * `forceFlush` waits. @default 30000
   */
  readonly timeoutMillis?: number;
  /** How long `shutdown` waits for the last export, in milliseconds, from 1 on. @default 10000 */
  readonly shutdownTimeoutMillis?: number;
  /**
   * True if `shutdown` only flushes the exporter, so that other readers can still use it.
   * @default false: `shutdown` shuts the exporter down
   */
  readonly exporterStaysOpen?: boolean;
  /** Where trouble is reported. @default one that writes to the console */
  readonly diagnostics?: Diagnostics;
}

const OWNER = 'PeriodicMetricReader';

/** The exporter gets at least this time to end, also where the shutdown timeout is over. */
const EXPORTER_END_GRACE_MILLIS = 1000;

/** Each data point of an export is one item: the metrics that contain it. */
const DELIVERED_DATA_POINTS: DeliveredSignal<ReadableMetrics> = {
  words: DATA_POINT_WORDS,
  estimateBytes: () => 0,
  isSampled: () => true,
};

/**
 * Collects metrics and exports them: at an interval, on a flush and at the shutdown. The timer keeps no process alive.
 * Exports never overlap: while one is under way, the next interval passes without one, and a flush waits for it and
 * then exports the values of that time. Tracing is suppressed meanwhile.
 *
 * A failed export is logged once, then counted. With cumulative values it loses nothing but points in time; deltas are
 * kept for the next export.
 *
 * @example
 * const reader = new PeriodicMetricReader(producer, new OtlpMetricExporter(), { intervalMillis: 10_000 });
 */
export class PeriodicMetricReader {
  readonly #producer: MetricProducer;
  readonly #exporter: MetricExporter;
  readonly #view: MetricsView;
  readonly #record: DeliveryRecord;
  readonly #deliveredValues = new DeliveredValues();
  readonly #diagnostics: Diagnostics;
  readonly #timeoutMillis: number;
  readonly #shutdownTimeoutMillis: number;
  readonly #exporterStaysOpen: boolean;
  readonly #timer: NodeJS.Timeout;

  #exportedCount = 0;
  #failedCount = 0;
  #batch: ExportBatch<ReadableMetrics> | undefined;
  /** The export under way; never rejects. */
  #underWay: Promise<void> | undefined;
  /** The export that begins when that one is over; never rejects. */
  #next: Promise<void> | undefined;
  #isClosing = false;
  #shutdown: Promise<void> | undefined;

  /** @throws TracingConfigError for a number outside its range, and for a value that is not an exporter or producer */
  constructor(
    producer: MetricProducer,
    exporter: MetricExporter,
    options: PeriodicMetricReaderOptions = {},
  ) {
    this.#producer = checkMethods(
      `${OWNER}.producer`,
      producer,
      ['collect'],
      'Give a producer of metrics, such as Tracing.metrics.',
    );
    this.#exporter = checkMethods(
      `${OWNER}.exporter`,
      exporter,
      ['export', 'forceFlush', 'shutdown'],
      'Give a metric exporter, such as new OtlpMetricExporter().',
    );
    const millis = (
      option: 'intervalMillis' | 'timeoutMillis' | 'shutdownTimeoutMillis',
      fallback: number,
    ) => checkMillis(`${OWNER}.${option}`, options[option], fallback, 1);
    const intervalMillis = millis('intervalMillis', 60_000);
    this.#timeoutMillis = millis('timeoutMillis', 30_000);
    this.#shutdownTimeoutMillis = millis('shutdownTimeoutMillis', 10_000);
    this.#exporterStaysOpen = checkBoolean(
      `${OWNER}.exporterStaysOpen`,
      options.exporterStaysOpen,
      false,
    );
    this.#diagnostics = options.diagnostics ?? new Diagnostics();
    this.#view = new MetricsView(exporter, this.#diagnostics);
    this.#record = new DeliveryRecord(
      exporter.constructor?.name || 'The metric exporter',
      this.#diagnostics,
      DATA_POINT_WORDS,
    );
    this.#timer = contextStorage.runSuppressed(() =>
      setInterval(() => this.#onInterval(), intervalMillis).unref(),
    );
  }

  /** The collected data points by outcome; those of an export under way are `queued`. */
  get counts(): PipelineCounts {
    return {
      exported: this.#exportedCount,
      failed: this.#failedCount,
      dropped: {},
      queued: this.#batch?.size ?? 0,
    };
  }

  /** The data points that have changed since they were delivered. Collects, to count them. Never throws. */
  get undeliveredCount(): number {
    const snapshot = this.#collect();
    return snapshot === undefined ? 0 : this.#deliveredValues.countUndelivered(snapshot);
  }

  /** Whether the exporter delivers. */
  get health(): ExporterHealth {
    return this.#record.health;
  }

  /** Exports the values of now, then flushes the exporter. Resolves at the timeout at the latest; never rejects. */
  async forceFlush(): Promise<void> {
    if (this.#shutdown !== undefined) return this.#shutdown;
    const deadline = performance.now() + this.#timeoutMillis;
    await settlesWithin(this.#exportNow(), deadline - performance.now());
    await this.#ask('could not be flushed', deadline, () => this.#exporter.forceFlush());
  }

  /**
   * Exports the last values, and shuts the exporter down, or flushes it where it stays open. Further calls return the
   * promise of the first one. Never rejects.
   */
  shutdown(): Promise<void> {
    this.#shutdown ??= this.#close();
    return this.#shutdown;
  }

  async #close(): Promise<void> {
    clearInterval(this.#timer);
    const deadline = performance.now() + this.#shutdownTimeoutMillis;
    await settlesWithin(this.#exportNow(), deadline - performance.now());
    this.#isClosing = true;
    const graceEnd = Math.max(deadline, performance.now() + EXPORTER_END_GRACE_MILLIS);
    this.#batch?.giveUp(new Error('the time for the shutdown was over'));
    await settlesWithin(this.#underWay ?? Promise.resolve(), graceEnd - performance.now());
    if (this.#exporterStaysOpen) {
      await this.#ask('could not be flushed', graceEnd, () => this.#exporter.forceFlush());
    } else {
      await this.#ask('could not be shut down', graceEnd, () => this.#exporter.shutdown());
    }
    this.#record.close(0);
  }

  #onInterval(): void {
    if (this.#underWay === undefined && this.#next === undefined) void this.#export();
  }

  /** Exports the values of now, when the export under way is over. */
  #exportNow(): Promise<void> {
    if (this.#next !== undefined) return this.#next;
    if (this.#underWay === undefined) return this.#export();
    this.#next = this.#underWay.then(() => {
      this.#next = undefined;
      return this.#export();
    });
    return this.#next;
  }

  /** Called while no export is under way. */
  #export(): Promise<void> {
    const snapshot = this.#isClosing ? undefined : this.#collect();
    const reading = snapshot && this.#read(snapshot);
    const count = reading === undefined ? 0 : countDataPoints(reading.metrics);
    if (snapshot === undefined || reading === undefined || count === 0) return Promise.resolve();
    const delivered = (): void => {
      reading.delivered();
      this.#deliveredValues.deliver(snapshot);
    };
    this.#underWay = new Promise<void>((resolve) =>
      this.#deliver({ ...reading, delivered }, count, resolve),
    ).then(() => {
      this.#underWay = undefined;
    });
    return this.#underWay;
  }

  #collect(): MetricsSnapshot | undefined {
    return this.#try(() => this.#producer.collect());
  }

  #read(snapshot: MetricsSnapshot): MetricsReading | undefined {
    return this.#try(() => this.#view.read(snapshot));
  }

  #try<T>(read: () => T): T | undefined {
    try {
      return contextStorage.runSuppressed(read);
    } catch (error) {
      this.#diagnostics.report('Metrics could not be collected and are not exported', error);
      return undefined;
    }
  }

  #deliver(reading: MetricsReading, count: number, onSettled: () => void): void {
    const { metrics } = reading;
    const batch = new ExportBatch(
      this.#adapterFor(metrics),
      DELIVERED_DATA_POINTS,
      this.#diagnostics,
      count,
    );
    for (let i = 0; i < count; i++) batch.add(metrics, Number.POSITIVE_INFINITY);
    this.#batch = batch;
    let retryCount = 0;
    batch.deliver(
      this.#timeoutMillis,
      (outcome) => {
        this.#batch = undefined;
        this.#exportedCount += outcome.deliveredCount;
        this.#failedCount += outcome.undeliveredCount;
        // A receiver that rejects some points has taken the others, so their deltas must not be sent again.
        if (outcome.deliveredCount > 0) reading.delivered();
        this.#record.settled(outcome);
        onSettled();
      },
      (error) => {
        // A first try that fails, for instance while a collector restarts, is no news.
        if (++retryCount > 1) this.#record.retrying(count, error);
      },
    );
  }

  /** The exporter of metrics as one of data points, so that its outcomes are counted as those of spans. */
  #adapterFor(metrics: ReadableMetrics): Exporter<ReadableMetrics> {
    const exporter = this.#exporter;
    return {
      export: (_points, resultCallback, control) =>
        exporter.export(metrics, resultCallback, control),
      shutdown: () => exporter.shutdown(),
    };
  }

  #ask(trouble: string, deadline: number, call: () => unknown): Promise<void> {
    const cause = `A metric exporter ${trouble}`;
    return completesWithin(deadline, call, cause, this.health.exporter, this.#diagnostics);
  }
}
