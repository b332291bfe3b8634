import type { FactoryProvider } from '@nestjs/common';
import { ApplicationConfig, HttpAdapterHost, ModulesContainer } from '@nestjs/core';
import type { EnvironmentSettings } from '../../assembly/environment.js';
import { Tracing } from '../../assembly/tracing.js';
import { HttpServerHandler, type HttpServerOptions } from '../../http/index.js';
import { ENVIRONMENT, TRACING_OPTIONS } from '../tokens.js';
import type { TracingOptions } from '../tracing-module-options.js';
import { HttpHooks } from './http-hooks.js';

/** The providers that trace the HTTP server. `HttpTracingInterceptor` injects `HttpServerHandler`. */
export const HTTP_PROVIDERS: FactoryProvider[] = [
  {
    provide: HttpServerHandler,
    inject: [Tracing, TRACING_OPTIONS, ENVIRONMENT],
    useFactory: (
      { tracer }: Tracing,
      { http = {} }: TracingOptions,
      { knownHttpMethods: knownMethods }: EnvironmentSettings,
    ): HttpServerHandler => {
      const options = { knownMethods, ...serverOptionsOf(http.server) };
      return new HttpServerHandler(tracer, options);
    },
  },
  {
    provide: HttpHooks,
    inject: [
      HttpAdapterHost,
      ModulesContainer,
      ApplicationConfig,
      Tracing,
      TRACING_OPTIONS,
      HttpServerHandler,
    ],
    useFactory: (
      adapterHost: HttpAdapterHost,
      modules: ModulesContainer,
      config: ApplicationConfig,
      { diagnostics }: Tracing,
      { http }: TracingOptions,
      handler: HttpServerHandler,
    ): HttpHooks | undefined =>
      hasHooks(http?.server)
        ? new HttpHooks(adapterHost, modules, config, handler, diagnostics)
        : undefined,
  },
];

function serverOptionsOf(server: boolean | HttpServerOptions | undefined): HttpServerOptions {
  return typeof server === 'object' ? server : {};
}

function hasHooks(server: boolean | HttpServerOptions | undefined): boolean {
  return server !== false && serverOptionsOf(server).hooks !== false;
}
