import { type ApplicationPart, currentTracer, type LocalTracer } from '../../context/index.js';
import { GrpcServerHandler } from './grpc-server-handler.js';

const HANDLER: ApplicationPart<GrpcServerHandler> = { name: 'grpc.server' };

/** Says which handler traces the calls to an application's servers. */
export function assignGrpcServerHandler(tracer: LocalTracer, handler: GrpcServerHandler): void {
  tracer.application.set(HANDLER, handler);
}

/** The handler of the running application; undefined where no tracing is running. */
export function grpcServerHandlerOfProcess(): GrpcServerHandler | undefined {
  const tracer = currentTracer();
  if (tracer === undefined) return undefined;
  let handler = tracer.application.get(HANDLER);
  if (handler === undefined) {
    handler = new GrpcServerHandler(tracer);
    tracer.application.set(HANDLER, handler);
  }
  return handler;
}
