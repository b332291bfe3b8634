import type {
  Attributes as ApiAttributes,
  Context,
  HrTime,
  Span,
  SpanKind,
  SpanOptions,
  TextMapPropagator,
  Tracer,
} from '@opentelemetry/api';
import type { Diagnostics } from '../diagnostics.js';
import type { TracedApplication } from './application.js';
import type { AttributeValue } from './attributes.js';

/** A tracer of this library, as the rooms that trace an application's traffic know it. */
export interface LocalTracer extends Tracer {
  /** The application of the tracer: the same object for all tracers of one application. */
  readonly application: TracedApplication;
  /** Injects and extracts the application's contexts. Does not throw. */
  readonly propagator: TextMapPropagator;
  /** Reports faults that the user's code must not notice. */
  readonly diagnostics: Diagnostics;
  /** Starts a span. It is not active in any context yet. */
  startSpan(name: string, options?: SpanOptions, context?: Context): LocalSpan;
  /** Runs `fn` in a new span that ends once, when what `fn` returned is over. */
  trace<T>(name: string, options: SpanOptions, fn: (span: LocalSpan) => T): T;
}

/** Marks the spans of this library, whichever copy of it made them. */
const LOCAL_SPAN = Symbol.for('nestjs-traced.local-span.1');

/**
 * A span that a tracer of this library made in this process. Code that makes a child asks the active
 * span for its tracer, so that two applications in one process never mix their spans.
 */
export abstract class LocalSpan implements Span {
  static {
    Object.defineProperty(LocalSpan.prototype, LOCAL_SPAN, { value: true });
  }

  /** The tracer that made this span. */
  abstract readonly tracer: LocalTracer;

  /**
   * True for the span of an unsampled trace whose children are all unsampled too: they need no work,
   * not even a call of the sampler.
   */
  abstract readonly isUnsampledForAll: boolean;

  /** The kind; INTERNAL for a span that is not recorded. */
  abstract readonly kind: SpanKind;
  /** The current name; empty for a span that is not recorded. */
  abstract readonly name: string;
  /** Epoch time; undefined for a span that is not recorded. */
  abstract readonly startTime: HrTime | undefined;
  /** A copy of the current attributes; empty for a span that is not recorded. */
  abstract readonly attributes: ApiAttributes;

  /** The time now, by the clock of the span's trace; undefined for a span that is not recorded. */
  abstract currentTime(): HrTime | undefined;

  /**
   * Registers a callback for the moment before the span ends, in which it can still be changed. The
   * callback is called once; what it throws is reported. A span that is not recorded never calls it.
   */
  abstract beforeEnd(callback: () => void): void;

  abstract spanContext(): ReturnType<Span['spanContext']>;
  /** Undefined is no value: it changes nothing. */
  abstract setAttribute(key: string, value: AttributeValue | undefined): this;
  abstract setAttributes(attributes: ApiAttributes): this;
  abstract addEvent(...args: Parameters<Span['addEvent']>): this;
  abstract addLink(...args: Parameters<Span['addLink']>): this;
  abstract addLinks(...args: Parameters<Span['addLinks']>): this;
  abstract setStatus(...args: Parameters<Span['setStatus']>): this;
  abstract updateName(name: string): this;
  abstract end(...args: Parameters<Span['end']>): void;
  abstract isRecording(): boolean;
  abstract recordException(...args: Parameters<Span['recordException']>): void;

  /**
   * Adds an `exception` event, unless a span of the same trace already has one for this very
   * exception. The status stays as it is.
   */
  abstract recordExceptionOnce(exception: unknown): this;

  /**
   * Records a failure in one call: an `exception` event, unless a span of the same trace already
   * recorded this very error, the attribute `error.type`, and status ERROR with the error's message.
   *
   * @param error whatever was thrown; need not be an `Error`
   */
  abstract recordError(error: unknown): this;
}

/** Whether a span was made by this library, by this copy of it or another one in the process. */
export function isLocalSpan(span: Span | undefined): span is LocalSpan {
  return span !== undefined && (span as { [LOCAL_SPAN]?: boolean })[LOCAL_SPAN] === true;
}
