import type { TracingOptions } from '../nest/index.js';
import type { SpanRecorder } from './span-recorder.js';
import type { SteadyClock } from './steady-clock.js';
import { createTestOptions } from './test-options.js';

/** Options for a Nest application under test, and the objects that the test reads. */
export interface TestTracingSetup {
  /** For `TracingModule.forRoot`, or as the value that overrides `TRACING_OPTIONS`. */
  readonly options: TracingOptions;
  /** Records the spans of the application. */
  readonly recorder: SpanRecorder;
  /** Advances by 1 ms with each reading. Not used if `others` contains a clock. */
  readonly clock: SteadyClock;
  /** The warnings that the library logged. */
  readonly warnings: readonly string[];
}

/**
 * Creates options that send the spans of a Nest application to a recorder only, with predictable times
 * and ids. They do not register with `@opentelemetry/api`, because all tests of a process share one
 * registration. The sampler follows the decision of the caller and records all other traces.
 *
 * @param others options that replace or complete these; span processors run after the recorder
 * @example
 * const { options, recorder } = testTracingOptions();
 * const app = await Test.createTestingModule({ imports: [AppModule] })
 *   .overrideProvider(TRACING_OPTIONS)
 *   .useValue(options)
 *   .compile();
 */
export function testTracingOptions(others: TracingOptions = {}): TestTracingSetup {
  return createTestOptions<TracingOptions>(others);
}
