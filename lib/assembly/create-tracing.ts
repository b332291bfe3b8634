import { Diagnostics } from '../diagnostics.js';
import { RandomIdGenerator, SystemClock } from '../trace/index.js';
import {
  createDefaultExporter,
  createDefaultPropagator,
  createDefaultSampler,
  createExportProcessor,
  isPropagatorNames,
} from './default-parts.js';
import { readEnvironment } from './environment.js';
import { Tracing } from './tracing.js';
import type { StandaloneTracingOptions } from './tracing-options.js';

/**
 * The same tracing as `TracingModule` makes, without Nest: for workers, scripts and benchmarks. It
 * runs at once; call `shutdown` before the process ends, so that the last spans are delivered.
 *
 * @throws TracingConfigError for options or `OTEL_*` variables that cannot be used
 * @example
 * const tracing = createTracing({ serviceName: 'nightly-import' });
 * await tracing.tracer.trace('import', () => importAll());
 * await tracing.shutdown();
 */
export function createTracing(options: StandaloneTracingOptions = {}): Tracing {
  const environment = readEnvironment();
  const diagnostics = new Diagnostics(options.logger);
  const { propagator } = options;
  const exporter =
    options.exporter ??
    (options.spanProcessors === undefined
      ? createDefaultExporter(environment, diagnostics, options.grpcPackage)
      : undefined);
  const exportProcessors =
    exporter === undefined
      ? []
      : [createExportProcessor(exporter, options, environment, diagnostics)];
  return new Tracing(
    options,
    environment,
    {
      sampler: options.sampler ?? createDefaultSampler(environment),
      propagator: isPropagatorNames(propagator)
        ? createDefaultPropagator(environment, diagnostics, propagator)
        : (propagator ?? createDefaultPropagator(environment, diagnostics)),
      exporter,
      spanProcessors: [...exportProcessors, ...(options.spanProcessors ?? [])],
      idGenerator: options.idGenerator ?? new RandomIdGenerator(),
      clock: options.clock ?? new SystemClock(),
    },
    diagnostics,
  );
}
