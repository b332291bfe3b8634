import { Metadata } from '@grpc/grpc-js';
import type { IncomingGrpcCall } from '../../../../lib/grpc/grpc-call-info.js';
import type {
  ServerCall,
  ServerCallListener,
} from '../../../../lib/grpc/server/trace-server-call.js';

/** A call as adapters hand it over. */
export function incomingCall(others: Partial<IncomingGrpcCall> = {}): IncomingGrpcCall {
  return {
    method: 'shop.Orders/Find',
    isKnownMethod: true,
    metadata: new Metadata(),
    host: 'orders:50051',
    peer: { remoteAddress: '10.0.0.7', remotePort: 4711 },
    ...others,
  };
}

/** The lowest layer of a call: hands metadata on when it starts, and notes what is sent. */
export class FakeServerCall implements ServerCall {
  readonly sent: unknown[] = [];
  readonly stream = { rstCode: 0 };
  listener: ServerCallListener | undefined;
  /** Undefined for a call that ends before any has come. */
  metadata: Metadata | undefined = new Metadata();

  start(listener: ServerCallListener): void {
    this.listener = listener;
    if (this.metadata !== undefined) listener.onReceiveMetadata(this.metadata);
  }

  sendMessage(message: unknown, callback: () => void): void {
    this.sent.push(message);
    callback();
  }

  sendStatus(status: unknown): void {
    this.sent.push(status);
  }

  getPeer(): string {
    return '10.0.0.7:4711';
  }

  getHost(): string {
    return 'orders:50051';
  }
}

/** A listener that notes what it hears, and what `onHeard` says then. */
export function notingListener(onHeard: () => unknown): ServerCallListener & { notes: unknown[] } {
  const notes: unknown[] = [];
  const note = (name: string) => () => {
    notes.push([name, onHeard()]);
  };
  return {
    notes,
    onReceiveMetadata: note('metadata'),
    onReceiveMessage: note('message'),
    onReceiveHalfClose: note('half close'),
    onCancel: note('cancel'),
  };
}
