import type { LocalTracer } from '../context/index.js';
import { configureDatabase } from '../database/index.js';
import { assignGrpcClientHandler, GrpcClientHandler } from '../grpc/client/index.js';
import { assignGrpcServerHandler, GrpcServerHandler } from '../grpc/server/index.js';
import { configureHttpClient } from '../http/client/index.js';
import type { EnvironmentSettings } from './environment.js';
import type { TracingSettings } from './tracing-options.js';

/** What an application's traffic is traced with. */
export interface TrafficParts {
  /** Ends the spans of gRPC calls that are still open; the last step before the spans are delivered. */
  finishOpenOperations(): void;
}

/**
 * Gives an application the settings of what it calls: `tracedFetch`, database clients, and both sides
 * of gRPC that are traced by interceptors. Functions that are handed no tracer find them there.
 *
 * Nest's servers have handlers of their own, which know the controllers.
 *
 * @throws TracingConfigError for options that cannot be used
 */
export function configureTraffic(
  tracer: LocalTracer,
  { http = {}, database = {}, grpc = {} }: TracingSettings,
  { knownHttpMethods: knownMethods }: EnvironmentSettings,
): TrafficParts {
  configureHttpClient(tracer, http.client, knownMethods);
  if (database !== false) configureDatabase(tracer, database);
  const grpcClient = new GrpcClientHandler(tracer, optionsOf(grpc.client));
  const grpcServer = new GrpcServerHandler(tracer, optionsOf(grpc.server));
  assignGrpcClientHandler(tracer, grpcClient);
  assignGrpcServerHandler(tracer, grpcServer);
  return {
    finishOpenOperations() {
      grpcClient.finishAll();
      grpcServer.finishAll();
    },
  };
}

function optionsOf<O extends object>(side: boolean | O | undefined): O | undefined {
  return typeof side === 'object' ? side : undefined;
}
