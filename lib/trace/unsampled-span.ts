import {
  type Attributes,
  INVALID_SPAN_CONTEXT,
  type SpanContext,
  SpanKind,
  TraceFlags,
  type TraceState,
} from '@opentelemetry/api';
import { LocalSpan } from '../context/index.js';
import type { Tracer } from './tracer.js';

/**
 * The span of a trace that is not sampled: it keeps nothing, and carries the "no" on. It serves as
 * the span of everything below it in this process, and makes its own id only if it leaves the
 * process.
 */
export class UnsampledSpan extends LocalSpan {
  #spanContext: SpanContext | undefined;

  constructor(
    readonly tracer: Tracer,
    readonly isUnsampledForAll: boolean,
    private readonly traceId: string,
    private readonly traceFlags: number,
    private readonly traceState: TraceState | undefined,
  ) {
    super();
  }

  /** The span in places where tracing is suppressed: it belongs to no trace at all. */
  static suppressed(tracer: Tracer): UnsampledSpan {
    const span = new UnsampledSpan(tracer, true, '', TraceFlags.NONE, undefined);
    span.#spanContext = INVALID_SPAN_CONTEXT;
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

  get attributes(): Attributes {
    return {};
  }

  beforeEnd(): void {}

  spanContext(): SpanContext {
    this.#spanContext ??= {
      traceId: this.traceId,
      spanId: this.tracer.core.generateSpanId(),
      traceFlags: this.traceFlags,
      traceState: this.traceState,
    };
    return this.#spanContext;
  }

  isRecording(): boolean {
    return false;
  }

  setAttribute(): this {
    return this;
  }

  setAttributes(): this {
    return this;
  }

  addEvent(): this {
    return this;
  }

  addLink(): this {
    return this;
  }

  addLinks(): this {
    return this;
  }

  setStatus(): this {
    return this;
  }

  updateName(): this {
    return this;
  }

  recordException(): void {}

  recordExceptionOnce(): this {
    return this;
  }

  recordError(): this {
    return this;
  }

  end(): void {}
}
