import {
  type CallHandler,
  type ExecutionContext,
  Inject,
  Injectable,
  type NestInterceptor,
  Optional,
} from '@nestjs/common';
import { isObservable, Observable } from 'rxjs';
import { contextStorage, type TracingContext } from '../../context/index.js';
import { TracingConfigError } from '../../errors.js';
import { methodOfKnownPath, parseCaller } from '../../grpc/call-texts.js';
import type { GrpcMetadata } from '../../grpc/grpc-metadata.js';
import { type GrpcStatus, OK, UNKNOWN } from '../../grpc/grpc-status.js';
import { GrpcServerHandler } from '../../grpc/server/grpc-server-handler.js';
import { GrpcServerOperation } from '../../grpc/server/grpc-server-operation.js';
import { type PassedCall, tracePassedCall } from '../../grpc/server/trace-passed-call.js';

/**
 * Creates server spans for single handlers. Bind it with `@UseInterceptors(GrpcTracingInterceptor)` and
 * switch the hooks off with `grpc: { server: false }`, or with `grpc: { server: { hooks: false, … } }`
 * to set options.
 *
 * It does nothing for calls that the hooks trace. It does not see unknown methods, messages that cannot
 * be decoded, and refusals of guards. Its status is that of the exception that passes it; the sent status
 * can differ.
 */
@Injectable()
export class GrpcTracingInterceptor implements NestInterceptor {
  private readonly handler: GrpcServerHandler;

  /** @throws TracingConfigError if `TracingModule` is not imported */
  constructor(@Optional() @Inject(GrpcServerHandler) handler?: GrpcServerHandler) {
    if (handler === undefined) throw TracingConfigError.notRegistered('GrpcTracingInterceptor');
    this.handler = handler;
  }

  intercept(execution: ExecutionContext, next: CallHandler): Observable<unknown> {
    const args = execution.getArgs<unknown[]>();
    const call = args.find(isGrpcCall);
    const isTraced = contextStorage.active().entry instanceof GrpcServerOperation;
    if (execution.getType() !== 'rpc' || call === undefined || isTraced) return next.handle();
    const operation = this.handler.begin({
      method: methodOfKnownPath(call.getPath()),
      isKnownMethod: true,
      metadata: call.metadata,
      host: call.getHost?.(),
      peer: parseCaller(call.getPeer?.()),
    });
    const context = this.handler.contextOf(operation);
    // Without this, request messages would be handled in the context of the connection.
    if (isObservable(args[0])) hearIn(context, args[0]);
    if (args[0] === call) {
      if (operation !== undefined) tracePassedCall(operation, call, args);
      contextStorage.bind(context, call);
      return inContext(context, next);
    }
    if (operation === undefined) return inContext(context, next);
    return new Observable((subscriber) => {
      // Unsubscribed before completion: the caller cancelled.
      subscriber.add(() => operation.finish());
      const finish = (status: GrpcStatus): void => {
        operation.statusSent(status);
        operation.finish();
      };
      return inContext(context, next).subscribe({
        next: (value) => subscriber.next(value),
        error: (error: unknown) => {
          operation.exceptionCaught(error);
          finish(statusOf(error));
          subscriber.error(error);
        },
        complete: () => {
          finish({ code: OK });
          subscriber.complete();
        },
      });
    });
  }
}

function inContext(context: TracingContext, next: CallHandler): Observable<unknown> {
  return new Observable((subscriber) =>
    contextStorage.run(context, () => next.handle().subscribe(subscriber)),
  );
}

/**
 * Makes all subscribers of a request stream receive its messages in `context`. It changes `subscribe`
 * of the stream, which belongs to this call only, because Nest recognises the stream by a property and a
 * replacement would lack it.
 */
function hearIn(context: TracingContext, requests: Observable<unknown>): void {
  const { subscribe } = requests;
  const heard = new Observable((subscriber) =>
    Reflect.apply(subscribe, requests, [
      {
        next: (request: unknown) => contextStorage.run(context, () => subscriber.next(request)),
        error: (error: unknown) => contextStorage.run(context, () => subscriber.error(error)),
        complete: () => contextStorage.run(context, () => subscriber.complete()),
      },
    ]),
  );
  requests.subscribe = heard.subscribe.bind(heard);
}

/** Returns the status that Nest sends for an exception that no filter handles. */
function statusOf(exception: unknown): GrpcStatus {
  const { getError } = (exception ?? {}) as { getError?: () => unknown };
  if (typeof getError !== 'function') return { code: UNKNOWN };
  const error = getError.call(exception) as { code?: unknown; message?: unknown } | string;
  if (typeof error !== 'object' || error === null) return { code: UNKNOWN, details: error };
  return { code: error.code ?? UNKNOWN, details: error.message };
}

/** The call object that `@grpc/grpc-js` passes to a handler, for all types of calls. */
interface GrpcCall extends PassedCall {
  readonly metadata: GrpcMetadata;
  getPath(): string;
  getHost?(): string;
  getPeer?(): string;
}

function isGrpcCall(argument: unknown): argument is GrpcCall {
  const { getPath, metadata } = (argument ?? {}) as Partial<GrpcCall>;
  return typeof getPath === 'function' && typeof metadata === 'object';
}
