import { SpanStatusCode } from '@opentelemetry/api';
import type { CapturedFields } from '../../carriers/index.js';
import type { LocalSpan, SeriesPath, TracingContext } from '../../context/index.js';
import { IncomingOperation, type Measurement } from '../../operation/index.js';
import { ERROR_TYPE, RPC_STATUS_CODE } from '../attributes.js';
import type { GrpcErrorRule } from '../grpc-error-rule.js';
import type { GrpcMetadata } from '../grpc-metadata.js';
import { CANCELLED, detailsOf, type GrpcStatus, OK, statusNameOf } from '../grpc-status.js';
import { MessageEvents } from '../message-events.js';

/** Settings that all operations of a handler share. */
export interface GrpcServerOperationSettings {
  readonly responseMetadata: CapturedFields<GrpcMetadata | null | undefined> | undefined;
  readonly hasMessageEvents: boolean;
  readonly errorRule: GrpcErrorRule;
  /** The open operations. */
  readonly open: Set<GrpcServerOperation>;
}

/**
 * An incoming call and its span, until the stream closes. `GrpcServerHandler` begins it.
 *
 * It holds no message and no metadata of the call, and after its end no exception: a timer or cache that keeps the
 * context also keeps the operation.
 */
export class GrpcServerOperation extends IncomingOperation {
  /** Undefined if messages are not recorded. */
  readonly messages: MessageEvents | undefined;

  // TypeScript's `private`, not `#`: on Node 20 each `#` member makes construction slower.
  private hasStatus = false;
  /** A call that closes without a status was cancelled. */
  private statusCode: unknown = CANCELLED;
  private statusDetails: string | undefined = undefined;

  /**
   * @param method the called method, as metrics have it
   * @param extracted the context that was extracted from the call
   * @param measurement undefined in an application without metrics
   */
  constructor(
    private readonly settings: GrpcServerOperationSettings,
    private readonly method: string,
    span: LocalSpan,
    extracted: TracingContext,
    measurement?: Measurement,
  ) {
    super(settings.open, span, extracted, measurement);
    this.messages =
      settings.hasMessageEvents && span.isRecording() ? new MessageEvents(span) : undefined;
  }

  /** Records the status that is sent to the caller. Only the first call has an effect. */
  statusSent(status: GrpcStatus & { readonly metadata?: GrpcMetadata | null }): void {
    if (this.hasStatus || !this.isOpen) return;
    this.setStatus(status.code, detailsOf(status));
    if (this.span.isRecording()) {
      this.settings.responseMetadata?.setOn(this.span, status.metadata);
    }
  }

  /**
   * Records that the stream is closed. A status that the handler sends later does not reach the caller.
   *
   * @param wasReset true if the caller cancelled or the connection was lost: then a status OK that was
   *   just sent counts as CANCELLED
   */
  closed(wasReset: boolean): void {
    if (!this.hasStatus || (wasReset && this.statusCode === OK)) {
      this.setStatus(CANCELLED, undefined);
    }
  }

  /**
   * Writes the status and ends the span. A call without a status was cancelled by its caller,
   * or lost with its connection or server. Only the first call has an effect.
   *
   * Spec: `docs/rpc/grpc.md`, "gRPC status".
   */
  protected override end(): void {
    const { span } = this;
    const name = statusNameOf(this.statusCode);
    span.setAttribute(RPC_STATUS_CODE, name);
    const status = { code: this.statusCode, details: this.statusDetails };
    if (this.settings.errorRule.isError(status, this.method)) {
      this.errorType = name;
      span.setAttribute(ERROR_TYPE, name);
      span.setStatus({ code: SpanStatusCode.ERROR, message: this.statusDetails });
    }
    super.end();
    this.statusDetails = undefined;
  }

  protected override seriesOf(path: SeriesPath): SeriesPath {
    return path.with(statusNameOf(this.statusCode)).with(this.errorType);
  }

  private setStatus(code: unknown, details: string | undefined): void {
    this.hasStatus = true;
    this.statusCode = code;
    this.statusDetails = details;
  }
}
