import type { TextMapPropagator } from '@opentelemetry/api';
import type { Diagnostics } from '../diagnostics.js';
import type { SpanExporter } from '../export/index.js';
import { checkArray } from '../option-checks.js';
import type { Sampler } from '../sampling/index.js';
import {
  type Clock,
  type IdGenerator,
  RandomIdGenerator,
  type SpanProcessor,
  SystemClock,
} from '../trace/index.js';
import {
  createDefaultExporter,
  createDefaultPropagator,
  createDefaultSampler,
  createExportProcessor,
  isPropagatorNames,
  type PropagatorNames,
} from './default-parts.js';
import type { EnvironmentSettings } from './environment.js';
import { Tracing } from './tracing.js';
import type {
  ResolvedParts,
  StandaloneTracingOptions,
  TracingSettings,
} from './tracing-options.js';

/**
 * How a tracing is put together: each part by a method, so that `TracingModule` can make a provider of
 * it, and all at once for `createTracing` and `createTestTracing`. Nothing else makes a `Tracing`.
 *
 * A part that was given counts before the environment, and the environment before the default.
 */
export class TracingComposition {
  readonly #settings: TracingSettings;
  readonly #environment: EnvironmentSettings;
  readonly #diagnostics: Diagnostics;

  constructor(
    settings: TracingSettings,
    environment: EnvironmentSettings,
    diagnostics: Diagnostics,
  ) {
    this.#settings = settings;
    this.#environment = environment;
    this.#diagnostics = diagnostics;
  }

  /** The sampler where none is given. */
  defaultSampler(): Sampler {
    return createDefaultSampler(this.#environment);
  }

  /**
   * A propagator that is given as such or by name, or the default.
   *
   * @throws TracingConfigError for a name that is not known
   */
  propagator(given: TextMapPropagator | PropagatorNames | undefined): TextMapPropagator {
    if (given !== undefined && !isPropagatorNames(given)) return given;
    return createDefaultPropagator(this.#environment, this.#diagnostics, given);
  }

  /**
   * The exporter where none is given: none if there are span processors to do its work.
   *
   * @throws TracingConfigError for an unusable option `grpcPackage`
   */
  defaultExporter(hasSpanProcessors: boolean): SpanExporter | undefined {
    if (hasSpanProcessors) return undefined;
    return createDefaultExporter(this.#environment, this.#diagnostics, this.#settings.grpcPackage);
  }

  /**
   * The given span processors behind the one that feeds the exporter.
   *
   * @throws TracingConfigError for options of the exporter's processor that cannot be used
   */
  spanProcessors(
    exporter: SpanExporter | undefined,
    given: readonly SpanProcessor[] = [],
  ): SpanProcessor[] {
    checkArray('spanProcessors', given, 'Put it into an array.');
    if (exporter === undefined) return [...given];
    const processor = createExportProcessor(
      exporter,
      this.#settings,
      this.#environment,
      this.#diagnostics,
    );
    return [processor, ...given];
  }

  defaultIdGenerator(): IdGenerator {
    return new RandomIdGenerator();
  }

  defaultClock(): Clock {
    return new SystemClock();
  }

  /**
   * The tracing of these parts, running.
   *
   * @throws TracingConfigError for parts and settings that cannot be used
   */
  compose(parts: ResolvedParts): Tracing {
    return new Tracing(this.#settings, this.#environment, parts, this.#diagnostics);
  }

  /**
   * The tracing of parts that are all instances, running; what is not given is made.
   *
   * @throws TracingConfigError for parts and settings that cannot be used
   */
  composeStandalone(options: StandaloneTracingOptions): Tracing {
    const exporter = options.exporter ?? this.defaultExporter(options.spanProcessors !== undefined);
    return this.compose({
      sampler: options.sampler ?? this.defaultSampler(),
      propagator: this.propagator(options.propagator),
      exporter,
      spanProcessors: this.spanProcessors(exporter, options.spanProcessors),
      idGenerator: options.idGenerator ?? this.defaultIdGenerator(),
      clock: options.clock ?? this.defaultClock(),
    });
  }
}
