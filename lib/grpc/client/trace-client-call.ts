import { ContextScope, contextStorage } from '../../context/index.js';
import { methodOfKnownPath } from '../call-texts.js';
import type { GrpcMetadata } from '../grpc-metadata.js';
import { type GrpcStatus, UNKNOWN } from '../grpc-status.js';
import type { GrpcClientHandler } from './grpc-client-handler.js';
import type { GrpcClientOperation } from './grpc-client-operation.js';

type ReceivedStatus = GrpcStatus & { readonly metadata?: GrpcMetadata | null };

/** What hears of the answers: the `InterceptingListener` of `@grpc/grpc-js`. */
export interface ClientCallListener {
  onReceiveMetadata(metadata: GrpcMetadata): void;
  onReceiveMessage(message: unknown): void;
  onReceiveStatus(status: ReceivedStatus): void;
}

/** An outgoing call before it starts: what a channel creates, or what an interceptor gets. */
export interface ClientCall {
  start(metadata: GrpcMetadata, listener?: Partial<ClientCallListener>): void;
  sendMessageWithContext(context: unknown, message: unknown): void;
  /** The address that answers; before that the channel's target. */
  getPeer(): string;
}

const TRACED = Symbol('nestjs-traced.call');

interface TracedClientCall extends ClientCall {
  [TRACED]?: TracedCall;
}

/**
 * Traces one outgoing call, by its own methods: it is an object of this call alone. The operation
 * begins when the call starts and finishes with its status, which `@grpc/grpc-js` always tells, also
 * for calls that are cancelled, late, or never reach a server.
 *
 * What comes back is heard in the context of whoever started the call, not in that of the connection,
 * which all calls share.
 *
 * The methods are the same functions for all calls, as those of a server's are.
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

/** What a call's methods know of it; hears what its listener is to hear, and hands it on. */
class TracedCall implements ClientCallListener {
  // The call's methods as they were.
  readonly start: ClientCall['start'];
  readonly sendMessageWithContext: ClientCall['sendMessageWithContext'];
  operation: GrpcClientOperation | undefined = undefined;
  // Both there once the call has begun, before which nothing is heard.
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
    try {
      contextStorage.call(operation.context, this.start, call, [operation.metadata, this]);
    } catch (error) {
      // An interceptor of the user: the call has not begun, and no status will come.
      const details = error instanceof Error ? error.message : undefined;
      operation.finish({ code: UNKNOWN, details }, undefined);
      throw error;
    }
  }

  onReceiveMetadata(metadata: GrpcMetadata): void {
    this.tell(this.listener.onReceiveMetadata, metadata);
  }

  onReceiveMessage(message: unknown): void {
    // A call that failed before a message came is told of one that is null.
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
