import type { InMemoryLogExporter } from '../export/index.js';
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
  /** The log records of the application. Not used if `others` contains a `logExporter`. */
  readonly logs: InMemoryLogExporter;
  /** Advances by 1 ms with each reading. Not used if `others` contains a clock. */
  readonly clock: SteadyClock;
  /** The warnings that the library logged. */
  readonly warnings: readonly string[];
}

/**
 * Creates options for tests of a Nest application, and a recorder that receives its spans. There is no span
 * exporter, log records stay in memory, and times and ids are predictable. The application does not register with
 * `@opentelemetry/api`, because all tests of a process share one registration. The sampler follows the
 * sampling decision in an incoming request, and records traces without one. Successful waits for database
 * connections are not shown unless `database.connectionWaitThresholdMillis` is set, because they differ between runs.
 *
 * @param others options that override these; their span processors run after the recorder
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
