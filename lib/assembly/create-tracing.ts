import { Diagnostics } from '../diagnostics.js';
import { applyConfigurationFile } from './configuration-file/apply-configuration-file.js';
import { readEnvironment } from './environment.js';
import type { Tracing } from './tracing.js';
import { TracingComposition } from './tracing-composition.js';
import type { StandaloneTracingOptions } from './tracing-options.js';

/**
 * Creates and starts the tracing that `TracingModule` provides, without Nest: for workers, scripts and
 * benchmarks. Call `shutdown` before the process ends, so that the last spans are exported.
 *
 * @throws TracingConfigError for invalid options, and for an invalid configuration file. An invalid value of an
 *   `OTEL_*` variable is reported and ignored
 * @example
 * const tracing = createTracing({ serviceName: 'nightly-import' });
 * await tracing.tracer.trace('import', () => importAll());
 * await tracing.shutdown();
 */
export function createTracing(options: StandaloneTracingOptions = {}): Tracing {
  const diagnostics = new Diagnostics(options.logger);
  const environment = applyConfigurationFile(
    readEnvironment(diagnostics, undefined, options.tracerProvider === undefined),
    diagnostics,
  );
  return new TracingComposition(options, environment, diagnostics).composeStandalone(options);
}
