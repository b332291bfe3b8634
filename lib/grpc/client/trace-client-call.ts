import { ContextScope, contextStorage } from '../../context/index.js';
import { methodOfKnownPath } from '../call-texts.js';
import type { GrpcMetadata } from '../grpc-metadata.js';
import { type GrpcStatus, UNKNOWN } from '../grpc-status.js';
import type { GrpcClientHandler } from './grpc-client-handler.js';
import type { GrpcClientOperation } from './grpc-client-operation.js';

type ReceivedStatus = GrpcStatus & { readonly metadata?: GrpcMetadata | null };

/** Receives the responses: the `InterceptingListener` of `@grpc/grpc-js`. */
export interface ClientCallListener {
  onReceiveMetadata(metadata: GrpcMetadata): void;
  onReceiveMessage(message: unknown): void;
  onReceiveStatus(status: ReceivedStatus): void;
}

/** An outgoing call before its start: a channel creates it, and an interceptor receives it. */
export interface ClientCall {
  start(metadata: GrpcMetadata, listener?: Partial<ClientCallListener>): void;
  sendMessageWithContext(context: unknown, message: unknown): void;
  /** The address of the server; the channel's target before the channel is connected. */
  getPeer(): string;
}

const TRACED = Symbol('nestjs-traced.call');

interface TracedClientCall extends ClientCall {
  [TRACED]?: TracedCall;
}

/**
 * Traces one outgoing call by replacing methods of its call object, which no other call shares. The
 * operation begins when the call starts and finishes when the listener receives the status.
 * `@grpc/grpc-js` always sends a status to the listener, also for calls that are cancelled, exceed their
 * deadline, or never reach a server.
 *
 * The listener runs in the context of the code that started the call, not in that of the connection,
 * which all calls share.
 *
 * The replaced methods are the same functions for all calls, as in `traceServerCall`.
 *
 * @param path `/package.Service/Method`
 */
export function traceClientCall(
  handler: GrpcClientHandler,
  path: string,
  call: TracedClientCall,
): void {
  if (call[TRACED] !== undefined) return;
  call[TRACED] = new TracedCall(handler, path, call);
  call.start = start;
}

function start(
  this: TracedClientCall,
  metadata: GrpcMetadata,
  listener: Partial<ClientCallListener> = {},
): void {
  (this[TRACED] as TracedCall).begin(metadata, listener);
}

function sendMessageWithContext(this: TracedClientCall, context: unknown, message: unknown): void {
  const traced = this[TRACED] as TracedCall;
  traced.operation?.messages?.sent();
  Reflect.apply(traced.sendMessageWithContext, this, [context, message]);
}

/** The state of a traced call. As the call's listener, it forwards each event to the original listener. */
class TracedCall implements ClientCallListener {
  // The original methods of the call.
  readonly start: ClientCall['start'];
  readonly sendMessageWithContext: ClientCall['sendMessageWithContext'];
  operation: GrpcClientOperation | undefined = undefined;
  // Both are set when the call begins, before the first event.
  private listener!: Partial<ClientCallListener>;
  private outside!: ContextScope;

  constructor(
    private readonly handler: GrpcClientHandler,
    private readonly path: string,
    private readonly call: ClientCall,
  ) {
    this.start = call.start;
    this.sendMessageWithContext = call.sendMessageWithContext;
  }

  begin(metadata: GrpcMetadata, listener: Partial<ClientCallListener>): void {
    const { call } = this;
    const operation = this.handler.begin(methodOfKnownPath(this.path), metadata, call.getPeer());
    if (operation === undefined) {
      Reflect.apply(this.start, call, [metadata, listener]);
      return;
    }
    this.operation = operation;
    this.listener = listener;
    this.outside = new ContextScope(contextStorage, contextStorage.active());
    if (operation.messages !== undefined) call.sendMessageWithContext = sendMessageWithContext;
    const sent = [operation.takeMetadata(), this];
    try {
      contextStorage.call(operation.context, this.start, call, sent);
    } catch (error) {
      // An interceptor of the user threw. The call has not started, so no status follows.
      const details = error instanceof Error ? error.message : undefined;
      operation.finish({ code: UNKNOWN, details }, undefined);
      throw error;
    }
  }

  onReceiveMetadata(metadata: GrpcMetadata): void {
    this.tell(this.listener.onReceiveMetadata, metadata);
  }

  onReceiveMessage(message: unknown): void {
    // For a call that failed before a message arrived, `@grpc/grpc-js` passes null.
    if (message !== null) this.operation?.messages?.received();
    this.tell(this.listener.onReceiveMessage, message);
  }

  onReceiveStatus(status: ReceivedStatus): void {
    this.operation?.finish(status, this.call.getPeer());
    this.tell(this.listener.onReceiveStatus, status);
  }

  private tell(hear: ((this: never, heard: never) => void) | undefined, heard: unknown): void {
    if (hear !== undefined) this.outside.call(hear, this.listener, [heard]);
  }
}
