import {
  type FactoryProvider,
  type InjectionToken,
  Logger,
  type Provider,
  type Type,
} from '@nestjs/common';
import { ModuleRef, ModulesContainer } from '@nestjs/core';
import type { TextMapPropagator } from '@opentelemetry/api';
import {
  createDefaultExporter,
  createDefaultPropagator,
  createDefaultSampler,
  createExportProcessor,
  isPropagatorNames,
} from '../assembly/default-parts.js';
import { type EnvironmentSettings, readEnvironment } from '../assembly/environment.js';
import { Tracing } from '../assembly/tracing.js';
import { TracingStatistics } from '../assembly/tracing-statistics.js';
import { Diagnostics } from '../diagnostics.js';
import { TracingConfigError } from '../errors.js';
import type { SpanExporter } from '../export/index.js';
import { GrpcServerHandler } from '../grpc/server/index.js';
import { HttpServerHandler } from '../http/index.js';
import { checkArray } from '../option-checks.js';
import type { Sampler } from '../sampling/index.js';
import {
  type Clock,
  type IdGenerator,
  RandomIdGenerator,
  type SpanProcessor,
  SystemClock,
  Tracer,
} from '../trace/index.js';
import { DATABASE_PROVIDERS } from './database/index.js';
import { GRPC_PROVIDERS } from './grpc/index.js';
import { TracingHealthIndicator } from './health-indicator.js';
import { HTTP_PROVIDERS } from './http/index.js';
import {
  CLOCK,
  ENVIRONMENT,
  ID_GENERATOR,
  PROPAGATOR,
  SAMPLER,
  SPAN_EXPORTER,
  SPAN_PROCESSORS,
  TRACING_OPTIONS,
} from './tokens.js';
import { TracingLifecycle } from './tracing-lifecycle.js';
import type { TracingOptions } from './tracing-module-options.js';
import { resolvePart, type TracingPart } from './tracing-part.js';

/** What other modules can inject. */
export const EXPORTED_TOKENS: readonly InjectionToken[] = [
  TRACING_OPTIONS,
  SAMPLER,
  PROPAGATOR,
  SPAN_EXPORTER,
  SPAN_PROCESSORS,
  ID_GENERATOR,
  CLOCK,
  Tracer,
  Tracing,
  TracingStatistics,
  TracingHealthIndicator,
  // For `HttpTracingInterceptor`, which any module may bind.
  HttpServerHandler,
  // For `GrpcTracingInterceptor`, likewise.
  GrpcServerHandler,
];

/**
 * The providers of the module; `TRACING_OPTIONS` comes besides. Each part is one provider that the
 * others inject, so that overriding one changes exactly that part.
 */
export function createTracingProviders(tracingModule: Type): Provider[] {
  return [
    { provide: ENVIRONMENT, useFactory: () => readEnvironment() },
    {
      provide: Diagnostics,
      inject: [TRACING_OPTIONS],
      useFactory: ({ logger }: TracingOptions) => new Diagnostics(logger ?? new Logger('Tracing')),
    },
    partProvider<Sampler>(SAMPLER, ({ sampler }) => sampler, createDefaultSampler),
    partProvider<TextMapPropagator>(
      PROPAGATOR,
      ({ propagator }) => (isPropagatorNames(propagator) ? undefined : propagator),
      (environment, diagnostics, { propagator }) =>
        createDefaultPropagator(
          environment,
          diagnostics,
          isPropagatorNames(propagator) ? propagator : undefined,
        ),
    ),
    partProvider<IdGenerator>(
      ID_GENERATOR,
      ({ idGenerator }) => idGenerator,
      () => new RandomIdGenerator(),
    ),
    partProvider<Clock>(
      CLOCK,
      ({ clock }) => clock,
      () => new SystemClock(),
    ),
    partProvider<SpanExporter | undefined>(
      SPAN_EXPORTER,
      ({ exporter }) => exporter,
      (environment, diagnostics, { spanProcessors, grpcPackage }) =>
        spanProcessors === undefined
          ? createDefaultExporter(environment, diagnostics, grpcPackage)
          : undefined,
    ),
    spanProcessorsProvider,
    createTracingProvider(tracingModule),
    { provide: Tracer, inject: [Tracing], useFactory: ({ tracer }: Tracing) => tracer },
    {
      provide: TracingStatistics,
      inject: [Tracing],
      useFactory: ({ statistics }: Tracing) => statistics,
    },
    // Before what shuts the tracing down: they end the spans of calls that their servers lost.
    ...GRPC_PROVIDERS,
    TracingHealthIndicator,
    TracingLifecycle,
    ...HTTP_PROVIDERS,
    ...DATABASE_PROVIDERS,
  ];
}

function partProvider<T>(
  token: symbol,
  select: (options: TracingOptions) => TracingPart<NonNullable<T>> | undefined,
  createDefault: (
    environment: EnvironmentSettings,
    diagnostics: Diagnostics,
    options: TracingOptions,
  ) => T,
): FactoryProvider {
  return {
    provide: token,
    inject: [TRACING_OPTIONS, ENVIRONMENT, Diagnostics, ModuleRef],
    useFactory: async (
      options: TracingOptions,
      environment: EnvironmentSettings,
      diagnostics: Diagnostics,
      moduleRef: ModuleRef,
    ): Promise<T> => {
      const part = select(options);
      if (part !== undefined) return resolvePart(part, moduleRef);
      return createDefault(environment, diagnostics, options);
    },
  };
}

const spanProcessorsProvider: FactoryProvider = {
  provide: SPAN_PROCESSORS,
  inject: [TRACING_OPTIONS, ENVIRONMENT, Diagnostics, ModuleRef, SPAN_EXPORTER],
  useFactory: async (
    options: TracingOptions,
    environment: EnvironmentSettings,
    diagnostics: Diagnostics,
    moduleRef: ModuleRef,
    exporter: SpanExporter | undefined,
  ): Promise<SpanProcessor[]> => {
    const parts = options.spanProcessors ?? [];
    checkArray('spanProcessors', parts, 'Put it into an array.');
    const given = await Promise.all(parts.map((part) => resolvePart(part, moduleRef)));
    if (exporter === undefined) return given;
    return [createExportProcessor(exporter, options, environment, diagnostics), ...given];
  },
};

function createTracingProvider(tracingModule: Type): FactoryProvider {
  return {
    provide: Tracing,
    inject: [
      TRACING_OPTIONS,
      ENVIRONMENT,
      Diagnostics,
      ModulesContainer,
      SAMPLER,
      PROPAGATOR,
      SPAN_EXPORTER,
      SPAN_PROCESSORS,
      ID_GENERATOR,
      CLOCK,
    ],
    useFactory: (
      options: TracingOptions,
      environment: EnvironmentSettings,
      diagnostics: Diagnostics,
      modules: ModulesContainer,
      sampler: Sampler,
      propagator: TextMapPropagator,
      exporter: SpanExporter | undefined,
      spanProcessors: SpanProcessor[],
      idGenerator: IdGenerator,
      clock: Clock,
    ): Tracing => {
      const imported = [...modules.values()].filter(({ metatype }) => metatype === tracingModule);
      if (imported.length > 1) throw TracingConfigError.alreadyRegistered();
      const parts = { sampler, propagator, exporter, spanProcessors, idGenerator, clock };
      return new Tracing(options, environment, parts, diagnostics);
    },
  };
}
