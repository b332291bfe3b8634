import { contextStorage, type TracingContext } from '../../context/index.js';
import type { GrpcMetadata } from '../grpc-metadata.js';
import type { GrpcStatus } from '../grpc-status.js';
import { methodOfPath } from '../method-of-path.js';
import type { GrpcServerHandler } from './grpc-server-handler.js';
import type { GrpcServerOperation } from './grpc-server-operation.js';

/** What hears of an incoming call: the `InterceptingServerListener` of `@grpc/grpc-js`. */
export interface ServerCallListener {
  onReceiveMetadata(metadata: GrpcMetadata): void;
  onReceiveMessage(message: unknown): void;
  onReceiveHalfClose(): void;
  /** The call is over, however it went. */
  onCancel(): void;
}

/** An incoming call: the `ServerInterceptingCallInterface` of `@grpc/grpc-js`, as far as it is needed. */
export interface ServerCall {
  start(listener: ServerCallListener): void;
  sendMessage(message: unknown, callback: () => void): void;
  sendStatus(status: GrpcStatus & { readonly metadata?: GrpcMetadata | null }): void;
  getPeer(): string;
  /** Not in older versions. */
  getHost?(): string;
  /** The HTTP/2 stream of the lowest layer; not part of the interface. */
  readonly stream?: { readonly rstCode?: number };
  /** Not in older versions. */
  getConnectionInfo?(): { readonly remoteAddress?: string; readonly remotePort?: number };
}

/**
 * Traces one incoming call, by its own methods: it is an object of this call alone, and the lowest of
 * its layers sends statuses through them too that no interceptor above it decides, as for a message
 * that cannot be decoded or a deadline that has passed.
 *
 * The operation begins when the metadata is handed on and finishes when the call is over, which
 * `@grpc/grpc-js` always tells, and last.
 *
 * @param path as the caller asked for it, with a slash at the beginning
 */
export function traceServerCall(handler: GrpcServerHandler, path: string, call: ServerCall): void {
  const originalStart = call.start;
  call.start = (listener) => {
    const traced = new TracedListener(handler, path, call, listener);
    Reflect.apply(originalStart, call, [traced]);
  };
}

class TracedListener implements ServerCallListener {
  private operation: GrpcServerOperation | undefined;
  private context: TracingContext | undefined;

  constructor(
    private readonly handler: GrpcServerHandler,
    private readonly path: string,
    private readonly call: ServerCall,
    private readonly listener: ServerCallListener,
  ) {}

  onReceiveMetadata(metadata: GrpcMetadata): void {
    const { handler, call } = this;
    const operation = handler.begin({
      method: methodOfPath(this.path),
      isKnownMethod: true,
      metadata,
      host: call.getHost?.(),
      ...peerOf(call),
    });
    this.operation = operation;
    this.context = handler.contextOf(operation);
    if (operation?.span.isRecording() === true) listenToAnswer(call, operation);
    this.run(() => this.listener.onReceiveMetadata(metadata));
  }

  onReceiveMessage(message: unknown): void {
    this.operation?.messages?.received();
    this.run(() => this.listener.onReceiveMessage(message));
  }

  onReceiveHalfClose(): void {
    this.run(() => this.listener.onReceiveHalfClose());
  }

  onCancel(): void {
    this.operation?.closed(wasReset(this.call));
    // Before the span ends: handlers of `cancelled` may still say something in it.
    this.run(() => this.listener.onCancel());
    this.operation?.finish();
  }

  private run(tell: () => void): void {
    if (this.context === undefined) tell();
    else contextStorage.run(this.context, tell);
  }
}

function listenToAnswer(call: ServerCall, operation: GrpcServerOperation): void {
  const { sendStatus, sendMessage } = call;
  call.sendStatus = (status) => {
    operation.statusSent(status);
    Reflect.apply(sendStatus, call, [status]);
  };
  const { messages } = operation;
  if (messages === undefined) return;
  call.sendMessage = (message, callback) => {
    messages.sent();
    Reflect.apply(sendMessage, call, [message, callback]);
  };
}

/** Spec: RFC 9113, section 7: 0 is no error. */
function wasReset({ stream }: ServerCall): boolean {
  return typeof stream?.rstCode === 'number' && stream.rstCode !== 0;
}

function peerOf(call: ServerCall): {
  peerAddress: string | undefined;
  peerPort: number | undefined;
} {
  const info = call.getConnectionInfo?.();
  if (info !== undefined) return { peerAddress: info.remoteAddress, peerPort: info.remotePort };
  // IPv6 comes without brackets; `unknown` where there is no address.
  const match = /^(.+):(\d+)$/.exec(call.getPeer());
  return {
    peerAddress: match?.[1],
    peerPort: match?.[2] === undefined ? undefined : Number(match[2]),
  };
}
