import type { TextMapPropagator } from '@opentelemetry/api';
import { registerRunningTracer, unregisterRunningTracer } from '../context/index.js';
import { SpanProcessors } from '../delivery/index.js';
import { Diagnostics } from '../diagnostics.js';
import type { Sampler } from '../sampling/index.js';
import {
  type Clock,
  createResource,
  createSpanLimits,
  type IdGenerator,
  type SpanLimits,
  type SpanProcessor,
  type Tracer,
  TracerProvider,
} from '../trace/index.js';
import type { SpanRecorder } from './span-recorder.js';
import type { SteadyClock } from './steady-clock.js';
import { createTestParts } from './test-parts.js';

/** The parts of {@link createTestTracing} that a test wants other than usual. */
export interface TestTracingOptions<C extends Clock = SteadyClock> {
  /** @default every trace, unless the caller decided otherwise */
  readonly sampler?: Sampler;
  /** @default W3C trace context and W3C baggage */
  readonly propagator?: TextMapPropagator;
  /** @default a {@link SequentialIdGenerator} */
  readonly idGenerator?: IdGenerator;
  /** @default a {@link SteadyClock} that ticks 1 ms a reading */
  readonly clock?: C;
  /** Processors that hear of the spans after the recorder. @default [] */
  readonly spanProcessors?: readonly SpanProcessor[];
  /** @default the library's limits */
  readonly spanLimits?: Partial<SpanLimits>;
  /** @default 'test' */
  readonly serviceName?: string;
}

/** Tracing without an application, as {@link createTestTracing} makes it. */
export interface TestTracing<C extends Clock = SteadyClock> {
  readonly tracer: Tracer;
  readonly provider: TracerProvider;
  readonly recorder: SpanRecorder;
  readonly clock: C;
  /** What the library reported of its own troubles. */
  readonly warnings: readonly string[];
  /** Takes the tracer back from decorators and functions that find it by themselves. */
  close(): void;
}

/**
 * A tracer for tests without an application, with given times and ids, whose spans go to a recorder.
 * It reads no environment. Decorated methods find it, until `close` is called.
 *
 * @example
 * const { tracer, recorder } = createTestTracing();
 * tracer.trace('work', () => undefined);
 * expect(traceAsText(recorder.takeSpans())).toBe('work');
 */
export function createTestTracing<C extends Clock = SteadyClock>(
  options: TestTracingOptions<C> = {},
): TestTracing<C> {
  const { recorder, clock: steadyClock, warnings, logger, ...parts } = createTestParts();
  const diagnostics = new Diagnostics(logger);
  const clock = options.clock ?? (steadyClock as Clock as C);
  const provider = new TracerProvider({
    sampler: options.sampler ?? parts.sampler,
    processor: new SpanProcessors([recorder, ...(options.spanProcessors ?? [])], diagnostics),
    propagator: options.propagator ?? parts.propagator,
    idGenerator: options.idGenerator ?? parts.idGenerator,
    clock,
    spanLimits: createSpanLimits(options.spanLimits),
    resource: createResource({ serviceName: options.serviceName ?? parts.serviceName }),
    diagnostics,
  });
  const { tracer } = provider;
  registerRunningTracer(tracer);
  const close = (): void => unregisterRunningTracer(tracer);
  return { tracer, provider, recorder, clock, warnings, close };
}
