import { Diagnostics } from '../diagnostics.js';
import { readEnvironment } from './environment.js';
import type { Tracing } from './tracing.js';
import { TracingComposition } from './tracing-composition.js';
import type { StandaloneTracingOptions } from './tracing-options.js';

/**
 * The same tracing as `TracingModule` makes, without Nest: for workers, scripts and benchmarks. It
 * runs at once; call `shutdown` before the process ends, so that the last spans are delivered.
 *
 * @throws TracingConfigError for options that cannot be used. A value of an `OTEL_*` variable that
 *   cannot be used is reported and ignored
 * @example
 * const tracing = createTracing({ serviceName: 'nightly-import' });
 * await tracing.tracer.trace('import', () => importAll());
 * await tracing.shutdown();
 */
export function createTracing(options: StandaloneTracingOptions = {}): Tracing {
  const diagnostics = new Diagnostics(options.logger);
  const environment = readEnvironment(diagnostics);
  return new TracingComposition(options, environment, diagnostics).composeStandalone(options);
}
