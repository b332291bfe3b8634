import { SpanStatusCode } from '@opentelemetry/api';
import type { CapturedFields } from '../../carriers/index.js';
import type { LocalSpan, TracingContext } from '../../context/index.js';
import {
  ERROR_TYPE,
  NETWORK_PEER_ADDRESS,
  NETWORK_PEER_PORT,
  RPC_STATUS_CODE,
} from '../attributes.js';
import type { GrpcMetadata } from '../grpc-metadata.js';
import { detailsOf, type GrpcStatus, OK, statusNameOf } from '../grpc-status.js';
import { MessageEvents } from '../message-events.js';
import type { PeerAddress } from './channel-target.js';

/** What a handler's operations share. */
export interface GrpcClientOperationSettings {
  readonly responseMetadata: CapturedFields<GrpcMetadata | null | undefined> | undefined;
  readonly hasMessageEvents: boolean;
  /** Reads a peer as `@grpc/grpc-js` writes it; null for what is no address. */
  readonly peerOf: (peer: string) => PeerAddress | null;
  /** The operations that have begun and not finished: also to know a call that is seen at two of its layers. */
  readonly open: Map<object, GrpcClientOperation>;
}

/** A call that a client of ours has made, and the span that stands for it until its status has come. */
export class GrpcClientOperation {
  /** Undefined where messages are not to be seen. */
  readonly messages: MessageEvents | undefined;

  constructor(
    private readonly settings: GrpcClientOperationSettings,
    /** `package.Service/Method`. */
    readonly method: string,
    readonly span: LocalSpan,
    /** What is active while the call is sent. */
    readonly context: TracingContext,
    /** The user's metadata with the context in it; the user's own object stays as it is. */
    readonly metadata: GrpcMetadata,
  ) {
    const isRecording = span.isRecording();
    this.messages = isRecording && settings.hasMessageEvents ? new MessageEvents(span) : undefined;
    if (isRecording) settings.open.set(span, this);
  }

  /**
   * The status has come, from the server or from the client itself: says how the call went and ends
   * the span. Only the first call counts.
   *
   * Spec: `docs/rpc/grpc.md`, "gRPC status": for a client every code but OK is an error.
   *
   * @param peer the address that answered, as `@grpc/grpc-js` writes it
   */
  finish(
    status: GrpcStatus & { readonly metadata?: GrpcMetadata | null },
    peer: string | undefined,
  ): void {
    const { span } = this;
    if (!span.isRecording()) return;
    this.settings.open.delete(span);
    const name = statusNameOf(status.code);
    span.setAttribute(RPC_STATUS_CODE, name);
    this.setPeer(peer);
    this.settings.responseMetadata?.setOn(span, status.metadata);
    if (status.code !== OK) {
      span.setAttribute(ERROR_TYPE, name);
      span.setStatus({ code: SpanStatusCode.ERROR, message: detailsOf(status) });
    }
    span.end();
  }

  private setPeer(peer: string | undefined): void {
    const address = peer === undefined ? null : this.settings.peerOf(peer);
    if (address === null) return;
    this.span.setAttribute(NETWORK_PEER_ADDRESS, address.host);
    this.span.setAttribute(NETWORK_PEER_PORT, address.port);
  }
}
