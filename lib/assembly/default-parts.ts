import type { TextMapPropagator } from '@opentelemetry/api';
import {
  BatchSpanProcessor,
  SimpleSpanProcessor,
  TailSamplingProcessor,
} from '../delivery/index.js';
import type { Diagnostics } from '../diagnostics.js';
import {
  ConsoleSpanExporter,
  type GrpcPackage,
  InMemorySpanExporter,
  JaegerSpanExporter,
  OtlpGrpcSpanExporter,
  OtlpSpanExporter,
  type SpanExporter,
  ZipkinSpanExporter,
} from '../export/index.js';
import { checkGrpcPackage } from '../export/otlp-grpc/grpc-package.js';
import { checkOption } from '../option-checks.js';
import {
  B3Propagator,
  CloudTracePropagator,
  CompositePropagator,
  DatadogPropagator,
  JaegerPropagator,
  OtTracePropagator,
  W3CBaggagePropagator,
  W3CTraceContextPropagator,
  XRayPropagator,
} from '../propagation/index.js';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  JaegerRemoteSampler,
  ParentBasedSampler,
  ProbabilitySampler,
  type Sampler,
  XRaySampler,
} from '../sampling/index.js';
import { type SpanProcessor, UNKNOWN_SERVICE_NAME } from '../trace/index.js';
import { batchOptionsOf, spanBatches } from './batch-options.js';
import { checkExporter } from './check-parts.js';
import type { PipelineDescription } from './configuration-file/configuration-model.js';
import {
  ENVIRONMENT_PROPAGATOR_NAMES,
  type EnvironmentExporterName,
  type EnvironmentPropagatorName,
  type EnvironmentSamplerName,
  type EnvironmentSettings,
} from './environment.js';
import { createOtlpExporter } from './otlp-from-environment.js';
import type { SampledService } from './sampled-service.js';
import type { TracingSettings } from './tracing-options.js';
import { UnusableSpanExporter } from './unusable-exporter.js';

/** Default of the option `shutdownTimeoutMillis`: how long a shutdown may take, in milliseconds. */
export const DEFAULT_SHUTDOWN_TIMEOUT_MILLIS = 5000;

/**
 * How long the shutdown of a processor may take, in milliseconds: shorter than that of the application, so
 * that what is dropped is counted before the application stops waiting.
 */
export function deliveryTimeoutMillis({
  shutdownTimeoutMillis = DEFAULT_SHUTDOWN_TIMEOUT_MILLIS,
}: TracingSettings): number {
  return Math.max(1, shutdownTimeoutMillis * 0.9);
}

/**
 * Creates the sampler for applications without the option `sampler`. For a ratio it creates a
 * `ProbabilitySampler`, which decides by the random part of the trace id, like the other samplers of
 * this library. `TraceIdRatioBasedSampler` is for traces that cross processes with older SDKs.
 */
export function createDefaultSampler(
  environment: EnvironmentSettings,
  service: SampledService = { name: UNKNOWN_SERVICE_NAME },
  diagnostics?: Diagnostics,
): Sampler {
  const { configured } = environment;
  if (configured?.createSampler !== undefined)
    return configured.createSampler(service.name, diagnostics);
  const name = environment.samplerName ?? 'parentbased_always_on';
  return SAMPLERS[name](environment.samplerRatio ?? 1, { environment, service, diagnostics });
}

interface SamplerSetup {
  readonly environment: EnvironmentSettings;
  readonly service: SampledService;
  readonly diagnostics: Diagnostics | undefined;
}

function createJaegerRemoteSampler(setup: SamplerSetup): JaegerRemoteSampler {
  const { endpoint, intervalMillis, initialSamplingRate } = setup.environment.samplerServer;
  return new JaegerRemoteSampler({
    serviceName: setup.service.name,
    endpoint,
    pollingIntervalMillis: intervalMillis,
    initialSamplingRate,
    diagnostics: setup.diagnostics,
  });
}

function createXRaySampler({ environment, service, diagnostics }: SamplerSetup): XRaySampler {
  const { endpoint, intervalMillis } = environment.samplerServer;
  return new XRaySampler({
    serviceName: service.name,
    serviceType: service.type,
    endpoint,
    rulesIntervalMillis: intervalMillis,
    diagnostics,
  });
}

const SAMPLERS: Record<EnvironmentSamplerName, (ratio: number, setup: SamplerSetup) => Sampler> = {
  always_on: () => new AlwaysOnSampler(),
  always_off: () => new AlwaysOffSampler(),
  traceidratio: (ratio) => new ProbabilitySampler(ratio),
  parentbased_always_on: () => new ParentBasedSampler({ root: new AlwaysOnSampler() }),
  parentbased_always_off: () => new ParentBasedSampler({ root: new AlwaysOffSampler() }),
  parentbased_traceidratio: (ratio) =>
    new ParentBasedSampler({ root: new ProbabilitySampler(ratio) }),
  jaeger_remote: (_ratio, setup) => createJaegerRemoteSampler(setup),
  parentbased_jaeger_remote: (_ratio, setup) =>
    new ParentBasedSampler({ root: createJaegerRemoteSampler(setup) }),
  // As the distributions of AWS make it.
  xray: (_ratio, setup) => new ParentBasedSampler({ root: createXRaySampler(setup) }),
};

/** One or more propagators by their names in `OTEL_PROPAGATORS`. */
export type PropagatorNames = EnvironmentPropagatorName | readonly EnvironmentPropagatorName[];

/** Whether a `propagator` option holds names, and not a propagator or a provider of one. */
export function isPropagatorNames(value: unknown): value is PropagatorNames {
  return typeof value === 'string' || Array.isArray(value);
}

/**
 * Creates the propagator for applications whose option `propagator` is not set or holds names.
 *
 * @param given the names of the option
 * @throws TracingConfigError for an unknown name
 */
export function createDefaultPropagator(
  environment: EnvironmentSettings,
  diagnostics: Diagnostics,
  given?: PropagatorNames,
): TextMapPropagator {
  const fallback = environment.propagatorNames ?? (['tracecontext', 'baggage'] as const);
  const names = new Set(given === undefined ? fallback : checkPropagatorNames(given));
  const propagators = names.has('none')
    ? []
    : [...names].map((name) => PROPAGATORS[name](diagnostics));
  return new CompositePropagator({ propagators, diagnostics });
}

function checkPropagatorNames(given: PropagatorNames): EnvironmentPropagatorName[] {
  const names: EnvironmentPropagatorName[] = typeof given === 'string' ? [given] : [...given];
  const unknown = names.find((name) => !ENVIRONMENT_PROPAGATOR_NAMES.includes(name));
  checkOption(
    unknown === undefined,
    'propagator',
    `must be a propagator, or a list of the names ${ENVIRONMENT_PROPAGATOR_NAMES.join(', ')}`,
    unknown,
    'Correct the name, or pass several propagators in a CompositePropagator, not in an array.',
  );
  return names;
}

const PROPAGATORS: Record<
  EnvironmentPropagatorName,
  (diagnostics: Diagnostics) => TextMapPropagator
> = {
  tracecontext: () => new W3CTraceContextPropagator(),
  baggage: (diagnostics) => new W3CBaggagePropagator({ diagnostics }),
  b3: () => new B3Propagator({ injectFormat: 'single' }),
  b3multi: () => new B3Propagator({ injectFormat: 'multi' }),
  jaeger: () => new JaegerPropagator({ injects: true }),
  ottrace: () => new OtTracePropagator(),
  xray: () => new XRayPropagator(),
  gcp: () => new CloudTracePropagator({ injects: true }),
  'oneway-gcp': () => new CloudTracePropagator(),
  datadog: () => new DatadogPropagator(),
  none: () => new CompositePropagator({ propagators: [] }),
};

/**
 * Creates the exporter for applications without the option `exporter`; undefined for `none`, which is
 * the default under a test runner. Invalid environment variables do not throw: if no safe setting is left,
 * the function returns an exporter that fails each export and reports the reason.
 *
 * @param grpcPackage the package `@grpc/grpc-js`, for `OTEL_EXPORTER_OTLP_PROTOCOL=grpc`
 * @throws TracingConfigError for a `grpcPackage` that is not the package `@grpc/grpc-js`
 */
export function createDefaultExporter(
  environment: EnvironmentSettings,
  diagnostics: Diagnostics,
  grpcPackage?: GrpcPackage,
): SpanExporter | undefined {
  const name = environment.exporterName ?? defaultExporterName(environment);
  if (name === 'none') return undefined;
  if (name === 'console') return new ConsoleSpanExporter();
  if (name === 'zipkin') return new ZipkinSpanExporter({ ...environment.zipkin, diagnostics });
  if (grpcPackage !== undefined) checkGrpcPackage(grpcPackage);
  try {
    return createOtlpExporter(
      {
        variablePart: '[TRACES_]',
        createHttp: (options) =>
          name === 'jaeger' ? new JaegerSpanExporter(options) : new OtlpSpanExporter(options),
        // Jaeger receives OTLP at the same ports and paths as other receivers.
        createGrpc: (options) => new OtlpGrpcSpanExporter(options),
      },
      environment,
      diagnostics,
      grpcPackage,
    );
  } catch (error) {
    const exporter = new UnusableSpanExporter((error as Error).message);
    diagnostics.say(exporter.reason.message);
    return exporter;
  }
}

function defaultExporterName({
  hasOtlpEndpoint,
  isTestRun,
}: EnvironmentSettings): EnvironmentExporterName {
  if (hasOtlpEndpoint) return 'otlp';
  // Printed spans would hide the output of the test runner.
  return isTestRun ? 'none' : 'console';
}

/**
 * Creates the span processor that passes spans to an exporter: a `SimpleSpanProcessor` for the console
 * and for memory, a `BatchSpanProcessor` for all others. With the option `tailSampling`, a
 * `TailSamplingProcessor` comes before it.
 *
 * @param exporterStaysOpen whether the exporter belongs to the user
 * @param pipeline the processor that a configuration file describes for this exporter
 */
export function createExportProcessor(
  exporter: SpanExporter,
  settings: TracingSettings,
  environment: EnvironmentSettings,
  exporterStaysOpen: boolean,
  diagnostics: Diagnostics,
  pipeline?: PipelineDescription,
): SpanProcessor {
  const processor = createDeliveryProcessor(
    exporter,
    settings,
    environment,
    exporterStaysOpen,
    diagnostics,
    pipeline,
  );
  const { tailSampling } = settings;
  if (tailSampling === undefined) return processor;
  return new TailSamplingProcessor(processor, { ...tailSampling, diagnostics });
}

function createDeliveryProcessor(
  exporter: SpanExporter,
  settings: TracingSettings,
  environment: EnvironmentSettings,
  exporterStaysOpen: boolean,
  diagnostics: Diagnostics,
  pipeline: PipelineDescription | undefined,
): SpanProcessor {
  // Before the processor checks it, so that the error names the option `exporter`.
  checkExporter(exporter);
  const isShown =
    exporter instanceof ConsoleSpanExporter || exporter instanceof InMemorySpanExporter;
  if (pipeline?.isSimple ?? isShown) {
    return new SimpleSpanProcessor(exporter, { exporterStaysOpen, diagnostics });
  }
  const given = pipeline?.batch ?? environment.batch;
  return new BatchSpanProcessor(exporter, {
    exporterStaysOpen,
    diagnostics,
    shutdownTimeoutMillis: deliveryTimeoutMillis(settings),
    ...batchOptionsOf(settings.batch, given, spanBatches(environment), diagnostics),
  });
}
