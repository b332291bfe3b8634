import {
  type FactoryProvider,
  type InjectionToken,
  Logger,
  type Provider,
  type Type,
} from '@nestjs/common';
import { ModuleRef, ModulesContainer } from '@nestjs/core';
import type { TextMapPropagator } from '@opentelemetry/api';
import { applyConfigurationFile } from '../assembly/configuration-file/apply-configuration-file.js';
import { isPropagatorNames } from '../assembly/default-parts.js';
import { type EnvironmentSettings, readEnvironment } from '../assembly/environment.js';
import { Tracing } from '../assembly/tracing.js';
import { TracingComposition } from '../assembly/tracing-composition.js';
import { TracingStatistics } from '../assembly/tracing-statistics.js';
import { Diagnostics } from '../diagnostics.js';
import { TracingConfigError } from '../errors.js';
import type { LogRecordExporter, MetricExporter, SpanExporter } from '../export/index.js';
import { GrpcServerHandler } from '../grpc/server/index.js';
import { HttpServerHandler } from '../http/index.js';
import { MetricsRegistry } from '../metrics/index.js';
import { checkArray } from '../option-checks.js';
import type { Sampler } from '../sampling/index.js';
import { type Clock, type IdGenerator, type SpanProcessor, Tracer } from '../trace/index.js';
import { VIEWER_DESTINATION, type ViewerDestination } from '../viewer-destination.js';
import { bootstrapProvider } from './bootstrap/index.js';
import { DATABASE_PROVIDERS } from './database/index.js';
import { EVENT_PROVIDERS } from './events/index.js';
import { GRAPHQL_PROVIDERS } from './graphql/index.js';
import { GRPC_PROVIDERS, GrpcTracingInterceptor } from './grpc/index.js';
import { TracingHealthIndicator } from './health-indicator.js';
import { HTTP_PROVIDERS, HttpTracingInterceptor } from './http/index.js';
import { JOB_PROVIDERS } from './jobs/index.js';
import { createLifecycleProviders } from './lifecycle/index.js';
import { LOGGING_PROVIDERS, TracedLogger } from './logging/index.js';
import { MESSAGING_PROVIDERS } from './messaging/index.js';
import { callHooksFirst } from './module-order.js';
import { providerSpanProvider } from './provider-spans/index.js';
import {
  CLOCK,
  ENVIRONMENT,
  ID_GENERATOR,
  LOG_RECORD_EXPORTER,
  METRIC_EXPORTER,
  PROPAGATOR,
  SAMPLER,
  SPAN_EXPORTER,
  SPAN_PROCESSORS,
  TRACING_OPTIONS,
} from './tokens.js';
import { TracingLifecycle } from './tracing-lifecycle.js';
import type { TracingOptions } from './tracing-module-options.js';
import { isCreatedForApplication, resolvePart, type TracingPart } from './tracing-part.js';
import { WEB_SOCKET_PROVIDERS } from './websocket/index.js';

/** The viewer, if the application imports `TracingViewerModule`. */
const OPTIONAL_VIEWER = { token: VIEWER_DESTINATION, optional: true } as const;

/** The tokens that other modules can inject. */
export const EXPORTED_TOKENS: readonly InjectionToken[] = [
  TRACING_OPTIONS,
  SAMPLER,
  PROPAGATOR,
  SPAN_EXPORTER,
  SPAN_PROCESSORS,
  LOG_RECORD_EXPORTER,
  METRIC_EXPORTER,
  ID_GENERATOR,
  CLOCK,
  Tracer,
  Tracing,
  TracingStatistics,
  MetricsRegistry,
  TracingHealthIndicator,
  TracedLogger,
  // `HttpTracingInterceptor` and `GrpcTracingInterceptor` inject these two in any module.
  HttpServerHandler,
  GrpcServerHandler,
];

/**
 * Creates the providers of the module, except `TRACING_OPTIONS`. Each part is one provider that the
 * others inject, so that overriding a provider replaces exactly that part.
 */
export function createTracingProviders(tracingModule: Type): Provider[] {
  return [
    {
      provide: Diagnostics,
      inject: [TRACING_OPTIONS],
      useFactory: ({ logger }: TracingOptions) => new Diagnostics(logger ?? new Logger('Tracing')),
    },
    {
      provide: ENVIRONMENT,
      inject: [TRACING_OPTIONS, Diagnostics],
      useFactory: ({ tracerProvider }: TracingOptions, diagnostics: Diagnostics) =>
        applyConfigurationFile(
          readEnvironment(diagnostics, undefined, tracerProvider === undefined),
          diagnostics,
        ),
    },
    {
      provide: TracingComposition,
      inject: [TRACING_OPTIONS, ENVIRONMENT, Diagnostics],
      useFactory: (
        options: TracingOptions,
        environment: EnvironmentSettings,
        diagnostics: Diagnostics,
      ) => new TracingComposition(options, environment, diagnostics),
    },
    partProvider<Sampler>(
      SAMPLER,
      ({ sampler }) => sampler,
      (composition) => composition.defaultSampler(),
    ),
    partProvider<TextMapPropagator>(
      PROPAGATOR,
      ({ propagator }) => (isPropagatorNames(propagator) ? undefined : propagator),
      (composition, { propagator }) =>
        composition.propagator(isPropagatorNames(propagator) ? propagator : undefined),
    ),
    partProvider<IdGenerator>(
      ID_GENERATOR,
      ({ idGenerator }) => idGenerator,
      (composition) => composition.defaultIdGenerator(),
    ),
    partProvider<Clock>(
      CLOCK,
      ({ clock }) => clock,
      (composition) => composition.defaultClock(),
    ),
    partProvider<SpanExporter | undefined>(
      SPAN_EXPORTER,
      ({ exporter }) => exporter,
      (composition, { spanProcessors }, viewer) =>
        composition.defaultExporter(spanProcessors !== undefined, viewer),
    ),
    spanProcessorsProvider,
    partProvider<LogRecordExporter | undefined>(
      LOG_RECORD_EXPORTER,
      ({ logExporter }) => logExporter,
      (composition) => composition.defaultLogExporter(),
    ),
    partProvider<MetricExporter | undefined>(
      METRIC_EXPORTER,
      ({ metricExporter }) => metricExporter,
      (composition) => composition.defaultMetricExporter(),
    ),
    createTracingProvider(tracingModule),
    { provide: Tracer, inject: [Tracing], useFactory: ({ tracer }: Tracing) => tracer },
    {
      provide: TracingStatistics,
      inject: [Tracing],
      useFactory: ({ statistics }: Tracing) => statistics,
    },
    { provide: MetricsRegistry, inject: [Tracing], useFactory: ({ metrics }: Tracing) => metrics },
    // Before `TracingLifecycle`: they end the spans of calls and messages that are open at the shutdown.
    ...GRPC_PROVIDERS,
    ...MESSAGING_PROVIDERS,
    ...WEB_SOCKET_PROVIDERS,
    ...GRAPHQL_PROVIDERS,
    TracingHealthIndicator,
    TracingLifecycle,
    ...LOGGING_PROVIDERS,
    ...HTTP_PROVIDERS,
    ...DATABASE_PROVIDERS,
    ...JOB_PROVIDERS,
    ...EVENT_PROVIDERS,
    ...createLifecycleProviders([HttpTracingInterceptor, GrpcTracingInterceptor]),
    providerSpanProvider(tracingModule, HOOK_TOKENS),
    bootstrapProvider(HOOK_TOKENS),
  ];
}

/** The providers that can replace methods of the instances of an application. */
const HOOKS: readonly FactoryProvider[] = [
  ...GRPC_PROVIDERS,
  ...MESSAGING_PROVIDERS,
  ...WEB_SOCKET_PROVIDERS,
  ...GRAPHQL_PROVIDERS,
  ...HTTP_PROVIDERS,
  ...DATABASE_PROVIDERS,
  ...JOB_PROVIDERS,
  ...EVENT_PROVIDERS,
];
const HOOK_TOKENS: readonly InjectionToken[] = HOOKS.map(({ provide }) => provide);

function partProvider<T>(
  token: symbol,
  select: (options: TracingOptions) => TracingPart<NonNullable<T>> | undefined,
  createDefault: (
    composition: TracingComposition,
    options: TracingOptions,
    viewer: ViewerDestination | undefined,
  ) => T,
): FactoryProvider {
  return {
    provide: token,
    inject: [TRACING_OPTIONS, TracingComposition, ModuleRef, OPTIONAL_VIEWER],
    useFactory: async (
      options: TracingOptions,
      composition: TracingComposition,
      moduleRef: ModuleRef,
      viewer: ViewerDestination | undefined,
    ): Promise<T> => {
      const part = select(options);
      if (part === undefined) return createDefault(composition, options, viewer);
      return resolveFor(composition, part, moduleRef);
    },
  };
}

/** Returns the instance of a part, and notes whether it was created for this application. */
async function resolveFor<T>(
  composition: TracingComposition,
  part: TracingPart<T>,
  moduleRef: ModuleRef,
): Promise<T> {
  const resolved = await resolvePart(part, moduleRef);
  return isCreatedForApplication(part) ? composition.created(resolved) : resolved;
}

const spanProcessorsProvider: FactoryProvider = {
  provide: SPAN_PROCESSORS,
  inject: [TRACING_OPTIONS, TracingComposition, ModuleRef, SPAN_EXPORTER, OPTIONAL_VIEWER],
  useFactory: async (
    { spanProcessors = [] }: TracingOptions,
    composition: TracingComposition,
    moduleRef: ModuleRef,
    exporter: SpanExporter | undefined,
    viewer: ViewerDestination | undefined,
  ): Promise<SpanProcessor[]> => {
    checkArray('spanProcessors', spanProcessors, 'Put the span processor into an array.');
    const given = await Promise.all(
      spanProcessors.map((part) => resolveFor(composition, part, moduleRef)),
    );
    return composition.spanProcessors(exporter, given, viewer);
  },
};

function createTracingProvider(tracingModule: Type): FactoryProvider {
  return {
    provide: Tracing,
    inject: [
      TracingComposition,
      ModulesContainer,
      SAMPLER,
      PROPAGATOR,
      SPAN_EXPORTER,
      SPAN_PROCESSORS,
      LOG_RECORD_EXPORTER,
      METRIC_EXPORTER,
      ID_GENERATOR,
      CLOCK,
    ],
    useFactory: (
      composition: TracingComposition,
      modules: ModulesContainer,
      sampler: Sampler,
      propagator: TextMapPropagator,
      exporter: SpanExporter | undefined,
      spanProcessors: SpanProcessor[],
      logExporter: LogRecordExporter | undefined,
      metricExporter: MetricExporter | undefined,
      idGenerator: IdGenerator,
      clock: Clock,
    ): Tracing => {
      const imported = [...modules.values()].filter(({ metatype }) => metatype === tracingModule);
      if (imported.length > 1) throw TracingConfigError.alreadyRegistered();
      callHooksFirst(imported);
      return composition.compose({
        sampler,
        propagator,
        exporter,
        spanProcessors,
        logExporter,
        metricExporter,
        idGenerator,
        clock,
      });
    },
  };
}
