import type { Metadata } from '@grpc/grpc-js';
import type {
  ClientCall,
  ClientCallListener,
} from '../../../../lib/grpc/client/trace-client-call.js';

/** A call as a channel makes it: keeps what it is started with, and notes what is sent. */
export class FakeClientCall implements ClientCall {
  readonly sent: unknown[] = [];
  peer = 'dns:orders:50051';
  metadata: Metadata | undefined;
  listener: ClientCallListener | undefined;
  contextAtStart: unknown;
  /** Thrown when the call is started. */
  trouble: object | undefined;

  constructor(private readonly contextOf: () => unknown = () => undefined) {}

  start(metadata: unknown, listener?: Partial<ClientCallListener>): void {
    if (this.trouble !== undefined) throw this.trouble;
    this.contextAtStart = this.contextOf();
    this.metadata = metadata as Metadata;
    this.listener = listener as ClientCallListener;
  }

  sendMessageWithContext(_context: unknown, message: unknown): void {
    this.sent.push(message);
  }

  getPeer(): string {
    return this.peer;
  }
}
