import {
  type ExporterHealth,
  type LogEmitter,
  type PeriodicMetricReader,
  pipelineStateOf,
} from '../delivery/index.js';
import {
  countInWords,
  DATA_POINT_WORDS,
  type ItemWords,
  LOG_RECORD_WORDS,
  SPAN_WORDS,
} from '../export/exporter.js';
import type { PipelineCounts, SpanProcessor, TracerCore } from '../trace/index.js';
import type { SpanInFlight, SpansInFlight } from './spans-in-flight.js';

/** The decisions of the sampler since the start. */
export interface SamplerCounts {
  /** Name and configuration of the sampler: the result of its `toString`. */
  readonly description: string;
  /** Decisions to record and export a span. */
  readonly sampled: number;
  /** Decisions to record a span without exporting it. */
  readonly recordedOnly: number;
  /** Decisions not to record a span. Descendants of such a span are not counted again. */
  readonly notSampled: number;
}

/** The outcomes of the spans or log records that one processor received. */
export interface PipelineStatistics extends PipelineCounts {
  /** Health of the processor's exporter; undefined for a processor that does not provide it. */
  readonly exporter?: ExporterHealth;
}

/** A snapshot of the counts. All numbers count from the start of the application. */
export interface TracingCounts {
  /** Spans that were recorded: `started = live + ended`. */
  readonly started: number;
  /** Recorded spans that have ended. */
  readonly ended: number;
  /** Recorded spans that have not ended yet. */
  readonly live: number;
  /** Decisions of the sampler not to record a span. Descendants of such a span are not counted again. */
  readonly notSampled: number;
  /** The sampler and its decisions: `started = sampled + recordedOnly`. */
  readonly sampler: SamplerCounts;
  /** Attributes that were dropped because their key or value is invalid. */
  readonly invalidAttributes: number;
  /** One entry for each span processor that counts. The counts of an entry add up to the ended spans. */
  readonly pipelines: readonly PipelineStatistics[];
  /** The log records and their outcomes; undefined if log records are not exported. */
  readonly logs?: LogStatistics;
  /** The data points of metrics and their outcomes; undefined if metrics are not exported. */
  readonly metrics?: MetricStatistics;
  /** Ended spans, and log records, that should have been exported and never will be. */
  readonly lost: number;
}

/** The outcomes of the log records: `emitted` is the sum of the other counts. */
export interface LogStatistics extends PipelineStatistics {
  /** Log records that were emitted. */
  readonly emitted: number;
}

/** The outcomes of the data points of metrics: `collected` is the sum of the other counts. */
export interface MetricStatistics extends PipelineStatistics {
  /** Data points that were collected for an export. */
  readonly collected: number;
}

/** Drop reasons that are not losses: a sampler decided not to export the span. */
const UNWANTED = new Set([
  'not_sampled',
  'tail_not_kept',
  'tail_late',
  'tail_timeout',
  'tail_flushed',
]);

/** Whether spans that were dropped for this reason should have been exported. */
export function isLoss(reason: string): boolean {
  return !UNWANTED.has(reason);
}

/** Counts the outcomes of an application's spans, log records and metrics. Inject it by its class. */
export class TracingStatistics {
  readonly #core: TracerCore;
  readonly #processors: readonly SpanProcessor[];

  readonly #inFlight: SpansInFlight | undefined;
  readonly #logs: LogEmitter | undefined;
  readonly #metricReader: PeriodicMetricReader | undefined;

  constructor(
    core: TracerCore,
    processors: readonly SpanProcessor[],
    inFlight: SpansInFlight | undefined = undefined,
    logs: LogEmitter | undefined = undefined,
    metricReader: PeriodicMetricReader | undefined = undefined,
  ) {
    this.#core = core;
    this.#processors = processors;
    this.#inFlight = inFlight;
    this.#logs = logs;
    this.#metricReader = metricReader;
  }

  /** Returns a snapshot of the counts. */
  counts(): TracingCounts {
    const { startedCount, endedCount, notSampledCount, recordedOnlyCount } = this.#core;
    const pipelines = this.#pipelines();
    const logs = this.#logCounts();
    return {
      started: startedCount,
      ended: endedCount,
      live: startedCount - endedCount,
      notSampled: notSampledCount,
      sampler: {
        description: describeSampler(this.#core),
        sampled: startedCount - recordedOnlyCount,
        recordedOnly: recordedOnlyCount,
        notSampled: notSampledCount,
      },
      invalidAttributes: this.#core.invalidAttributeCount,
      pipelines,
      ...(logs === undefined ? {} : { logs }),
      ...(this.#metricReader === undefined ? {} : { metrics: metricCounts(this.#metricReader) }),
      lost: sum(logs === undefined ? pipelines : [...pipelines, logs], lostOf),
    };
  }

  /** Returns the open spans, oldest first; an empty list unless the option `inFlight` is set. */
  spansInFlight(): SpanInFlight[] {
    return this.#inFlight?.list() ?? [];
  }

  /** Ended spans and emitted log records that are not yet exported, failed or dropped. */
  get undeliveredCount(): number {
    return sum(this.#pipelines(), ({ queued }) => queued) + (this.#logs?.counts?.queued ?? 0);
  }

  #pipelines(): PipelineStatistics[] {
    return this.#processors.flatMap((processor) => {
      const { counts } = processor;
      return counts === undefined ? [] : [withHealth(counts, processor)];
    });
  }

  #logCounts(): LogStatistics | undefined {
    const logs = this.#logs;
    const counts = logs?.counts;
    if (logs === undefined || counts === undefined) return undefined;
    return { emitted: logs.emittedCount, ...withHealth(counts, logs.processor) };
  }
}

function metricCounts({ counts, health }: PeriodicMetricReader): MetricStatistics {
  const collected = counts.exported + counts.failed + counts.queued;
  return { collected, ...counts, exporter: health };
}

/**
 * What is not yet exported, failed or dropped: `3 spans, 1 log record and 2 data points of metrics`.
 *
 * @param dataPointCount the data points of metrics that are not exported; left out if there are none
 */
export function describeUndelivered(
  { pipelines, logs }: TracingCounts,
  dataPointCount = 0,
): string {
  const parts: [number, ItemWords][] = [
    [sum(pipelines, ({ queued }) => queued), SPAN_WORDS],
    [logs?.queued ?? 0, LOG_RECORD_WORDS],
    [dataPointCount, DATA_POINT_WORDS],
  ];
  const found = parts.filter(([count]) => count > 0);
  if (found.length === 0) return countInWords(0, SPAN_WORDS);
  const words = found.map(([count, words]) =>
    words === DATA_POINT_WORDS
      ? `${countInWords(count, words)} of metrics`
      : countInWords(count, words),
  );
  const last = words.pop();
  return words.length === 0 ? `${last}` : `${words.join(', ')} and ${last}`;
}

function withHealth(counts: PipelineCounts, processor: object): PipelineStatistics {
  const health = pipelineStateOf(processor)?.health;
  return health === undefined ? counts : { ...counts, exporter: health };
}

function describeSampler({ sampler }: TracerCore): string {
  try {
    return String(sampler);
  } catch {
    return 'a sampler that cannot be described';
  }
}

function lostOf({ failed, dropped }: PipelineCounts): number {
  return failed + sum(Object.entries(dropped), ([reason, count]) => (isLoss(reason) ? count : 0));
}

function sum<T>(items: readonly T[], count: (item: T) => number): number {
  return items.reduce((total, item) => total + count(item), 0);
}
