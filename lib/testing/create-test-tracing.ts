import { readEnvironment } from '../assembly/environment.js';
import type { StandaloneTracingOptions, Tracing } from '../assembly/index.js';
import { TracingComposition } from '../assembly/tracing-composition.js';
import { Diagnostics } from '../diagnostics.js';
import type { InMemoryLogExporter } from '../export/index.js';
import type { Clock, Tracer, TracerProvider } from '../trace/index.js';
import type { SpanRecorder } from './span-recorder.js';
import type { SteadyClock } from './steady-clock.js';
import { createTestOptions } from './test-options.js';

/**
 * Options of {@link createTestTracing}: those of `createTracing`, with different defaults. `serviceName`
 * is `test`, `sampler` follows the decision of the caller and records all other traces, `propagator` is
 * W3C trace context and W3C baggage, `idGenerator` is a {@link SequentialIdGenerator},
 * `registerGlobally` is false, `database.connectionWaitThresholdMillis` is false, and `logger` fills
 * {@link TestTracing.warnings}. Span processors run after
 * the recorder. Spans are not exported unless an `exporter` is set.
 */
export interface TestTracingOptions<C extends Clock = SteadyClock>
  extends Omit<StandaloneTracingOptions, 'clock'> {
  /** The clock of the spans. @default a {@link SteadyClock} that advances by 1 ms with each reading */
  readonly clock?: C;
}

/** The result of {@link createTestTracing}: a tracing without an application. */
export interface TestTracing<C extends Clock = SteadyClock> {
  /** The tracer that decorated methods use. */
  readonly tracer: Tracer;
  /** Creates tracers with the instrumentation scopes of other libraries. */
  readonly provider: TracerProvider;
  /** The complete tracing, including its statistics. */
  readonly tracing: Tracing;
  /** Records the spans. */
  readonly recorder: SpanRecorder;
  /** The log records. Not used if the options contain a `logExporter`. */
  readonly logs: InMemoryLogExporter;
  /** The clock of the spans. */
  readonly clock: C;
  /** The warnings that the library logged. */
  readonly warnings: readonly string[];
  /**
   * Shuts the tracing down. Decorators and functions without a tracer parameter no longer use it. The
   * recorder continues to record.
   */
  close(): void;
}

/**
 * Creates a tracing for tests without an application. It has predictable times and ids, and sends its
 * spans to a recorder. It is composed like the tracing of an application, but does not read the
 * environment. Decorated methods use it until `close` is called.
 *
 * @throws TracingConfigError for invalid options
 * @example
 * const { tracer, recorder } = createTestTracing();
 * tracer.trace('work', () => undefined);
 * expect(traceAsText(recorder.takeSpans())).toBe('work');
 */
export function createTestTracing<C extends Clock = SteadyClock>(
  given: TestTracingOptions<C> = {},
): TestTracing<C> {
  const { options, recorder, logs, warnings, clock } = createTestOptions(given);
  const diagnostics = new Diagnostics(options.logger);
  const environment = { ...readEnvironment(diagnostics, {}), isTestRun: true };
  const composition = new TracingComposition(options, environment, diagnostics);
  const tracing = composition.composeStandalone(options);
  const { tracer, provider } = tracing;
  return {
    tracer,
    provider,
    tracing,
    recorder,
    logs,
    clock: given.clock ?? (clock as Clock as C),
    warnings,
    close: () => void tracing.shutdown(),
  };
}
