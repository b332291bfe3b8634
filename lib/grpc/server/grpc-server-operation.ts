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

/** What a handler's operations share. */
export interface GrpcServerOperationSettings {
  readonly responseMetadata: CapturedFields<GrpcMetadata | null | undefined> | undefined;
  readonly hasMessageEvents: boolean;
  /** The operations that have begun and not finished. */
  readonly open: Set<GrpcServerOperation>;
}

/** A stream may fail in many places; the first ones tell enough. */
const MAX_EXCEPTIONS = 8;

/** What a call's status is when it was closed without one. */
const CLOSED: GrpcStatus = { code: CANCELLED };

/**
 * A call that a server of ours is answering, and the span that stands for it until its stream has
 * closed. `GrpcServerHandler` begins it.
 */
export class GrpcServerOperation implements EntryOperation {
  /** What is active while the call is handled. */
  readonly context: TracingContext;
  /** Undefined where messages are not to be seen. */
  readonly messages: MessageEvents | undefined;

  // TypeScript's `private`, not `#`: on Node 20 each `#` member makes construction dearer.
  private status: GrpcStatus | undefined = undefined;
  private exceptions: unknown[] | undefined = undefined;

  /** @param extracted the context that the call brought */
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

  /** The status goes to the caller. Only the first counts: a call has one. */
  statusSent(status: GrpcStatus & { readonly metadata?: GrpcMetadata | null }): void {
    if (this.status !== undefined || !this.span.isRecording()) return;
    this.status = status;
    this.settings.responseMetadata?.setOn(this.span, status.metadata);
  }

  /**
   * The stream has closed: what the handler sends as a status from now on reaches nobody.
   *
   * @param wasReset true if the caller gave up or the connection was lost: then a handler that has
   *   answered in that moment has not succeeded either
   */
  closed(wasReset: boolean): void {
    if (this.status === undefined || (wasReset && this.status.code === OK)) this.status = CLOSED;
  }

  /**
   * The call is over: says how it went and ends the span. One that has no status was given up by its
   * caller, or lost with its connection or server. Only the first call counts.
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
