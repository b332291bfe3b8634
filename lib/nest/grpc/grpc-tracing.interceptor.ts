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
 * For applications that want to choose which handlers have server spans: bind it with
 * `@UseInterceptors(GrpcTracingInterceptor)` and switch the rest off with `grpc: { server: false }`, or
 * with `grpc: { server: { hooks: false, … } }` where it needs options.
 *
 * Where servers are traced anyway it does nothing. By default nothing registers it: it sees no unknown
 * methods, messages that cannot be decoded and refusals of guards, and no status but that of the
 * exception that passes it.
 */
@Injectable()
export class GrpcTracingInterceptor implements NestInterceptor {
  private readonly handler: GrpcServerHandler;

  /** @throws TracingConfigError where no `TracingModule` has been imported */
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
    // What comes would be heard in the context of the connection.
    if (isObservable(args[0])) hearIn(context, args[0]);
    if (args[0] === call) {
      if (operation !== undefined) tracePassedCall(operation, call, args);
      contextStorage.bind(context, call);
      return inContext(context, next);
    }
    if (operation === undefined) return inContext(context, next);
    return new Observable((subscriber) => {
      // Unsubscribed without an end: the caller has given up.
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
 * Has the messages of a stream of requests handled in the context, whoever subscribes. The stream is
 * this call's alone; it is not replaced, because Nest knows it by a property.
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

/** What Nest answers for an exception that no filter takes. */
function statusOf(exception: unknown): GrpcStatus {
  const { getError } = (exception ?? {}) as { getError?: () => unknown };
  if (typeof getError !== 'function') return { code: UNKNOWN };
  const error = getError.call(exception) as { code?: unknown; message?: unknown } | string;
  if (typeof error !== 'object' || error === null) return { code: UNKNOWN, details: error };
  return { code: error.code ?? UNKNOWN, details: error.message };
}

/** What the handler of a call gets from `@grpc/grpc-js`, whichever kind of call it is. */
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
