import {
  type Attributes,
  type BatchObservableResult,
  createNoopMeter,
  type Meter,
  metrics,
  type Observable,
} from '@opentelemetry/api';
import { type LogEmitter, type PipelineState, pipelineStateOf } from '../delivery/index.js';
import type { OverheadGovernor } from '../sampling/overhead-governor.js';
import type { PipelineCounts, SpanProcessor, TracerCore } from '../trace/index.js';
import { VERSION } from '../version.js';
import { observeGovernor } from './governor-metrics.js';
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

/**
 * Exposes the counts of the library as metrics with OpenTelemetry's names, through the meter provider
 * that is registered with `@opentelemetry/api`. The counts are read when the provider collects, so the
 * metrics add no cost to a span.
 *
 * @returns a function that removes the metrics; undefined if no meter provider is registered
 */
export function observeSelf(
  core: TracerCore,
  processors: readonly SpanProcessor[],
  logs: LogEmitter | undefined = undefined,
  governor: OverheadGovernor | undefined = undefined,
): (() => void) | undefined {
  try {
    const meter = metrics.getMeter('nestjs-traced', VERSION);
    if (meter === createNoopMeter()) return undefined;
    const stop = observe(meter, core, processors, logs);
    const stopGovernor = governor && observeGovernor(meter, governor);
    return () => {
      stop();
      stopGovernor?.();
    };
  } catch (error) {
    core.diagnostics.report('The meter provider threw. No metrics of tracing are exposed', error);
    return undefined;
  }
}

function observe(
  meter: Meter,
  core: TracerCore,
  processors: readonly SpanProcessor[],
  logs: LogEmitter | undefined,
): () => void {
  const instruments = createInstruments(meter);
  const logInstruments = logs && createLogInstruments(meter);
  const callback = (result: BatchObservableResult): void => {
    observeSpans(result, instruments, core);
    processors.forEach((processor, index) => {
      const state = pipelineStateOf(processor);
      const { counts } = processor;
      if (state === undefined || counts === undefined) return;
      observePipeline(result, instruments, counts, state, index);
    });
    if (logInstruments !== undefined) observeLogs(result, logInstruments, logs);
  };
  const observed = [...Object.values(instruments), ...Object.values(logInstruments ?? {})];
  meter.addBatchObservableCallback(callback, observed);
  return () => meter.removeBatchObservableCallback(callback, observed);
}

/** The metrics of one pipeline. */
type PipelineInstruments = ReturnType<typeof createPipelineInstruments>;
type Instruments = ReturnType<typeof createInstruments>;
type LogInstruments = ReturnType<typeof createLogInstruments>;

function createInstruments(meter: Meter) {
  const create = creatorsOf(meter, '{span}');
  return {
    started: create.counter('otel.sdk.span.started', 'Started spans, by sampling decision'),
    live: create.upDownCounter('otel.sdk.span.live', 'Recorded spans that have not ended'),
    ...createPipelineInstruments(meter, 'span', 'Spans'),
  };
}

function createLogInstruments(meter: Meter) {
  const create = creatorsOf(meter, '{log_record}');
  return {
    created: create.counter('otel.sdk.log.created', 'Emitted log records'),
    ...createPipelineInstruments(meter, 'log', 'Log records'),
  };
}

function createPipelineInstruments(meter: Meter, signal: 'span' | 'log', items: string) {
  const { counter, upDownCounter } = creatorsOf(
    meter,
    signal === 'span' ? '{span}' : '{log_record}',
  );
  const processor = `otel.sdk.processor.${signal}`;
  const exporter = `otel.sdk.exporter.${signal}`;
  return {
    queueSize: upDownCounter(`${processor}.queue.size`, `${items} in the queue`),
    queueCapacity: upDownCounter(`${processor}.queue.capacity`, 'Capacity of the queue'),
    processed: counter(`${processor}.processed`, `${items} passed on or dropped`),
    exported: counter(`${exporter}.exported`, `${items} exported or failed`),
    inFlight: upDownCounter(`${exporter}.inflight`, `${items} being exported`),
  };
}

function creatorsOf(meter: Meter, unit: string) {
  return {
    counter: (name: string, description: string): Observable =>
      meter.createObservableCounter(name, { unit, description }),
    upDownCounter: (name: string, description: string): Observable =>
      meter.createObservableUpDownCounter(name, { unit, description }),
  };
}

function observeLogs(
  result: BatchObservableResult,
  to: LogInstruments,
  logs: LogEmitter | undefined,
): void {
  const state = logs && pipelineStateOf(logs.processor);
  if (state === undefined || logs?.counts === undefined) return;
  result.observe(to.created, logs.emittedCount);
  observePipeline(result, to, logs.counts, state, 0);
}

function observeSpans(result: BatchObservableResult, to: Instruments, core: TracerCore): void {
  const { startedCount, endedCount, notSampledCount, recordedOnlyCount } = core;
  const started = (value: number, sampled: string): void =>
    result.observe(to.started, value, { [SAMPLING_RESULT]: sampled });
  started(startedCount - recordedOnlyCount, 'RECORD_AND_SAMPLE');
  started(recordedOnlyCount, 'RECORD_ONLY');
  started(notSampledCount, 'DROP');
  result.observe(to.live, startedCount - endedCount);
}

function observePipeline(
  result: BatchObservableResult,
  to: PipelineInstruments,
  { exported, failed, dropped }: PipelineCounts,
  { kind, queueSize, queueCapacity, inFlight, health }: PipelineState,
  index: number,
): void {
  const processor = component(kind, index);
  result.observe(to.queueSize, queueSize, processor);
  result.observe(to.queueCapacity, queueCapacity, processor);
  // In the conventions, an item counts as processed when the processor passes it to the exporter.
  result.observe(to.processed, exported + failed + inFlight, processor);
  for (const [type, count] of errorCounts(dropped)) {
    result.observe(to.processed, count, { ...processor, [ERROR_TYPE]: type });
  }
  const exporter = component(health.exporter, index);
  result.observe(to.exported, exported, exporter);
  if (failed > 0) result.observe(to.exported, failed, { ...exporter, [ERROR_TYPE]: OTHER_ERROR });
  result.observe(to.inFlight, inFlight, exporter);
}

function component(type: string, index: number): Attributes {
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
