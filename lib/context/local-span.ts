import type {
  Attributes as ApiAttributes,
  Context,
  HrTime,
  Link,
  Span,
  SpanKind,
  SpanOptions,
  TextMapPropagator,
  Tracer,
} from '@opentelemetry/api';
import type { Diagnostics } from '../diagnostics.js';
import type { TracedApplication } from './application.js';
import type { AttributeList, AttributeValue } from './attributes.js';

/** The interface of the tracer for rooms that trace the traffic of an application. */
export interface LocalTracer extends Tracer {
  /** The application of the tracer: the same object for all tracers of one application. */
  readonly application: TracedApplication;
  /** Injects and extracts the application's contexts. Does not throw. */
  readonly propagator: TextMapPropagator;
  /** Reports failures of the library, which must not reach the user's code. */
  readonly diagnostics: Diagnostics;
  /** The current time of the application's clock, for `startTime` of a span that starts later. */
  currentTime(): HrTime;
  /** Starts a span. The span is not active in any context. */
  startSpan(name: string, options?: SpanOptions, context?: Context): LocalSpan;
  /**
   * Starts a span like {@link startSpan}, with attributes that are read only where something uses them: the sampler, or
   * the span if it is recorded.
   *
   * @param subject what the span is about, such as a request
   */
  startPlannedSpan<S>(
    name: string,
    plan: SpanPlan<S>,
    subject: S,
    context: Context,
    links?: Link[],
  ): LocalSpan;
  /** Runs `fn` in a new span, which ends once, when the result of `fn` has settled or finished. */
  trace<T>(name: string, options: SpanOptions, fn: (span: LocalSpan) => T): T;
}

/** What all spans of one kind of traffic have in common. */
export interface SpanPlan<S> {
  /** The kind of the spans. */
  readonly kind: SpanKind;
  /**
   * Reads the attributes at the start of a span into a new list, which the span takes over. No key occurs twice, and
   * no value is undefined.
   */
  attributesOf(subject: S): AttributeList;
}

/** Marks the spans of all copies of this library. */
const LOCAL_SPAN = Symbol.for('nestjs-traced.local-span.1');

/**
 * A span that a tracer of this library created in this process. Code that creates a child span uses the
 * tracer of the active span, so that two applications in one process do not mix their spans.
 */
export abstract class LocalSpan implements Span {
  /** The tracer that created this span. */
  abstract readonly tracer: LocalTracer;

  /**
   * True for a span of an unsampled trace whose children are all unsampled too. Children then need no work,
   * not even a call of the sampler.
   */
  abstract readonly isUnsampledForAll: boolean;

  /** The kind; INTERNAL for a span that is not recorded. */
  abstract readonly kind: SpanKind;
  /** The current name; empty for a span that is not recorded. */
  abstract readonly name: string;
  /** Epoch time; undefined for a span that is not recorded. */
  abstract readonly startTime: HrTime | undefined;
  /**
   * A copy of the current attributes; empty for a span that is not recorded, and for one that has ended and has been
   * encoded for its exporter.
   */
  abstract readonly attributes: ApiAttributes;

  /** Milliseconds with a fraction; undefined for a span that is not recorded, and until the end of the span. */
  abstract readonly durationMillis: number | undefined;

  /** The current time of the clock of the span's trace; undefined for a span that is not recorded. */
  abstract currentTime(): HrTime | undefined;

  /**
   * Registers a callback that runs once, just before the span ends, and can still change the span. If the
   * callback throws, the library reports it. A span that is not recorded does not call it.
   */
  abstract beforeEnd(callback: () => void): void;

  /** The ids, flags and trace state that are sent on. */
  abstract spanContext(): ReturnType<Span['spanContext']>;
  /** Sets an attribute. Undefined means no value, and has no effect. */
  abstract setAttribute(key: string, value: AttributeValue | undefined): this;
  abstract setAttributes(attributes: ApiAttributes): this;
  abstract addEvent(...args: Parameters<Span['addEvent']>): this;
  abstract addLink(...args: Parameters<Span['addLink']>): this;
  abstract addLinks(...args: Parameters<Span['addLinks']>): this;
  /**
   * Sets the status. OK is final, and UNSET has no effect; the message counts for ERROR only.
   * Spec: `trace/api.md#set-status`.
   */
  abstract setStatus(...args: Parameters<Span['setStatus']>): this;
  abstract updateName(name: string): this;
  abstract end(...args: Parameters<Span['end']>): void;
  abstract isRecording(): boolean;
  abstract recordException(...args: Parameters<Span['recordException']>): void;

  /**
   * Adds an `exception` event, unless a span of the same trace already has one for the same exception
   * object. Does not change the status.
   */
  abstract recordExceptionOnce(exception: unknown): this;

  /**
   * Records a failure in one call: an `exception` event (unless a span of the same trace already has one
   * for the same error object), the attribute `error.type`, and status ERROR with the error's message.
   *
   * @param error the thrown value; it need not be an `Error`
   */
  abstract recordError(error: unknown): this;
}

/** Marks the spans of a class, so that {@link isLocalSpan} is true for them. Subclasses inherit the mark. */
export function markAsLocal(spanClass: { readonly prototype: LocalSpan }): void {
  Object.defineProperty(spanClass.prototype, LOCAL_SPAN, { value: true });
}

markAsLocal(LocalSpan);

/** Whether this copy of the library, or another copy in the process, created a span. */
export function isLocalSpan(span: Span | undefined): span is LocalSpan {
  return span !== undefined && (span as { [LOCAL_SPAN]?: boolean })[LOCAL_SPAN] === true;
}
