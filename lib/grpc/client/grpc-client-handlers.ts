import { type ApplicationPart, currentTracer, type LocalTracer } from '../../context/index.js';
import { GrpcClientHandler } from './grpc-client-handler.js';

const HANDLER: ApplicationPart<GrpcClientHandler> = { name: 'grpc.client' };

/** Says which handler traces the calls that an application makes. */
export function assignGrpcClientHandler(tracer: LocalTracer, handler: GrpcClientHandler): void {
  tracer.application.set(HANDLER, handler);
}

/**
 * The handler of the running operation's application, else of the one that is running; undefined where
 * no tracing is running.
 */
export function grpcClientHandlerOfProcess(): GrpcClientHandler | undefined {
  const tracer = currentTracer();
  return tracer === undefined ? undefined : grpcClientHandlerOf(tracer);
}

/** The handler of a tracer's application; one with default options where none was assigned. */
export function grpcClientHandlerOf(tracer: LocalTracer): GrpcClientHandler {
  let handler = tracer.application.get(HANDLER);
  if (handler === undefined) {
    handler = new GrpcClientHandler(tracer);
    tracer.application.set(HANDLER, handler);
  }
  return handler;
}
