import { ContextScope, contextStorage } from '../../context/index.js';
import { methodOfKnownPath, parseCaller } from '../call-texts.js';
import type { GrpcPeer } from '../grpc-call-info.js';
import type { GrpcMetadata } from '../grpc-metadata.js';
import type { GrpcStatus } from '../grpc-status.js';
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

type SentStatus = GrpcStatus & { readonly metadata?: GrpcMetadata | null };

/** An incoming call: the `ServerInterceptingCallInterface` of `@grpc/grpc-js`, as far as it is needed. */
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
 * Traces one incoming call, by its own methods: it is an object of this call alone, and the lowest of
 * its layers sends statuses through them too that no interceptor above it decides, as for a message
 * that cannot be decoded or a deadline that has passed.
 *
 * The methods are the same functions for all calls, and find what belongs to the call on it: on Node 20
 * a method made for each call costs a server a sixth of its calls.
 *
 * The operation begins when the metadata is handed on and finishes when the call is over, which
 * `@grpc/grpc-js` always tells, and last.
 *
 * @param path as the caller asked for it, with a slash at the beginning
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

/** What a call's methods know of it; hears what its listener is to hear, and hands it on. */
class TracedCall implements ServerCallListener {
  // The call's methods as they were.
  readonly start: ServerCall['start'];
  readonly sendStatus: ServerCall['sendStatus'];
  readonly sendMessage: ServerCall['sendMessage'];
  /** There from the start of the call on, before which nothing is heard. */
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
    if (operation?.span.isRecording() === true) {
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
    // Before the span ends: handlers of `cancelled` may still say something in it.
    this.tell(this.listener.onCancel, NOTHING);
    this.operation?.finish();
  }

  private tell(hear: (this: never, ...args: never[]) => void, args: readonly unknown[]): void {
    if (this.scope !== undefined) this.scope.call(hear, this.listener, args);
    // No metadata has come: nothing has begun.
    else Reflect.apply(hear as (...all: unknown[]) => void, this.listener, args);
  }
}

const NOTHING: readonly unknown[] = Object.freeze([]);

/** Spec: RFC 9113, section 7: 0 is no error. */
function wasReset({ stream }: ServerCall): boolean {
  return typeof stream?.rstCode === 'number' && stream.rstCode !== 0;
}
