import type { DatabaseTracingOptions } from '../database/index.js';
import type { DiagnosticsLogger } from '../diagnostics.js';
import type { InMemoryLogExporter, InMemoryMetricExporter } from '../export/index.js';
import type { HttpTracingOptions } from '../http/index.js';
import type { TracingOptions } from '../nest/index.js';
import { checkArray } from '../option-checks.js';
import { AlwaysOnSampler, ParentBasedSampler } from '../sampling/index.js';
import type { SpanRecorder } from './span-recorder.js';
import type { SteadyClock } from './steady-clock.js';

/** The objects of a test that take the place of those of the application. */
export interface RecordingParts {
  readonly recorder: SpanRecorder;
  readonly clock: SteadyClock;
  readonly logExporter: InMemoryLogExporter;
  readonly metricExporter: InMemoryMetricExporter;
  readonly logger: DiagnosticsLogger;
}

/** Options of `TracingTestingModule`: those of `TracingModule` that a test changes. */
export interface TracingTestingOptions extends Omit<TracingOptions, 'tracerProvider'> {
  /**
   * Records the spans. Give the same recorder to all applications of a test, so that a trace has the spans
   * of all of them; they then share the clock too. @default a new recorder
   */
  readonly recorder?: SpanRecorder;
}

/** The options that replace those of the application. */
export type ChangedOptions = Omit<TracingTestingOptions, 'recorder'>;

/**
 * Returns the options of an application under test. What decides about the content of its spans stays as
 * the application has it: redaction, limits, span processors, baggage, and the options of all traffic.
 * Times are steady, every trace without a decision of its caller is recorded, spans are not
 * exported, log records and metrics stay in memory, successful waits for connections are not shown, and the recorder
 * comes before the other span processors.
 *
 * @param given the options of the application
 * @param changes options that replace these; those of `http`, `database` and `spanLimits` replace only the fields
 *   that they have, and their span processors come after those of the application
 * @throws TracingConfigError if `spanProcessors` is not an array
 */
export function recordingOptions(
  given: TracingOptions,
  changes: ChangedOptions,
  { recorder, logExporter, metricExporter, clock, logger }: RecordingParts,
): TracingOptions {
  // Not by the environment: a test must not depend on it.
  const metrics = changes.metrics ?? given.metrics ?? given.metricExporter !== undefined;
  return {
    ...given,
    // The pipeline of another SDK has no place for the recorder.
    tracerProvider: undefined,
    exporter: undefined,
    logExporter,
    metrics,
    metricExporter: metrics === false ? undefined : metricExporter,
    registerGlobally: false,
    enabled: true,
    sampler: new ParentBasedSampler({ root: new AlwaysOnSampler() }),
    clock,
    logger,
    ...withoutUndefined(changes),
    http: mergeHttp(given.http, changes.http),
    database: mergeOne(withoutWaits(given.database), changes.database),
    spanLimits: { ...given.spanLimits, ...changes.spanLimits },
    spanProcessors: [recorder, ...processorsOf(given), ...processorsOf(changes)],
  };
}

type Database = false | DatabaseTracingOptions | undefined;

/** How long a wait for a connection takes differs between runs, and so would the spans. */
export function withoutWaits(database: Database): Database {
  return database !== false && { ...database, connectionWaitThresholdMillis: false };
}

function processorsOf({
  spanProcessors = [],
}: ChangedOptions): NonNullable<TracingOptions['spanProcessors']> {
  return checkArray('spanProcessors', spanProcessors, 'Put the span processor into an array.');
}

function mergeHttp(
  given: HttpTracingOptions | undefined,
  changes: HttpTracingOptions | undefined,
): HttpTracingOptions | undefined {
  if (given === undefined || changes === undefined) return changes ?? given;
  return {
    ...given,
    ...changes,
    client: mergeOne(given.client, changes.client),
    server: mergeOne(given.server, changes.server),
  };
}

/** One of them can be false, which switches this traffic off. */
function mergeOne<T>(given: T, changes: T): T {
  if (changes === undefined) return given;
  return typeof given === 'object' && typeof changes === 'object'
    ? { ...given, ...changes }
    : changes;
}

function withoutUndefined<T extends object>(options: T): T {
  const entries = Object.entries(options).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as T;
}
