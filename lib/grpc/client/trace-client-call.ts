import { contextStorage, type TracingContext } from '../../context/index.js';
import type { GrpcMetadata } from '../grpc-metadata.js';
import { type GrpcStatus, UNKNOWN } from '../grpc-status.js';
import { methodOfPath } from '../method-of-path.js';
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

/**
 * Traces one outgoing call, by its own methods: it is an object of this call alone. The operation
 * begins when the call starts and finishes with its status, which `@grpc/grpc-js` always tells, also
 * for calls that are cancelled, late, or never reach a server.
 *
 * What comes back is heard in the context of whoever started the call, not in that of the connection,
 * which all calls share.
 *
 * @param path `/package.Service/Method`
 */
export function traceClientCall(handler: GrpcClientHandler, path: string, call: ClientCall): void {
  const originalStart = call.start;
  call.start = (metadata, listener = {}) => {
    const operation = handler.begin(methodOfPath(path), metadata, call.getPeer());
    if (operation === undefined) {
      Reflect.apply(originalStart, call, [metadata, listener]);
      return;
    }
    if (operation.messages !== undefined) countSent(call, operation.messages);
    const traced = new TracedListener(call, operation, listener, contextStorage.active());
    try {
      contextStorage.run(operation.context, () => {
        Reflect.apply(originalStart, call, [operation.metadata, traced]);
      });
    } catch (error) {
      // An interceptor of the user: the call has not begun, and no status will come.
      const details = error instanceof Error ? error.message : undefined;
      operation.finish({ code: UNKNOWN, details }, undefined);
      throw error;
    }
  };
}

class TracedListener implements ClientCallListener {
  constructor(
    private readonly call: ClientCall,
    private readonly operation: GrpcClientOperation,
    private readonly listener: Partial<ClientCallListener>,
    private readonly outside: TracingContext,
  ) {}

  onReceiveMetadata(metadata: GrpcMetadata): void {
    this.tell(() => this.listener.onReceiveMetadata?.(metadata));
  }

  onReceiveMessage(message: unknown): void {
    // A call that failed before a message came is told of one that is null.
    if (message !== null) this.operation.messages?.received();
    this.tell(() => this.listener.onReceiveMessage?.(message));
  }

  onReceiveStatus(status: ReceivedStatus): void {
    this.operation.finish(status, this.call.getPeer());
    this.tell(() => this.listener.onReceiveStatus?.(status));
  }

  private tell(tell: () => void): void {
    contextStorage.run(this.outside, tell);
  }
}

function countSent(call: ClientCall, messages: { sent(): void }): void {
  const { sendMessageWithContext } = call;
  call.sendMessageWithContext = (context, message) => {
    messages.sent();
    Reflect.apply(sendMessageWithContext, call, [context, message]);
  };
}
