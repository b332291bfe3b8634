import {
  type Attributes,
  type HrTime,
  INVALID_SPAN_CONTEXT,
  type Span,
  type SpanContext,
  SpanKind,
} from '@opentelemetry/api';
import type { AttributeValue } from './attributes.js';
import { LocalSpan, type LocalTracer } from './local-span.js';
import type { TracingContext } from './tracing-context.js';

/**
 * The span of a lifecycle hook, as the code of the hook sees it, until {@link release}. Then it is the span of no
 * trace, and what starts below it starts a new trace.
 *
 * Hooks create timers, consumers and connections that run as long as the application and keep the context of the
 * hook. Without this, their work would belong to the trace of the start for ever, and would be unsampled for
 * ever if that trace is not sampled. After the release it retains no recorded span.
 */
export class StartUpSpan extends LocalSpan {
  readonly tracer: LocalTracer;
  #span: LocalSpan | undefined;

  constructor(span: LocalSpan) {
    super();
    this.tracer = span.tracer;
    this.#span = span;
  }

  /** True if it is the span of no trace. */
  get isReleased(): boolean {
    return this.#span === undefined;
  }

  /** Call it when the application has started. */
  release(): void {
    this.#span = undefined;
  }

  get isUnsampledForAll(): boolean {
    return this.#span?.isUnsampledForAll ?? false;
  }

  get kind(): SpanKind {
    return this.#span?.kind ?? SpanKind.INTERNAL;
  }

  get name(): string {
    return this.#span?.name ?? '';
  }

  get startTime(): HrTime | undefined {
    return this.#span?.startTime;
  }

  get durationMillis(): number | undefined {
    return this.#span?.durationMillis;
  }

  get attributes(): Attributes {
    return this.#span?.attributes ?? {};
  }

  currentTime(): HrTime | undefined {
    return this.#span?.currentTime();
  }

  beforeEnd(callback: () => void): void {
    this.#span?.beforeEnd(callback);
  }

  spanContext(): SpanContext {
    return this.#span?.spanContext() ?? INVALID_SPAN_CONTEXT;
  }

  isRecording(): boolean {
    return this.#span?.isRecording() ?? false;
  }

  setAttribute(key: string, value: AttributeValue | undefined): this {
    this.#span?.setAttribute(key, value);
    return this;
  }

  setAttributes(attributes: Attributes): this {
    this.#span?.setAttributes(attributes);
    return this;
  }

  addEvent(...args: Parameters<Span['addEvent']>): this {
    this.#span?.addEvent(...args);
    return this;
  }

  addLink(...args: Parameters<Span['addLink']>): this {
    this.#span?.addLink(...args);
    return this;
  }

  addLinks(...args: Parameters<Span['addLinks']>): this {
    this.#span?.addLinks(...args);
    return this;
  }

  setStatus(...args: Parameters<Span['setStatus']>): this {
    this.#span?.setStatus(...args);
    return this;
  }

  updateName(name: string): this {
    this.#span?.updateName(name);
    return this;
  }

  recordException(...args: Parameters<Span['recordException']>): void {
    this.#span?.recordException(...args);
  }

  recordExceptionOnce(exception: unknown): this {
    this.#span?.recordExceptionOnce(exception);
    return this;
  }

  recordError(error: unknown): this {
    this.#span?.recordError(error);
    return this;
  }

  end(...args: Parameters<Span['end']>): void {
    this.#span?.end(...args);
  }
}

/**
 * Whether a context belongs to a trace, so that work in it is not a root. A timer of a lifecycle hook keeps a span
 * that belongs to none after the start.
 */
export function isInTrace({ span }: TracingContext): boolean {
  return span !== undefined && !(span instanceof StartUpSpan && span.isReleased);
}
