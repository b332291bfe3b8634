import { SpanStatusCode } from '@opentelemetry/api';
import type { CapturedFields } from '../../carriers/index.js';
import type { EntryOperation, LocalSpan, TracingContext } from '../../context/index.js';
import { ERROR_TYPE, RPC_STATUS_CODE } from '../attributes.js';
import type { GrpcMetadata } from '../grpc-metadata.js';
import {
  CANCELLED,
  detailsOf,
  type GrpcStatus,
  isServerError,
  OK,
  statusNameOf,
} from '../grpc-status.js';
import { MessageEvents } from '../message-events.js';

/** Settings that all operations of a handler share. */
export interface GrpcServerOperationSettings {
  readonly responseMetadata: CapturedFields<GrpcMetadata | null | undefined> | undefined;
  readonly hasMessageEvents: boolean;
  /** The open operations. */
  readonly open: Set<GrpcServerOperation>;
}

/** Number of recorded exceptions. A stream can fail in many places; the first exceptions are sufficient. */
const MAX_EXCEPTIONS = 8;

/** The status of a call that was closed without one. */
const CLOSED: GrpcStatus = { code: CANCELLED };

/**
 * An incoming call and its span, until the stream closes. `GrpcServerHandler` begins it.
 */
export class GrpcServerOperation implements EntryOperation {
  /** The active context while the call is handled. */
  readonly context: TracingContext;
  /** Undefined if messages are not recorded. */
  readonly messages: MessageEvents | undefined;

  // TypeScript's `private`, not `#`: on Node 20 each `#` member makes construction slower.
  private status: GrpcStatus | undefined = undefined;
  private exceptions: unknown[] | undefined = undefined;

  /** @param extracted the context that was extracted from the call */
  constructor(
    private readonly settings: GrpcServerOperationSettings,
    readonly span: LocalSpan,
    extracted: TracingContext,
  ) {
    this.context = extracted.withEntry(span, this);
    const isRecording = span.isRecording();
    this.messages = isRecording && settings.hasMessageEvents ? new MessageEvents(span) : undefined;
    if (isRecording) settings.open.add(this);
  }

  exceptionCaught(exception: unknown): void {
    if (!this.span.isRecording()) return;
    if (this.exceptions === undefined) this.exceptions = [exception];
    else if (this.exceptions.length < MAX_EXCEPTIONS && !this.exceptions.includes(exception)) {
      this.exceptions.push(exception);
    }
  }

  /** Records the status that is sent to the caller. Only the first call has an effect. */
  statusSent(status: GrpcStatus & { readonly metadata?: GrpcMetadata | null }): void {
    if (this.status !== undefined || !this.span.isRecording()) return;
    this.status = status;
    this.settings.responseMetadata?.setOn(this.span, status.metadata);
  }

  /**
   * Records that the stream is closed. A status that the handler sends later does not reach the caller.
   *
   * @param wasReset true if the caller cancelled or the connection was lost: then a status OK that was
   *   just sent counts as CANCELLED
   */
  closed(wasReset: boolean): void {
    if (this.status === undefined || (wasReset && this.status.code === OK)) this.status = CLOSED;
  }

  /**
   * Writes status and exceptions, and ends the span. A call without a status was cancelled by its caller,
   * or lost with its connection or server. Only the first call has an effect.
   *
   * Spec: `docs/rpc/grpc.md`, "gRPC status".
   */
  finish(): void {
    const { span, status = CLOSED, exceptions = [] } = this;
    if (!span.isRecording()) return;
    this.settings.open.delete(this);
    const name = statusNameOf(status.code);
    span.setAttribute(RPC_STATUS_CODE, name);
    for (const exception of exceptions) span.recordExceptionOnce(exception);
    if (isServerError(name)) {
      span.setAttribute(ERROR_TYPE, name);
      span.setStatus({ code: SpanStatusCode.ERROR, message: detailsOf(status) });
    }
    span.end();
  }
}
