import type { TextMapPropagator } from '@opentelemetry/api';
import { registerRunningTracer, unregisterRunningTracer } from '../context/index.js';
import { Redactor } from '../delivery/index.js';
import type { Diagnostics } from '../diagnostics.js';
import { type SpanExporter } from '../export/index.js';
import { checkMillis } from '../option-checks.js';
import { CompositePropagator } from '../propagation/index.js';
import { AlwaysOffSampler, type Sampler } from '../sampling/index.js';
import {
  createResource,
  createSpanLimits,
  mergeResourceAttributes,
  type Resource,
  type SpanProcessor,
  type Tracer,
  TracerProvider,
} from '../trace/index.js';
import { checkParts } from './check-parts.js';
import { DEFAULT_SHUTDOWN_TIMEOUT_MILLIS } from './default-parts.js';
import type { EnvironmentSettings } from './environment.js';
import { registerGlobally, unregisterGlobally } from './global-registration.js';
import { createProcessorChain } from './processor-chain.js';
import { observeSelf } from './self-metrics.js';
import { SpansInFlight } from './spans-in-flight.js';
import type { ResolvedParts, TracingSettings } from './tracing-options.js';
import { TracingStatistics } from './tracing-statistics.js';

/**
 * The parts of one application's tracing, put together, running, and shut down as one.
 * `TracingModule` and `createTracing` make it.
 */
export class Tracing {
  readonly provider: TracerProvider;
  readonly tracer: Tracer;
  readonly sampler: Sampler;
  readonly propagator: TextMapPropagator;
  readonly exporter: SpanExporter | undefined;
  readonly spanProcessors: readonly SpanProcessor[];
  readonly resource: Resource;
  readonly diagnostics: Diagnostics;
  readonly statistics: TracingStatistics;
  /** False where tracing is switched off: nothing is recorded and nothing is hooked. */
  readonly isEnabled: boolean;
  readonly #processor: SpanProcessor;
  readonly #settings: TracingSettings;
  #stopMetrics: (() => void) | undefined;
  #shutdown: Promise<void> | undefined;

  /** @throws TracingConfigError for settings that cannot be used */
  constructor(
    settings: TracingSettings,
    environment: EnvironmentSettings,
    parts: ResolvedParts,
    diagnostics: Diagnostics,
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
    this.sampler = this.isEnabled ? parts.sampler : new AlwaysOffSampler();
    this.exporter = parts.exporter;
    this.spanProcessors = parts.spanProcessors;
    // One of our own around whatever was given, because it is what keeps a throw from the user's code.
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
      attributes: redactor?.redactAttributes(resourceAttributes) ?? resourceAttributes,
    });
    const inFlight = createSpansInFlight(settings, diagnostics);
    this.#processor = createProcessorChain(
      settings,
      parts.spanProcessors,
      inFlight,
      redactor,
      diagnostics,
    );
    this.provider = new TracerProvider({
      sampler: this.sampler,
      propagator: this.propagator,
      processor: this.#processor,
      idGenerator: parts.idGenerator,
      clock: parts.clock,
      spanLimits: createSpanLimits({ ...environment.spanLimits, ...settings.spanLimits }),
      resource: this.resource,
      diagnostics,
    });
    this.tracer = this.provider.tracer;
    this.statistics = new TracingStatistics(this.provider.core, parts.spanProcessors, inFlight);
    if (this.isEnabled) {
      registerRunningTracer(this.tracer);
      if (settings.registerGlobally ?? true) registerGlobally(this);
      this.observeSelf();
    }
  }

  /**
   * Shows the counts as metrics, if a meter provider is registered with `@opentelemetry/api` by now.
   * The constructor and the start of a Nest application do it; whoever registers one later calls it
   * then. May be called again.
   */
  observeSelf(): void {
    if (!this.isEnabled || this.#shutdown !== undefined) return;
    this.#stopMetrics ??= observeSelf(this.provider.core, this.spanProcessors);
  }

  /** Resolves when all spans that have ended are delivered, or given up. Never rejects. */
  forceFlush(): Promise<void> {
    return this.#processor.forceFlush();
  }

  /**
   * Delivers what is queued and lets go of everything, within the shutdown timeout. May be called
   * again; the first call counts. Never rejects.
   */
  shutdown(): Promise<void> {
    this.#shutdown ??= this.#shutDownOnce();
    return this.#shutdown;
  }

  async #shutDownOnce(): Promise<void> {
    unregisterRunningTracer(this.tracer);
    unregisterGlobally(this);
    this.#stopMetrics?.();
    const timeoutMillis = this.#settings.shutdownTimeoutMillis ?? DEFAULT_SHUTDOWN_TIMEOUT_MILLIS;
    const isInTime = await isSettledWithin(this.#processor.shutdown(), timeoutMillis);
    if (!isInTime) {
      const { lost } = this.statistics.counts();
      this.diagnostics.report(
        `Tracing was not shut down within ${timeoutMillis} ms; ${lost} spans are lost, and ${this.statistics.undeliveredCount} more may be`,
      );
    }
  }
}

function createRedactor({ redaction = true }: TracingSettings): Redactor | undefined {
  if (redaction === false) return undefined;
  return new Redactor(redaction === true ? {} : redaction);
}

function createSpansInFlight(
  { inFlight = false }: TracingSettings,
  diagnostics: Diagnostics,
): SpansInFlight | undefined {
  if (inFlight === false) return undefined;
  return new SpansInFlight(inFlight === true ? {} : inFlight, diagnostics);
}

/** True if `promise`, which does not reject, settles within the time. */
async function isSettledWithin(promise: Promise<void>, millis: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), millis);
  });
  const isInTime = await Promise.race([promise.then(() => true), timeout]);
  clearTimeout(timer);
  return isInTime;
}
