import type { TracerProvider as ApiTracerProvider, TextMapPropagator } from '@opentelemetry/api';
import { type LogSink, registerRunningTracer, unregisterRunningTracer } from '../context/index.js';
import type { LogEmitter, PeriodicMetricReader, Redactor } from '../delivery/index.js';
import { settlesWithin } from '../delivery/within-deadline.js';
import type { Diagnostics } from '../diagnostics.js';
import { countInWords, SPAN_WORDS } from '../export/exporter.js';
import type { LogRecordExporter, SpanExporter } from '../export/index.js';
import type { MetricsRegistry } from '../metrics/index.js';
import { checkMillis } from '../option-checks.js';
import { CompositePropagator } from '../propagation/index.js';
import { GovernedSampler } from '../sampling/governed-sampler.js';
import { AlwaysOffSampler, type Sampler } from '../sampling/index.js';
import {
  type CreateTracer,
  createResource,
  createSpanLimits,
  mergeResourceAttributes,
  type Resource,
  type SpanProcessor,
  type Tracer,
  TracerProvider,
} from '../trace/index.js';
import { checkParts } from './check-parts.js';
import { createMetricReader } from './default-metric-parts.js';
import { DEFAULT_SHUTDOWN_TIMEOUT_MILLIS } from './default-parts.js';
import { TRACER_PROVIDER } from './delegating-api.js';
import type { EnvironmentSettings } from './environment.js';
import { ForeignTracer } from './foreign-provider/foreign-tracer.js';
import { isWithoutSdk } from './foreign-provider/provider-behind.js';
import { ProviderFlush } from './foreign-provider/provider-flush.js';
import { registerGlobally, unregisterGlobally } from './global-registration.js';
import { createLogPipeline } from './log-pipeline.js';
import { MeteredProcessor } from './metered-processor.js';
import { createMetrics, registryOfSelf, startProcessMetrics } from './metrics-parts.js';
import { OpenSpanReporter, type OpenSpanReporterOptions } from './open-spans/open-span-reporter.js';
import { createGovernor, createRedactor, createSpansInFlight } from './optional-parts.js';
import { type RunningTracing, unwatchProcessEnd, watchProcessEnd } from './process-end.js';
import { createProcessorChain } from './processor-chain.js';
import { observeSelf } from './self-metrics.js';
import { SpansInFlight } from './spans-in-flight.js';
import type { ResolvedParts, TracingSettings } from './tracing-options.js';
import { describeUndelivered, TracingStatistics } from './tracing-statistics.js';
import { configureTraffic, type TrafficParts } from './traffic-parts.js';

/**
 * The running tracing of one application: its parts, and one shutdown for all of them. `TracingModule`,
 * `createTracing` and `createTestTracing` create it.
 */
export class Tracing {
  /** Creates tracers with the instrumentation scopes of other libraries. */
  readonly provider: TracerProvider;
  /** The tracer that is injected as `Tracer`. */
  readonly tracer: Tracer;
  /**
   * Decides which spans are recorded. It samples nothing while tracing is switched off. It is not called
   * with `tracerProvider`, which has a sampler of its own.
   */
  readonly sampler: Sampler;
  /** Propagates contexts to other processes. Does not throw. */
  readonly propagator: TextMapPropagator;
  /** Exports the spans; undefined if only `spanProcessors` or a `tracerProvider` receive them. */
  readonly exporter: SpanExporter | undefined;
  /** Exports the log records; undefined if there is no log exporter. */
  readonly logExporter: LogRecordExporter | undefined;
  /** The span processors, including that of `exporter`. */
  readonly spanProcessors: readonly SpanProcessor[];
  /** The service that produces the spans. The spans of a `tracerProvider` have the resource of that provider. */
  readonly resource: Resource;
  /** Reports the library's own failures. */
  readonly diagnostics: Diagnostics;
  /** Counts the outcomes of the spans. */
  readonly statistics: TracingStatistics;
  /** The metrics of the application; nothing is recorded without the option `metrics`. */
  readonly metrics: MetricsRegistry;
  /** False if tracing is switched off: no span is recorded, and the contexts of callers are propagated. */
  readonly isEnabled: boolean;
  /** False if nothing is recorded, or another SDK receives the spans. */
  readonly #hasOwnPipeline: boolean;
  readonly #processor: SpanProcessor;
  readonly #logs: LogEmitter | undefined;
  readonly #metricReader: PeriodicMetricReader | undefined;
  readonly #selfRegistry: MetricsRegistry;
  readonly #stopSelfMetrics: () => void;
  readonly #stopProcessMetrics: () => void;
  readonly #settings: TracingSettings;
  readonly #traffic: TrafficParts;
  readonly #atProcessEnd: RunningTracing;
  readonly #isSamplerCreated: boolean;
  #shutdown: Promise<void> | undefined;

  /**
   * @param isCreated whether a part was created for this tracing. Any other part belongs to the user: it
   *   is flushed at the shutdown, and stays in use
   * @throws TracingConfigError for invalid settings
   */
  constructor(
    settings: TracingSettings,
    environment: EnvironmentSettings,
    parts: ResolvedParts,
    diagnostics: Diagnostics,
    isCreated: (part: object) => boolean,
  ) {
    checkParts(parts);
    checkMillis(
      'shutdownTimeoutMillis',
      settings.shutdownTimeoutMillis,
      DEFAULT_SHUTDOWN_TIMEOUT_MILLIS,
      0,
    );
    this.#settings = settings;
    this.diagnostics = diagnostics;
    this.isEnabled = settings.enabled ?? !environment.isDisabled;
    const foreign = this.isEnabled ? settings.tracerProvider : undefined;
    this.#hasOwnPipeline = this.isEnabled && foreign === undefined;
    const recordsSpans = this.isEnabled && hasSpans(environment, settings, parts);
    this.sampler = recordsSpans ? parts.sampler : new AlwaysOffSampler();
    this.exporter = parts.exporter;
    this.logExporter = parts.logExporter;
    this.spanProcessors = parts.spanProcessors;
    // CompositePropagator catches what a custom propagator throws.
    this.propagator =
      parts.propagator instanceof CompositePropagator
        ? parts.propagator
        : new CompositePropagator({ propagators: [parts.propagator], diagnostics });
    const redactor = createRedactor(settings);
    const resourceAttributes = mergeResourceAttributes(
      [environment.resourceAttributes, settings.resourceAttributes],
      diagnostics,
    );
    this.resource = createResource({
      serviceName: settings.serviceName ?? environment.serviceName,
      serviceVersion: settings.serviceVersion,
      serviceInstanceId: settings.serviceInstanceId,
      detected: parts.detectedResource,
      attributes: redactor?.redactAttributes(resourceAttributes) ?? resourceAttributes,
      schemaUrl: environment.configured?.resourceSchemaUrl,
    });
    const inFlight = createSpansInFlight(settings, diagnostics);
    const viewer = this.#hasOwnPipeline ? parts.viewer : undefined;
    this.#processor = createProcessorChain(
      settings,
      foreign === undefined ? parts.spanProcessors : [new ProviderFlush(foreign)],
      viewer === undefined
        ? asList(inFlight)
        : reportOpenSpans({ viewer, inFlight, resource: this.resource, redactor, diagnostics }),
      foreign === undefined ? redactor : undefined,
      (processor) => !isCreated(processor),
      diagnostics,
    );
    const governor = createGovernor(settings, this.#hasOwnPipeline, parts.exporter, diagnostics);
    this.provider = new TracerProvider(
      {
        sampler:
          governor === undefined ? this.sampler : new GovernedSampler(this.sampler, governor),
        propagator: this.propagator,
        processor:
          governor === undefined
            ? this.#processor
            : new MeteredProcessor(this.#processor, governor.meter),
        idGenerator: parts.idGenerator,
        clock: parts.clock,
        spanLimits: createSpanLimits({ ...environment.spanLimits, ...settings.spanLimits }),
        resource: this.resource,
        diagnostics,
        isEnabled: recordsSpans,
      },
      foreign && tracersOf(foreign, redactor),
    );
    this.tracer = this.provider.tracer;
    this.tracer.application.set(TRACER_PROVIDER, this.provider);
    this.#logs = createLogPipeline(
      {
        tracer: this.tracer,
        exporter: parts.logExporter,
        redactor,
        exporterStaysOpen: parts.logExporter !== undefined && !isCreated(parts.logExporter),
        isRecording: this.isEnabled,
      },
      settings,
      environment,
      diagnostics,
    );
    const { metricExporter, yieldsToMeterProvider = false } = parts;
    this.metrics = createMetrics(
      this.tracer,
      settings,
      environment,
      metricExporter !== undefined && !yieldsToMeterProvider,
      this.isEnabled,
    );
    this.#metricReader = createMetricReader(
      {
        registry: this.metrics,
        exporter: metricExporter,
        exporterStaysOpen: metricExporter !== undefined && !isCreated(metricExporter),
        yieldsToMeterProvider,
      },
      settings,
      environment,
      diagnostics,
    );
    this.#stopProcessMetrics = startProcessMetrics(this.metrics, settings);
    this.#selfRegistry = registryOfSelf(this.metrics, this.tracer);
    this.#stopSelfMetrics = this.#hasOwnPipeline
      ? observeSelf(this.#selfRegistry, {
          core: this.provider.core,
          processors: parts.spanProcessors,
          logs: this.#logs,
          metricReader: this.#metricReader,
          governor,
        })
      : () => {};
    this.statistics = new TracingStatistics(
      this.provider.core,
      parts.spanProcessors,
      inFlight,
      this.#logs,
      this.#metricReader,
      governor,
    );
    this.#traffic = configureTraffic(this.tracer, settings, environment, this.isEnabled);
    // Last, so that an application whose set-up fails registers nothing.
    registerRunningTracer(this.tracer, this.isEnabled);
    this.#traffic.watch();
    if (settings.registerGlobally ?? true) {
      registerGlobally(this.tracer, { recordsSpans: this.isEnabled, tracerProvider: foreign });
    }
    if (foreign !== undefined) reportMissingSdk(foreign, diagnostics);
    this.#atProcessEnd = this.#describeForProcessEnd();
    if (this.#hasOwnPipeline || this.#metricReader !== undefined) {
      watchProcessEnd(this.#atProcessEnd);
    }
    if (this.#hasOwnPipeline) this.#tellSampler('start');
    this.#isSamplerCreated = isCreated(parts.sampler);
  }

  /**
   * Takes log entries and events to the log exporter, for log libraries that the module does not know;
   * undefined if log records are not exported.
   */
  get logSink(): LogSink | undefined {
    return this.isEnabled ? this.#logs : undefined;
  }

  /**
   * Lets a meter provider that is registered with `@opentelemetry/api` read the metrics whose values are counts, such as
   * those of the tracing itself. The start of a Nest application calls it, and so does each recorded metric. If you register
   * a meter provider later, call it; repeated calls have no effect.
   */
  observeSelf(): void {
    if (this.#shutdown !== undefined) return;
    this.metrics.follow();
    this.#selfRegistry.follow();
  }

  /**
   * Exports all ended spans and emitted log records, and the metrics of now. Resolves when each of them is exported,
   * failed or dropped. Never rejects.
   */
  async forceFlush(): Promise<void> {
    await Promise.all([
      this.#processor.forceFlush(),
      this.#logs?.flush(),
      this.#metricReader?.forceFlush(),
    ]);
  }

  /**
   * Exports the queued spans and log records and the last metrics, and releases all resources, within the shutdown timeout. Further calls
   * return the promise of the first one. Never rejects.
   */
  shutdown(): Promise<void> {
    this.#shutdown ??= this.#shutDownOnce();
    return this.#shutdown;
  }

  get #timeoutMillis(): number {
    return this.#settings.shutdownTimeoutMillis ?? DEFAULT_SHUTDOWN_TIMEOUT_MILLIS;
  }

  #describeForProcessEnd(): RunningTracing {
    const { diagnostics, statistics } = this;
    const metricReader = this.#metricReader;
    return {
      diagnostics,
      get undeliveredCount() {
        return statistics.undeliveredCount + (metricReader?.undeliveredCount ?? 0);
      },
      describeUndelivered: () =>
        describeUndelivered(statistics.counts(), metricReader?.undeliveredCount),
      flushAtEnd: async () => {
        await settlesWithin(this.forceFlush(), this.#timeoutMillis);
      },
    };
  }

  async #shutDownOnce(): Promise<void> {
    unregisterRunningTracer(this.tracer);
    unregisterGlobally(this.tracer);
    if (this.#isSamplerCreated) this.#tellSampler('shutdown');
    this.metrics.close();
    this.#selfRegistry.close();
    this.#traffic.finishOpenOperations();
    const timeoutMillis = this.#timeoutMillis;
    const closed = Promise.all([
      this.#processor.shutdown(),
      this.#logs?.shutdown(),
      // After the operations that the shutdown has ended: it collects when it is called.
      this.#metricReader?.shutdown(),
    ]);
    const isInTime = await settlesWithin(closed, timeoutMillis);
    // An export under way delays the last collection.
    this.#stopSelfMetrics();
    this.#stopProcessMetrics();
    // Exports that are given up at the same time are counted when the event loop turns.
    if (!isInTime) await new Promise((resolve) => setImmediate(resolve));
    unwatchProcessEnd(this.#atProcessEnd);
    this.#reportLeft(isInTime);
  }

  /** A sampler of the user must not prevent the start or the shutdown. */
  #tellSampler(change: 'start' | 'shutdown'): void {
    try {
      this.sampler[change]?.();
    } catch (error) {
      this.diagnostics.report(`The method ${change} of the sampler threw`, error);
    }
  }

  /** Logs spans without an outcome. Each processor has logged the spans that it lost. */
  #reportLeft(isInTime: boolean): void {
    const counts = this.statistics.counts();
    const { live } = counts;
    const { undeliveredCount } = this.statistics;
    if (!isInTime) {
      this.diagnostics.say(
        `Tracing did not shut down within ${this.#timeoutMillis} ms; ${describeUndelivered(counts)} ${isOrAre(undeliveredCount)} not delivered yet. ` +
          'Check the exporter, or raise shutdownTimeoutMillis.',
      );
    }
    if (live > 0 && this.#hasOwnPipeline) {
      this.diagnostics.say(
        `${countInWords(live, SPAN_WORDS)} ${isOrAre(live)} still open after the shutdown and will not be exported: ` +
          'their work had not ended when the application was closed.',
      );
    }
  }
}

/** False for a configuration file without a tracer provider, unless the code has one. */
function hasSpans(
  { configured }: EnvironmentSettings,
  { tracerProvider }: TracingSettings,
  { spanProcessors }: ResolvedParts,
): boolean {
  if (configured === undefined || configured.spans !== undefined) return true;
  return tracerProvider !== undefined || spanProcessors.length > 0;
}

/** The processors that tell a viewer which spans are open. */
function reportOpenSpans({
  inFlight: given,
  ...options
}: Omit<OpenSpanReporterOptions, 'inFlight'> & {
  readonly inFlight: SpansInFlight | undefined;
}): SpanProcessor[] {
  const { diagnostics } = options;
  const unwatched = { warnAfterMillis: Number.POSITIVE_INFINITY, captureStacks: false };
  const inFlight = given ?? new SpansInFlight(unwatched, diagnostics, false);
  return [inFlight, new OpenSpanReporter({ ...options, inFlight })];
}

function asList<T>(item: T | undefined): T[] {
  return item === undefined ? [] : [item];
}

function tracersOf(provider: ApiTracerProvider, redactor: Redactor | undefined): CreateTracer {
  return (core, scope, application) =>
    new ForeignTracer(core, scope, application, provider, redactor);
}

function reportMissingSdk(provider: ApiTracerProvider, diagnostics: Diagnostics): void {
  if (!isWithoutSdk(provider)) return;
  diagnostics.say(
    'tracerProvider is the provider of @opentelemetry/api, but no SDK is registered behind it. No spans ' +
      'are recorded until an SDK is registered. Start the SDK before the application is created.',
  );
}

function isOrAre(count: number): string {
  return count === 1 ? 'is' : 'are';
}
