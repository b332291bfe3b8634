import type {
  AttributeValue,
  Context,
  Span,
  SpanOptions,
  TextMapPropagator,
  Tracer,
} from '@opentelemetry/api';
import type { Diagnostics } from '../diagnostics.js';
import type { TracingContext } from './tracing-context.js';

/** A tracer of this library, as the rooms that watch an application's traffic know it. */
export interface LocalTracer extends Tracer {
  /** How the application's contexts cross to other processes. Does not throw. */
  readonly propagator: TextMapPropagator;
  /** Where trouble is reported that the user's code must not feel. */
  readonly diagnostics: Diagnostics;
  /** Starts a span. It is not active in any context yet. */
  startSpan(name: string, options?: SpanOptions, context?: Context): LocalSpan;
  /** Runs `fn` in a new span that ends once, when what `fn` returned is over. */
  trace<T>(name: string, options: SpanOptions, fn: (span: LocalSpan) => T): T;
  /**
   * As {@link trace}, for one call of a function as it stands: without a closure around it.
   *
   * @param context the active one
   */
  traceCall<T>(
    name: string,
    options: SpanOptions,
    context: TracingContext,
    fn: (this: never, ...args: never[]) => T,
    self: unknown,
    args: ArrayLike<unknown>,
  ): T;
}

/**
 * A span that a tracer of this library made in this process. Where one is active, whoever wants to
 * make another asks it for its tracer: so two applications in one process never mix their spans.
 */
export abstract class LocalSpan implements Span {
  /** The tracer that made this span. */
  abstract readonly tracer: LocalTracer;

  /**
   * True for the span of a trace that is not sampled, if all below it is unsampled too: nothing need
   * be done for its children, not even asking the sampler.
   */
  abstract readonly isUnsampledForAll: boolean;

  abstract spanContext(): ReturnType<Span['spanContext']>;
  /** Undefined is no value: it changes nothing. */
  abstract setAttribute(key: string, value: AttributeValue | undefined): this;
  abstract setAttributes(...args: Parameters<Span['setAttributes']>): this;
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
