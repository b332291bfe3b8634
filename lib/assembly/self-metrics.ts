import {
  type ExporterHealth,
  type LogEmitter,
  type PeriodicMetricReader,
  type PipelineState,
  pipelineStateOf,
} from '../delivery/index.js';
import type { MetricAttributes, MetricsRegistry, Observe } from '../metrics/index.js';
import type { PipelineCounts, SpanProcessor, TracerCore } from '../trace/index.js';
import { isLoss } from './tracing-statistics.js';

// Semantic conventions 1.45.0, `docs/otel/sdk-metrics.md`.
const SAMPLING_RESULT = 'otel.span.sampling_result';
const COMPONENT_TYPE = 'otel.component.type';
const COMPONENT_NAME = 'otel.component.name';
const ERROR_TYPE = 'error.type';
/** The `error.type` of a failure whose cause has no short name. */
const OTHER_ERROR = '_OTHER';

/** The `error.type` that the conventions define for a drop reason. Other reasons keep their names. */
const ERROR_TYPES: Readonly<Record<string, string>> = {
  queue_full: 'queue_full',
  queue_bytes_full: 'queue_full',
  after_shutdown: 'already_shutdown',
};

/** The parts of an application whose counts are metrics. */
export interface SelfMetricsSources {
  readonly core: TracerCore;
  /** Those without counts have no metrics. */
  readonly processors: readonly SpanProcessor[];
  /** Undefined if log records are not exported. */
  readonly logs?: LogEmitter | undefined;
  /** Undefined if metrics are not exported. */
  readonly metricReader?: PeriodicMetricReader | undefined;
}

/**
 * Shows the counts of the library as metrics with OpenTelemetry's names. They are read when somebody collects, so the
 * metrics add no cost to a span.
 *
 * @param registry decides who reads them: a registered meter provider, or the exporter and the endpoint of the application
 * @returns a function that removes the metrics
 */
export function observeSelf(
  registry: MetricsRegistry,
  { core, processors, logs, metricReader }: SelfMetricsSources,
): () => void {
  const stops = [
    ...observeSpans(registry, core),
    ...observePipelines(registry, 'span', () =>
      processors.map((processor, index) => pipelineOf(processor, processor.counts, index)),
    ),
  ];
  if (logs !== undefined) {
    const { counter } = creatorsOf(registry, '{log_record}');
    const created = (observe: Observe): void => observe(logs.emittedCount);
    stops.push(
      counter('otel.sdk.log.created', 'Emitted log records', created),
      ...observePipelines(registry, 'log', () => [pipelineOf(logs.processor, logs.counts, 0)]),
    );
  }
  if (metricReader !== undefined) stops.push(...observeDataPoints(registry, metricReader));
  return () => {
    for (const stop of stops) stop();
  };
}

type Stops = (() => void)[];
type Read = (observe: Observe) => void;

function creatorsOf(registry: MetricsRegistry, unit: string) {
  return {
    counter: (name: string, description: string, read: Read) =>
      registry.observe('counter', name, { unit, description }, read),
    upDownCounter: (name: string, description: string, read: Read) =>
      registry.observe('up_down_counter', name, { unit, description }, read),
  };
}

function observeSpans(registry: MetricsRegistry, core: TracerCore): Stops {
  const { counter, upDownCounter } = creatorsOf(registry, '{span}');
  const readStarted = (observe: Observe): void => {
    const { startedCount, notSampledCount, recordedOnlyCount } = core;
    observe(startedCount - recordedOnlyCount, { [SAMPLING_RESULT]: 'RECORD_AND_SAMPLE' });
    observe(recordedOnlyCount, { [SAMPLING_RESULT]: 'RECORD_ONLY' });
    observe(notSampledCount, { [SAMPLING_RESULT]: 'DROP' });
  };
  return [
    counter('otel.sdk.span.started', 'Started spans, by sampling decision', readStarted),
    upDownCounter('otel.sdk.span.live', 'Recorded spans that have not ended', (observe) =>
      observe(core.startedCount - core.endedCount),
    ),
  ];
}

/** A processor that counts, and its exporter. */
interface Pipeline {
  readonly counts: PipelineCounts;
  readonly state: PipelineState;
  /** The attributes of the metrics of the processor. */
  readonly processor: MetricAttributes;
  /** The attributes of the metrics of the exporter. */
  readonly exporter: MetricAttributes;
}

function pipelineOf(
  given: object,
  counts: PipelineCounts | undefined,
  index: number,
): Pipeline | undefined {
  const state = pipelineStateOf(given);
  if (state === undefined || counts === undefined) return undefined;
  return {
    counts,
    state,
    processor: component(state.kind, index),
    exporter: component(state.health.exporter, index),
  };
}

function observePipelines(
  registry: MetricsRegistry,
  signal: 'span' | 'log',
  pipelines: () => (Pipeline | undefined)[],
): Stops {
  const [items, unit] =
    signal === 'span' ? (['Spans', '{span}'] as const) : (['Log records', '{log_record}'] as const);
  const { counter, upDownCounter } = creatorsOf(registry, unit);
  const processor = `otel.sdk.processor.${signal}`;
  const exporter = `otel.sdk.exporter.${signal}`;
  const each =
    (read: (pipeline: Pipeline, observe: Observe) => void): Read =>
    (observe) => {
      for (const pipeline of pipelines()) if (pipeline !== undefined) read(pipeline, observe);
    };
  return [
    upDownCounter(
      `${processor}.queue.size`,
      `${items} in the queue`,
      each(({ state, processor }, observe) => observe(state.queueSize, processor)),
    ),
    upDownCounter(
      `${processor}.queue.capacity`,
      'Capacity of the queue',
      each(({ state, processor }, observe) => observe(state.queueCapacity, processor)),
    ),
    counter(`${processor}.processed`, `${items} passed on or dropped`, each(readProcessed)),
    counter(
      `${exporter}.exported`,
      `${items} exported or failed`,
      each(({ counts, exporter }, observe) => readExported(counts, exporter, observe)),
    ),
    upDownCounter(
      `${exporter}.inflight`,
      `${items} being exported`,
      each(({ state, exporter }, observe) => observe(state.inFlight, exporter)),
    ),
  ];
}

function readProcessed({ counts, state, processor }: Pipeline, observe: Observe): void {
  const { exported, failed, dropped } = counts;
  // In the conventions, an item counts as processed when the processor passes it to the exporter.
  observe(exported + failed + state.inFlight, processor);
  for (const [type, count] of errorCounts(dropped)) {
    observe(count, { ...processor, [ERROR_TYPE]: type });
  }
}

function readExported(
  { exported, failed }: PipelineCounts,
  exporter: MetricAttributes,
  observe: Observe,
): void {
  observe(exported, exporter);
  if (failed > 0) observe(failed, { ...exporter, [ERROR_TYPE]: OTHER_ERROR });
}

/** The metrics of an export count those of the exports before. */
function observeDataPoints(registry: MetricsRegistry, reader: PeriodicMetricReader): Stops {
  const { counter, upDownCounter } = creatorsOf(registry, '{data_point}');
  const prefix = 'otel.sdk.exporter.metric_data_point';
  const exporter = (): MetricAttributes => component(reader.health.exporter, 0);
  return [
    counter(`${prefix}.exported`, 'Data points of metrics exported or failed', (observe) =>
      readExported(reader.counts, exporter(), observe),
    ),
    upDownCounter(`${prefix}.inflight`, 'Data points of metrics being exported', (observe) =>
      observe(reader.counts.queued, exporter()),
    ),
  ];
}

function component(type: ExporterHealth['exporter'], index: number): MetricAttributes {
  return { [COMPONENT_TYPE]: type, [COMPONENT_NAME]: `${type}/${index}` };
}

/**
 * Sums the drop counts by `error.type`. Several reasons can have the same type, and a second observation
 * with the same attributes would replace the first.
 */
function errorCounts(dropped: Readonly<Record<string, number>>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const [reason, count] of Object.entries(dropped)) {
    if (!isLoss(reason)) continue;
    const type = ERROR_TYPES[reason] ?? reason;
    counts.set(type, (counts.get(type) ?? 0) + count);
  }
  return counts;
}
