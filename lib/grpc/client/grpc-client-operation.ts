import { SpanStatusCode } from '@opentelemetry/api';
import type { CapturedFields } from '../../carriers/index.js';
import type { LocalSpan, TracingContext } from '../../context/index.js';
import type { Measurement } from '../../operation/index.js';
import {
  ERROR_TYPE,
  NETWORK_PEER_ADDRESS,
  NETWORK_PEER_PORT,
  RPC_STATUS_CODE,
} from '../attributes.js';
import type { GrpcErrorRule } from '../grpc-error-rule.js';
import type { GrpcMetadata } from '../grpc-metadata.js';
import { detailsOf, type GrpcStatus, statusNameOf } from '../grpc-status.js';
import { MessageEvents } from '../message-events.js';
import type { PeerAddress } from './channel-target.js';

/** Settings that all operations of a handler share. */
export interface GrpcClientOperationSettings {
  readonly responseMetadata: CapturedFields<GrpcMetadata | null | undefined> | undefined;
  readonly hasMessageEvents: boolean;
  readonly errorRule: GrpcErrorRule;
  /** Parses a peer of `@grpc/grpc-js`; null if it is not an address. */
  readonly peerOf: (peer: string) => PeerAddress | null;
  /**
   * The open operations by their spans, and by themselves if their span is not recorded. Also detects a call that is
   * seen at two of its layers.
   */
  readonly open: Map<object, GrpcClientOperation>;
}

/**
 * An outgoing call and its span, until the client receives the status. The handler references it until
 * then. It references neither the call nor its messages, so that a call whose status never arrives can be
 * collected.
 */
export class GrpcClientOperation {
  /** Undefined if messages are not recorded. */
  readonly messages: MessageEvents | undefined;
  private isMeasured: boolean;

  /**
   * @param metadata see {@link takeMetadata}
   * @param measurement undefined in an application without metrics
   */
  constructor(
    private readonly settings: GrpcClientOperationSettings,
    /** `package.Service/Method`. */
    readonly method: string,
    readonly span: LocalSpan,
    /** The active context while the call is sent. */
    readonly context: TracingContext,
    private metadata: GrpcMetadata | undefined,
    private readonly measurement?: Measurement,
  ) {
    const isRecording = span.isRecording();
    this.messages = isRecording && settings.hasMessageEvents ? new MessageEvents(span) : undefined;
    this.isMeasured = measurement !== undefined;
    if (isRecording) settings.open.set(span, this);
    else if (this.isMeasured) settings.open.set(this, this);
  }

  /** Returns the copy of the user's metadata that contains the context. Only the first call has a result. */
  takeMetadata(): GrpcMetadata | undefined {
    const { metadata } = this;
    this.metadata = undefined;
    return metadata;
  }

  /**
   * Records the status, which the server sent or the client set, and ends the span. Only the first call
   * has an effect.
   *
   * Spec: `docs/rpc/grpc.md`, "gRPC status".
   *
   * @param peer the address of the server in the form of `@grpc/grpc-js`
   */
  finish(
    status: GrpcStatus & { readonly metadata?: GrpcMetadata | null },
    peer: string | undefined,
  ): void {
    const { span, measurement } = this;
    const name = statusNameOf(status.code);
    const isRecording = span.isRecording();
    if (!isRecording && !this.isMeasured) return;
    const isError = this.settings.errorRule.isError(status, this.method);
    if (isRecording) this.endSpan(name, status, isError, peer);
    if (!this.isMeasured) return;
    this.isMeasured = false;
    this.settings.open.delete(this);
    measurement?.end(measurement.path.with(name).with(isError ? name : undefined));
  }

  private endSpan(
    name: string,
    status: GrpcStatus & { readonly metadata?: GrpcMetadata | null },
    isError: boolean,
    peer: string | undefined,
  ): void {
    const { span } = this;
    this.settings.open.delete(span);
    span.setAttribute(RPC_STATUS_CODE, name);
    this.setPeer(peer);
    this.settings.responseMetadata?.setOn(span, status.metadata);
    if (isError) {
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
