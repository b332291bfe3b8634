import { readEnvironment } from '../assembly/environment.js';
import type { StandaloneTracingOptions, Tracing } from '../assembly/index.js';
import { TracingComposition } from '../assembly/tracing-composition.js';
import { Diagnostics } from '../diagnostics.js';
import type { Clock, Tracer, TracerProvider } from '../trace/index.js';
import type { SpanRecorder } from './span-recorder.js';
import type { SteadyClock } from './steady-clock.js';
import { createTestOptions } from './test-options.js';

/**
 * Options of {@link createTestTracing}: those of `createTracing`, with these defaults of their own:
 * `serviceName` is `test`, `sampler` records every trace unless the caller decided otherwise,
 * `propagator` is W3C trace context and W3C baggage, `idGenerator` is a {@link SequentialIdGenerator},
 * `registerGlobally` is false, and `logger` fills {@link TestTracing.warnings}. Span processors hear of
 * the spans after the recorder. Nothing is exported unless an `exporter` is given.
 */
export interface TestTracingOptions<C extends Clock = SteadyClock>
  extends Omit<StandaloneTracingOptions, 'clock'> {
  /** @default a {@link SteadyClock} that ticks 1 ms a reading */
  readonly clock?: C;
}

/** Tracing without an application, as {@link createTestTracing} makes it. */
export interface TestTracing<C extends Clock = SteadyClock> {
  /** The tracer that decorated methods find. */
  readonly tracer: Tracer;
  /** Makes tracers that name other libraries as the origin of their spans. */
  readonly provider: TracerProvider;
  /** The whole tracing, with its statistics. */
  readonly tracing: Tracing;
  /** Holds the spans. */
  readonly recorder: SpanRecorder;
  /** The clock of the spans. */
  readonly clock: C;
  /** What the library reported of its own troubles. */
  readonly warnings: readonly string[];
  /**
   * Takes the tracer back from decorators and functions that find it by themselves, and shuts the
   * tracing down. The recorder goes on recording.
   */
  close(): void;
}

/**
 * A tracing for tests without an application, with given times and ids, whose spans go to a recorder.
 * It is put together as an application's is, but reads no environment. Decorated methods find it, until
 * `close` is called.
 *
 * @throws TracingConfigError for options that cannot be used
 * @example
 * const { tracer, recorder } = createTestTracing();
 * tracer.trace('work', () => undefined);
 * expect(traceAsText(recorder.takeSpans())).toBe('work');
 */
export function createTestTracing<C extends Clock = SteadyClock>(
  given: TestTracingOptions<C> = {},
): TestTracing<C> {
  const { options, recorder, warnings, clock } = createTestOptions(given);
  const diagnostics = new Diagnostics(options.logger);
  const environment = readEnvironment(diagnostics, {});
  const composition = new TracingComposition(options, environment, diagnostics);
  const tracing = composition.composeStandalone(options);
  const { tracer, provider } = tracing;
  return {
    tracer,
    provider,
    tracing,
    recorder,
    clock: given.clock ?? (clock as Clock as C),
    warnings,
    close: () => void tracing.shutdown(),
  };
}
