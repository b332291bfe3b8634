import type { TextMapPropagator } from '@opentelemetry/api';
import type { DatabaseTracingOptions } from '../database/index.js';
import type { DiagnosticsLogger } from '../diagnostics.js';
import { InMemoryLogExporter } from '../export/index.js';
import { checkArray } from '../option-checks.js';
import {
  CompositePropagator,
  W3CBaggagePropagator,
  W3CTraceContextPropagator,
} from '../propagation/index.js';
import { AlwaysOnSampler, ParentBasedSampler, type Sampler } from '../sampling/index.js';
import { withoutWaits } from './recording-options.js';
import { SequentialIdGenerator } from './sequential-id-generator.js';
import { SpanRecorder } from './span-recorder.js';
import { SteadyClock } from './steady-clock.js';

/** The options with defaults that differ from those of an application. */
export interface TestParts {
  /** False, because all tests of a process share one registration with `@opentelemetry/api`. */
  readonly registerGlobally: boolean;
  /** True, independent of the environment of the test. */
  readonly enabled: boolean;
  readonly serviceName: string;
  readonly sampler: Sampler;
  readonly propagator: TextMapPropagator;
  readonly idGenerator: SequentialIdGenerator;
  readonly clock: SteadyClock;
  readonly logger: DiagnosticsLogger;
  readonly logExporter: InMemoryLogExporter;
}

/** The options of a test's tracing, and the objects that the test reads. */
export interface TestSetup<O> {
  readonly options: TestParts & O;
  readonly recorder: SpanRecorder;
  /** The log records, unless the options have a `logExporter`. */
  readonly logs: InMemoryLogExporter;
  readonly clock: SteadyClock;
  /** The logged warnings. */
  readonly warnings: readonly string[];
}

/**
 * Creates options with new parts, which no other tracing shares.
 *
 * @param others options that replace or complete these; span processors run after the recorder
 * @throws TracingConfigError if `spanProcessors` is not an array
 */
export function createTestOptions<
  O extends {
    readonly spanProcessors?: readonly unknown[];
    readonly database?: false | DatabaseTracingOptions;
  },
>(others: O): TestSetup<O> {
  const { spanProcessors: given = [], database: shown } = others;
  checkArray('spanProcessors', given, 'Put the span processor into an array.');
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
    logExporter: new InMemoryLogExporter(),
  };
  const spanProcessors = [recorder, ...given];
  const database = shown !== false && { ...withoutWaits({}), ...shown };
  return {
    options: { ...parts, ...others, database, spanProcessors },
    recorder,
    logs: parts.logExporter,
    clock: parts.clock,
    warnings,
  };
}
