import type { Attributes, TextMapPropagator } from '@opentelemetry/api';
import type { Diagnostics } from '../diagnostics.js';
import type { LogRecordExporter, MetricExporter, SpanExporter } from '../export/index.js';
import { checkArray, checkOption } from '../option-checks.js';
import { type Sampler, SamplingDecision } from '../sampling/index.js';
import {
  type Clock,
  type IdGenerator,
  RandomIdGenerator,
  type SpanProcessor,
  SystemClock,
} from '../trace/index.js';
import type { ViewerDestination } from '../viewer-destination.js';
import type { PipelineDescription } from './configuration-file/configuration-model.js';
import { createConfiguredSpanExporter } from './configuration-file/configured-exporters.js';
import { createDefaultLogExporter } from './default-log-parts.js';
import { createDefaultMetricExporter } from './default-metric-parts.js';
import {
  createDefaultExporter,
  createDefaultPropagator,
  createDefaultSampler,
  createExportProcessor,
  DEFAULT_SHUTDOWN_TIMEOUT_MILLIS,
  isPropagatorNames,
  type PropagatorNames,
} from './default-parts.js';
import type { EnvironmentSettings } from './environment.js';
import { checkForeignOptions } from './foreign-provider/check-foreign-options.js';
import { foreignPropagator } from './global-registration.js';
import { checkResourceDetectors, detectResource } from './resource-detection/detect-resource.js';
import { readSmallFile } from './resource-detection/detection-source.js';
import { sampledService } from './sampled-service.js';
import { Tracing } from './tracing.js';
import type {
  ResolvedParts,
  SpanViewer,
  StandaloneTracingOptions,
  TracingSettings,
} from './tracing-options.js';
import {
  createViewerProcessor,
  exportsToViewer,
  hasChosenExporter,
  viewerOfEnvironment,
} from './viewer-processor.js';

/**
 * Creates a `Tracing` and its parts. `TracingModule` calls one method for each part, to make it a
 * provider; `createTracing` and `createTestTracing` create all parts with one call. Nothing else creates
 * a `Tracing`.
 *
 * A part from the options takes precedence over the environment, and the environment over the default.
 *
 * The shutdown of the tracing shuts down the parts that were created for it. An instance that the user
 * passed belongs to the user: it is flushed, and later applications of the process can use it.
 */
export class TracingComposition {
  readonly #settings: TracingSettings;
  readonly #environment: EnvironmentSettings;
  readonly #diagnostics: Diagnostics;
  readonly #created = new WeakSet<object>();
  readonly #detectedResource: Attributes;
  /** The viewer that gets the spans, if any. */
  #viewer: SpanViewer | undefined;
  /** Whether the default exporter sends to the viewer, so that it needs no processor of its own. */
  #exportsToViewer = false;
  /** The exporters of a configuration file with their processors. */
  readonly #configured = new WeakMap<SpanExporter, PipelineDescription>();
  /** Whether a registered meter provider gets the metrics, and not the default exporter. */
  #yieldsToMeterProvider = false;

  /** @throws TracingConfigError for an option that has no effect beside `tracerProvider`, and unknown detectors */
  constructor(
    settings: TracingSettings,
    environment: EnvironmentSettings,
    diagnostics: Diagnostics,
  ) {
    checkForeignOptions(settings);
    this.#settings = settings;
    this.#environment = environment;
    this.#diagnostics = diagnostics;
    const detectors = settings.resourceDetectors ?? environment.resourceDetectors ?? 'all';
    this.#detectedResource = detectResource(checkResourceDetectors(detectors), {
      variables: environment.platform,
      readFile: readSmallFile,
    });
  }

  /** Notes that a part was created for this tracing, by a class, a factory or a default. Returns it. */
  created<T>(part: T): T {
    if (typeof part === 'object' && part !== null) this.#created.add(part);
    return part;
  }

  /** Creates the sampler for applications without the option `sampler`. */
  defaultSampler(): Sampler {
    if (this.#settings.tracerProvider !== undefined) return SAMPLER_OF_PROVIDER;
    const sampler = createDefaultSampler(
      this.#environment,
      sampledService(this.#settings, this.#environment, this.#detectedResource),
      this.#diagnostics,
    );
    return this.created(sampler);
  }

  /**
   * Returns the given propagator, or creates one from its names, or the default one. With
   * `tracerProvider`, the default is the propagator that the other SDK has registered.
   *
   * @throws TracingConfigError for an unknown name
   */
  propagator(given: TextMapPropagator | PropagatorNames | undefined): TextMapPropagator {
    if (given !== undefined && !isPropagatorNames(given)) return given;
    if (this.#settings.tracerProvider !== undefined) {
      const registered = foreignPropagator();
      if (registered !== undefined) return registered;
    }
    if (given === undefined && this.#environment.configured?.hasPropagator === false) {
      this.#diagnostics.say(
        'The configuration file has no section propagator, so no trace context is read from requests or sent with them. Add propagator: { composite_list: "tracecontext,baggage" }.',
      );
    }
    return createDefaultPropagator(this.#environment, this.#diagnostics, given);
  }

  /**
   * Creates the exporter for applications without the option `exporter`; none if the application has
   * its own span processors or the provider of another SDK, or if a viewer shows what would be printed.
   *
   * @throws TracingConfigError for an invalid option `grpcPackage`
   */
  defaultExporter(
    hasSpanProcessors: boolean,
    viewer?: ViewerDestination,
  ): SpanExporter | undefined {
    if (hasSpanProcessors || this.#settings.tracerProvider !== undefined) return undefined;
    if (viewer !== undefined) {
      if (!hasChosenExporter(this.#environment)) return undefined;
      this.#exportsToViewer = exportsToViewer(this.#environment, viewer);
    }
    this.#viewer = viewerOfEnvironment(this.#environment);
    const { configured } = this.#environment;
    if (configured !== undefined) return this.#createConfigured(configured.spans?.[0]);
    const { grpcPackage } = this.#settings;
    return this.created(createDefaultExporter(this.#environment, this.#diagnostics, grpcPackage));
  }

  #createConfigured<P extends PipelineDescription | undefined>(
    pipeline: P,
  ): SpanExporter | (P & undefined) {
    if (pipeline === undefined) return pipeline as P & undefined;
    const { grpcPackage } = this.#settings;
    const exporter = createConfiguredSpanExporter(
      pipeline.exporter,
      this.#diagnostics,
      grpcPackage,
    );
    this.#configured.set(exporter, pipeline);
    return this.created(exporter);
  }

  /**
   * Creates the log exporter for applications without the option `logExporter`; none if no variable asks for
   * it, or if another SDK receives the log records or the spans.
   *
   * @throws TracingConfigError for an invalid option `grpcPackage`
   */
  defaultLogExporter(): LogRecordExporter | undefined {
    const { grpcPackage, tracerProvider, loggerProvider } = this.#settings;
    if (tracerProvider !== undefined || loggerProvider !== undefined) return undefined;
    return this.created(
      createDefaultLogExporter(this.#environment, this.#diagnostics, grpcPackage),
    );
  }

  /**
   * Creates the metric exporter for applications with metrics and without the option `metricExporter`; none beside
   * `tracerProvider`, whose SDK has the metrics.
   *
   * @throws TracingConfigError for an invalid option `grpcPackage`
   */
  defaultMetricExporter(): MetricExporter | undefined {
    const { grpcPackage, tracerProvider, metrics } = this.#settings;
    const { metricExporterName } = this.#environment;
    if (tracerProvider !== undefined || metrics === false) return undefined;
    if (metricExporterName === undefined && metrics === undefined) return undefined;
    // Nobody asked for this exporter: an SDK that is registered reads the same endpoint.
    this.#yieldsToMeterProvider = metricExporterName === undefined;
    return this.created(
      createDefaultMetricExporter(this.#environment, this.#diagnostics, grpcPackage),
    );
  }

  /**
   * Returns the span processor of the exporter, followed by the given ones and that of the viewer.
   *
   * @throws TracingConfigError for invalid options of the exporter's processor
   */
  spanProcessors(
    exporter: SpanExporter | undefined,
    given: readonly SpanProcessor[] = [],
    viewer?: ViewerDestination,
  ): SpanProcessor[] {
    checkArray('spanProcessors', given, 'Put the span processor into an array.');
    const others = [...given, ...this.#viewerProcessors(viewer)];
    if (exporter === undefined) return others;
    const pipeline = this.#configured.get(exporter);
    // The further processors of the file. An exporter in code has replaced all of them.
    const further =
      pipeline === undefined ? [] : (this.#environment.configured?.spans ?? []).slice(1);
    const exporters = [exporter, ...further.map((next) => this.#createConfigured(next))];
    return [...exporters.map((each) => this.#exportProcessor(each)), ...others];
  }

  #exportProcessor(exporter: SpanExporter): SpanProcessor {
    const processor = createExportProcessor(
      exporter,
      this.#settings,
      this.#environment,
      !this.#created.has(exporter),
      this.#diagnostics,
      this.#configured.get(exporter),
    );
    return this.created(processor);
  }

  #viewerProcessors(viewer: ViewerDestination | undefined): SpanProcessor[] {
    if (viewer === undefined) return [];
    const { tracerProvider, shutdownTimeoutMillis } = this.#settings;
    if (tracerProvider !== undefined) {
      this.#diagnostics.say(
        `The trace viewer gets no spans of this application, because the option tracerProvider passes them to another SDK. Add an OTLP exporter for ${viewer.url} to that SDK.`,
      );
      return [];
    }
    this.#viewer = viewer;
    if (this.#exportsToViewer) return [];
    const timeoutMillis = shutdownTimeoutMillis ?? DEFAULT_SHUTDOWN_TIMEOUT_MILLIS;
    return [this.created(createViewerProcessor(viewer, timeoutMillis, this.#diagnostics))];
  }

  defaultIdGenerator(): IdGenerator {
    return new RandomIdGenerator();
  }

  defaultClock(): Clock {
    return new SystemClock();
  }

  /**
   * Creates and starts the tracing with these parts.
   *
   * @throws TracingConfigError for invalid parts and settings
   */
  compose(parts: ResolvedParts): Tracing {
    const overridden = parts.exporter ?? parts.spanProcessors[0] ?? parts.logExporter;
    checkOption(
      this.#settings.tracerProvider === undefined || overridden === undefined,
      'SPAN_EXPORTER, SPAN_PROCESSORS or LOG_RECORD_EXPORTER',
      'must not be overridden beside tracerProvider, which has a pipeline of its own',
      overridden,
      'Remove the option tracerProvider where you override them, for example in tests.',
    );
    const tracing = new Tracing(
      this.#settings,
      this.#environment,
      {
        ...parts,
        detectedResource: this.#detectedResource,
        viewer: this.#viewer,
        yieldsToMeterProvider: this.#yieldsToMeterProvider,
      },
      this.#diagnostics,
      (part) => this.#created.has(part),
    );
    tracing.tracer.application.hasViewer = this.#viewer !== undefined;
    return tracing;
  }

  /**
   * Creates and starts the tracing with the parts of the options, and default parts for the others.
   *
   * @throws TracingConfigError for invalid parts and settings
   */
  composeStandalone(options: StandaloneTracingOptions): Tracing {
    const exporter = options.exporter ?? this.defaultExporter(options.spanProcessors !== undefined);
    return this.compose({
      sampler: options.sampler ?? this.defaultSampler(),
      propagator: this.propagator(options.propagator),
      exporter,
      logExporter: options.logExporter ?? this.defaultLogExporter(),
      metricExporter: options.metricExporter ?? this.defaultMetricExporter(),
      spanProcessors: this.spanProcessors(exporter, options.spanProcessors),
      idGenerator: options.idGenerator ?? this.defaultIdGenerator(),
      clock: options.clock ?? this.defaultClock(),
    });
  }
}

/** For counts and descriptions: every span is passed to the provider, which decides. */
const SAMPLER_OF_PROVIDER: Sampler = Object.freeze({
  shouldSample: () => ({ decision: SamplingDecision.RECORD_AND_SAMPLED }),
  toString: () => 'the sampler of tracerProvider',
});
