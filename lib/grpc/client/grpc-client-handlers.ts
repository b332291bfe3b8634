import { currentTracer, type LocalTracer } from '../../context/index.js';
import type { Diagnostics } from '../../diagnostics.js';
import { GrpcClientHandler } from './grpc-client-handler.js';

/**
 * The handler of each application, for interceptors that nothing can be injected into. Found by the
 * diagnostics, which all tracers of an application share.
 */
const handlerOfApplication = new WeakMap<Diagnostics, GrpcClientHandler>();

/** Says which handler traces the calls that an application makes. */
export function assignGrpcClientHandler(tracer: LocalTracer, handler: GrpcClientHandler): void {
  handlerOfApplication.set(tracer.diagnostics, handler);
}

/**
 * The handler of the running operation's application, else of the one that is running; undefined where
 * no tracing is running.
 */
export function grpcClientHandlerOfProcess(): GrpcClientHandler | undefined {
  const tracer = currentTracer();
  if (tracer === undefined) return undefined;
  let handler = handlerOfApplication.get(tracer.diagnostics);
  if (handler === undefined) {
    handler = new GrpcClientHandler(tracer);
    handlerOfApplication.set(tracer.diagnostics, handler);
  }
  return handler;
}
