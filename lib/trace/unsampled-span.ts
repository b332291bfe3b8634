import {
  type Attributes,
  INVALID_SPAN_CONTEXT,
  type SpanContext,
  SpanKind,
  type TraceState,
} from '@opentelemetry/api';
import { type LocalSpan, markAsLocal, NonRecordingSpan } from '../context/index.js';
import type { Tracer } from './tracer.js';

/**
 * A span that is not recorded and stores no data. In an unsampled trace one such span represents all spans
 * below it in this process. It propagates the unsampled flag, and generates its id only when a context is
 * injected.
 */
export class UnsampledSpan extends NonRecordingSpan implements LocalSpan {
  // TypeScript's `private`, not `#`: one is made for each unsampled request.
  private context: SpanContext | undefined = undefined;

  constructor(
    readonly tracer: Tracer,
    readonly isUnsampledForAll: boolean,
    private readonly traceId: string,
    private readonly traceFlags: number,
    private readonly traceState: TraceState | undefined,
  ) {
    super();
  }

  /**
   * A span without a trace, for suppressed tracing, and for an application that is switched off and has no
   * caller. Its context is not injected.
   */
  static ofNoTrace(tracer: Tracer): UnsampledSpan {
    return UnsampledSpan.passingOn(tracer, INVALID_SPAN_CONTEXT);
  }

  /**
   * A span of an application that is switched off. Outgoing calls propagate the caller's context unchanged,
   * as if this process were not part of the trace.
   *
   * Spec: `trace/api.md`, "Behavior of the API in the absence of an installed SDK".
   */
  static passingOn(tracer: Tracer, caller: SpanContext): UnsampledSpan {
    const span = new UnsampledSpan(tracer, true, caller.traceId, caller.traceFlags, undefined);
    span.context = caller;
    return span;
  }

  get name(): string {
    return '';
  }

  get kind(): SpanKind {
    return SpanKind.INTERNAL;
  }

  currentTime(): undefined {
    return undefined;
  }

  get startTime(): undefined {
    return undefined;
  }

  get durationMillis(): undefined {
    return undefined;
  }

  get attributes(): Attributes {
    return {};
  }

  beforeEnd(): void {}

  spanContext(): SpanContext {
    this.context ??= {
      traceId: this.traceId,
      spanId: this.tracer.core.generateSpanId(),
      traceFlags: this.traceFlags,
      traceState: this.traceState,
    };
    return this.context;
  }

  recordExceptionOnce(): this {
    return this;
  }

  recordError(): this {
    return this;
  }
}

markAsLocal(UnsampledSpan);
