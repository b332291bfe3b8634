import type { TextMapPropagator } from '@opentelemetry/api';
import type { DiagnosticsLogger } from '../diagnostics.js';
import { checkArray } from '../option-checks.js';
import {
  CompositePropagator,
  W3CBaggagePropagator,
  W3CTraceContextPropagator,
} from '../propagation/index.js';
import { AlwaysOnSampler, ParentBasedSampler, type Sampler } from '../sampling/index.js';
import { SequentialIdGenerator } from './sequential-id-generator.js';
import { SpanRecorder } from './span-recorder.js';
import { SteadyClock } from './steady-clock.js';

/** The options in which the tracing of a test differs from others. */
export interface TestParts {
  /** False: the registration with `@opentelemetry/api` is there once in the test's process. */
  readonly registerGlobally: boolean;
  /** True, whatever the environment of the test says. */
  readonly enabled: boolean;
  readonly serviceName: string;
  readonly sampler: Sampler;
  readonly propagator: TextMapPropagator;
  readonly idGenerator: SequentialIdGenerator;
  readonly clock: SteadyClock;
  readonly logger: DiagnosticsLogger;
}

/** The options of a test's tracing, and what the test looks at. */
export interface TestSetup<O> {
  readonly options: TestParts & O;
  readonly recorder: SpanRecorder;
  readonly clock: SteadyClock;
  /** What went to the logger. */
  readonly warnings: readonly string[];
}

/**
 * Options with new parts, that no other tracing has.
 *
 * @param others options that replace or join these; span processors come after the recorder
 * @throws TracingConfigError for `spanProcessors` that are no array
 */
export function createTestOptions<O extends { readonly spanProcessors?: readonly unknown[] }>(
  others: O,
): TestSetup<O> {
  const { spanProcessors: given = [] } = others;
  checkArray('spanProcessors', given, 'Put it into an array.');
  const warnings: string[] = [];
  const recorder = new SpanRecorder();
  const parts: TestParts = {
    registerGlobally: false,
    enabled: true,
    serviceName: 'test',
    sampler: new ParentBasedSampler({ root: new AlwaysOnSampler() }),
    propagator: new CompositePropagator({
      propagators: [new W3CTraceContextPropagator(), new W3CBaggagePropagator()],
    }),
    idGenerator: new SequentialIdGenerator(),
    clock: new SteadyClock({ tickMillis: 1 }),
    logger: { warn: (message) => warnings.push(message) },
  };
  const spanProcessors = [recorder, ...given];
  return {
    options: { ...parts, ...others, spanProcessors },
    recorder,
    clock: parts.clock,
    warnings,
  };
}
