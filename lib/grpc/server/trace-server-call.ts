import { ContextScope, contextStorage } from '../../context/index.js';
import { methodOfKnownPath, parseCaller } from '../call-texts.js';
import type { GrpcPeer } from '../grpc-call-info.js';
import type { GrpcMetadata } from '../grpc-metadata.js';
import type { GrpcStatus } from '../grpc-status.js';
import type { GrpcServerHandler } from './grpc-server-handler.js';
import type { GrpcServerOperation } from './grpc-server-operation.js';

/** Receives the events of an incoming call: the `InterceptingServerListener` of `@grpc/grpc-js`. */
export interface ServerCallListener {
  onReceiveMetadata(metadata: GrpcMetadata): void;
  onReceiveMessage(message: unknown): void;
  onReceiveHalfClose(): void;
  /** The call has ended, with any status. */
  onCancel(): void;
}

type SentStatus = GrpcStatus & { readonly metadata?: GrpcMetadata | null };

/** An incoming call: the used members of `ServerInterceptingCallInterface` of `@grpc/grpc-js`. */
export interface ServerCall {
  start(listener: ServerCallListener): void;
  sendMessage(message: unknown, callback: () => void): void;
  sendStatus(status: SentStatus): void;
  getPeer(): string;
  /** Not in older versions. */
  getHost?(): string;
  /** The HTTP/2 stream of the lowest layer; not part of the interface. */
  readonly stream?: { readonly rstCode?: number };
  /** Not in older versions. */
  getConnectionInfo?(): GrpcPeer;
}

const TRACED = Symbol('nestjs-traced.call');

interface TracedServerCall extends ServerCall {
  [TRACED]?: TracedCall;
}

/**
 * Traces one incoming call by replacing methods of its call object, which no other call shares. The
 * lowest layer of the call also sends statuses through these methods that no interceptor sees, such as
 * those for a message that cannot be decoded or an exceeded deadline.
 *
 * The replaced methods are the same functions for all calls and find their state in a property of the
 * call: on Node 20, creating the methods for each call reduces the throughput of a server by a sixth.
 *
 * The operation begins when the listener receives the metadata and finishes in `onCancel`, which
 * `@grpc/grpc-js` always calls last.
 *
 * @param path the requested path, with a leading slash
 */
export function traceServerCall(
  handler: GrpcServerHandler,
  path: string,
  call: TracedServerCall,
): void {
  if (call[TRACED] !== undefined) return;
  call[TRACED] = new TracedCall(handler, path, call);
  call.start = start;
}

function start(this: TracedServerCall, listener: ServerCallListener): void {
  const traced = this[TRACED] as TracedCall;
  traced.listener = listener;
  Reflect.apply(traced.start, this, [traced]);
}

function sendStatus(this: TracedServerCall, status: SentStatus): void {
  const traced = this[TRACED] as TracedCall;
  traced.operation?.statusSent(status);
  Reflect.apply(traced.sendStatus, this, [status]);
}

function sendMessage(this: TracedServerCall, message: unknown, callback: () => void): void {
  const traced = this[TRACED] as TracedCall;
  traced.operation?.messages?.sent();
  Reflect.apply(traced.sendMessage, this, [message, callback]);
}

/** The state of a traced call. As the call's listener, it forwards each event to the original listener. */
class TracedCall implements ServerCallListener {
  // The original methods of the call.
  readonly start: ServerCall['start'];
  readonly sendStatus: ServerCall['sendStatus'];
  readonly sendMessage: ServerCall['sendMessage'];
  /** Set when the call starts, before the first event. */
  listener!: ServerCallListener;
  operation: GrpcServerOperation | undefined = undefined;
  private scope: ContextScope | undefined = undefined;

  constructor(
    private readonly handler: GrpcServerHandler,
    private readonly path: string,
    private readonly call: ServerCall,
  ) {
    this.start = call.start;
    this.sendStatus = call.sendStatus;
    this.sendMessage = call.sendMessage;
  }

  onReceiveMetadata(metadata: GrpcMetadata): void {
    const { handler, call, listener } = this;
    const operation = handler.begin({
      method: methodOfKnownPath(this.path),
      isKnownMethod: true,
      metadata,
      host: call.getHost?.(),
      peer: call.getConnectionInfo?.() ?? parseCaller(call.getPeer()),
    });
    this.operation = operation;
    this.scope = new ContextScope(contextStorage, handler.contextOf(operation));
    if (operation?.isOpen === true) {
      call.sendStatus = sendStatus;
      if (operation.messages !== undefined) call.sendMessage = sendMessage;
    }
    this.scope.call(listener.onReceiveMetadata, listener, [metadata]);
  }

  onReceiveMessage(message: unknown): void {
    this.operation?.messages?.received();
    this.tell(this.listener.onReceiveMessage, [message]);
  }

  onReceiveHalfClose(): void {
    this.tell(this.listener.onReceiveHalfClose, NOTHING);
  }

  onCancel(): void {
    this.operation?.closed(wasReset(this.call));
    // Before the span ends, so that handlers of `cancelled` can still change the span.
    this.tell(this.listener.onCancel, NOTHING);
    this.operation?.finish();
  }

  private tell(hear: (this: never, ...args: never[]) => void, args: readonly unknown[]): void {
    if (this.scope !== undefined) this.scope.call(hear, this.listener, args);
    // No metadata arrived, so no operation has begun.
    else Reflect.apply(hear as (...all: unknown[]) => void, this.listener, args);
  }
}

const NOTHING: readonly unknown[] = Object.freeze([]);

/** Spec: RFC 9113, section 7: 0 is no error. */
function wasReset({ stream }: ServerCall): boolean {
  return typeof stream?.rstCode === 'number' && stream.rstCode !== 0;
}
