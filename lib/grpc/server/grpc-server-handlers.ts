import { currentTracer, type LocalTracer } from '../../context/index.js';
import type { Diagnostics } from '../../diagnostics.js';
import { GrpcServerHandler } from './grpc-server-handler.js';

/**
 * The handler of each application, for interceptors that nothing can be injected into. Found by the
 * diagnostics, which all tracers of an application share.
 */
const handlerOfApplication = new WeakMap<Diagnostics, GrpcServerHandler>();

/** Says which handler traces the calls to an application's servers. */
export function assignGrpcServerHandler(tracer: LocalTracer, handler: GrpcServerHandler): void {
  handlerOfApplication.set(tracer.diagnostics, handler);
}

/** The handler of the running application; undefined where no tracing is running. */
export function grpcServerHandlerOfProcess(): GrpcServerHandler | undefined {
  const tracer = currentTracer();
  if (tracer === undefined) return undefined;
  let handler = handlerOfApplication.get(tracer.diagnostics);
  if (handler === undefined) {
    handler = new GrpcServerHandler(tracer);
    handlerOfApplication.set(tracer.diagnostics, handler);
  }
  return handler;
}
