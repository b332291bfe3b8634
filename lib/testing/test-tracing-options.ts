import type { TracingOptions } from '../nest/index.js';
import type { SpanRecorder } from './span-recorder.js';
import type { SteadyClock } from './steady-clock.js';
import { createTestOptions } from './test-options.js';

/** Options for a Nest application under test, and what the test looks at. */
export interface TestTracingSetup {
  /** For `TracingModule.forRoot`, or as the value that overrides `TRACING_OPTIONS`. */
  readonly options: TracingOptions;
  /** Holds the spans of the application. */
  readonly recorder: SpanRecorder;
  /** Ticks 1 ms a reading. Not used if other options replaced it. */
  readonly clock: SteadyClock;
  /** What the library reported of its own troubles. */
  readonly warnings: readonly string[];
}

/**
 * Options with which a Nest application's spans go to a recorder and nowhere else, with given times
 * and ids, and without telling `@opentelemetry/api`, which the test's process has once only. Every
 * trace is recorded, unless the caller decided otherwise.
 *
 * @param others options that replace or join these; span processors hear of the spans after the recorder
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
