import type { FactoryProvider } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { Tracing } from '../../assembly/tracing.js';
import { GrpcClientHandler, grpcClientHandlerOf } from '../../grpc/client/index.js';
import { assignGrpcServerHandler, GrpcServerHandler } from '../../grpc/server/index.js';
import { controllerMethodsOf } from '../controller-methods.js';
import { TRACING_OPTIONS } from '../tokens.js';
import type { TracingOptions } from '../tracing-module-options.js';
import { createFunctionNames, grpcFunctionsOf } from './grpc-functions.js';
import { GrpcHooks } from './grpc-hooks.js';

/**
 * The providers that trace gRPC. `GrpcTracingInterceptor` injects `GrpcServerHandler`. They must come
 * before the provider that shuts the tracing down, so that the last spans end before the shutdown.
 */
export const GRPC_PROVIDERS: FactoryProvider[] = [
  {
    provide: GrpcServerHandler,
    inject: [Tracing, TRACING_OPTIONS, ModulesContainer],
    useFactory: (
      { tracer, diagnostics }: Tracing,
      { grpc = {} }: TracingOptions,
      modules: ModulesContainer,
    ): GrpcServerHandler => {
      const functions = grpcFunctionsOf(controllerMethodsOf(modules, diagnostics));
      const functionNameOf = createFunctionNames(functions);
      const handler = new GrpcServerHandler(tracer, optionsOf(grpc.server), functionNameOf);
      assignGrpcServerHandler(tracer, handler);
      return handler;
    },
  },
  {
    provide: GrpcClientHandler,
    inject: [Tracing],
    useFactory: ({ tracer }: Tracing): GrpcClientHandler => grpcClientHandlerOf(tracer),
  },
  {
    provide: GrpcHooks,
    inject: [ModulesContainer, Tracing, TRACING_OPTIONS, GrpcServerHandler, GrpcClientHandler],
    useFactory: (
      modules: ModulesContainer,
      { diagnostics }: Tracing,
      { grpc = {} }: TracingOptions,
      serverHandler: GrpcServerHandler,
      clientHandler: GrpcClientHandler,
    ): GrpcHooks =>
      new GrpcHooks(
        modules,
        diagnostics,
        areHooksWanted(grpc.server) ? serverHandler : undefined,
        areHooksWanted(grpc.client) ? clientHandler : undefined,
      ),
  },
];

function optionsOf<O extends object>(side: boolean | O | undefined): O | undefined {
  return typeof side === 'object' ? side : undefined;
}

function areHooksWanted(side: boolean | { readonly hooks?: boolean } | undefined): boolean {
  return side !== false && optionsOf(side)?.hooks !== false;
}
