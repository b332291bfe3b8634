import {
  type Attributes,
  type Context,
  isSpanContextValid,
  type Link,
  type Span,
  type SpanContext,
  SpanKind,
  type SpanOptions,
  type TextMapPropagator,
  TraceFlags,
} from '@opentelemetry/api';
import {
  contextStorage,
  isLocalSpan,
  type LocalSpan,
  type LocalTracer,
  rootTraceIdOf,
  TracedApplication,
  TracingContext,
} from '../context/index.js';
import type { Diagnostics } from '../diagnostics.js';
import { callInSpan } from '../operation/index.js';
import { SamplingDecision } from '../sampling/sampler.js';
import type { InstrumentationScope } from './readable-span.js';
import { RecordingSpan } from './recording-span.js';
import type { TracerCore } from './tracer-core.js';
import { UnsampledSpan } from './unsampled-span.js';

/** W3C trace context level 2, `random-trace-id` flag: the right-most 56 bits of the id are random. */
const RANDOM_TRACE_ID = 0x02;

const NO_OPTIONS: SpanOptions = Object.freeze({});
const NO_ATTRIBUTES: Attributes = Object.freeze({});
const NO_LINKS: Link[] = [];
Object.freeze(NO_LINKS);

/**
 * Makes spans. Inject it by its class: `constructor(private readonly tracer: Tracer) {}`.
 *
 * It is the `Tracer` of `@opentelemetry/api`, and has {@link trace} besides, which needs no care
 * about ending. No method throws or rejects by itself.
 */
export class Tracer implements LocalTracer {
  readonly #spanOfNoTrace: UnsampledSpan;
  /** The application of the tracer: the same object for all tracers of one application. */
  readonly application: TracedApplication;

  /** @param application undefined for the application's own tracer, which begins the application */
  constructor(
    /** What all tracers of the application share. */
    readonly core: TracerCore,
    /** In whose name the spans are made. */
    readonly scope: InstrumentationScope,
    application?: TracedApplication,
  ) {
    this.application = application ?? new TracedApplication(this);
    this.#spanOfNoTrace = UnsampledSpan.ofNoTrace(this);
  }

  get propagator(): TextMapPropagator {
    return this.core.propagator;
  }

  get diagnostics(): Diagnostics {
    return this.core.diagnostics;
  }

  /** The span that is active here, if there is one: the parent of the next one. */
  get activeSpan(): Span | undefined {
    return contextStorage.active().span;
  }

  /**
   * Runs `fn` in a new span that is active inside, and ends it exactly once when the work is over:
   * on return, or when the returned promise has settled, the Observable or iterator is finished. What
   * `fn` throws, rejects or emits passes through unchanged and is recorded as the span's failure.
   *
   * @param options as in `startSpan`: kind, attributes, links, startTime, root
   * @example
   * const stock = await tracer.trace('reserve stock', async (span) => {
   *   span.setAttribute('sku', sku);
   *   return this.stock.reserve(sku);
   * });
   */
  trace<T>(name: string, fn: (span: LocalSpan) => T): T;
  trace<T>(name: string, options: SpanOptions, fn: (span: LocalSpan) => T): T;
  trace<T>(
    name: string,
    optionsOrFn: SpanOptions | ((span: LocalSpan) => T),
    fn?: (span: LocalSpan) => T,
  ): T {
    const body = fn ?? (optionsOrFn as (span: LocalSpan) => T);
    const options = fn === undefined ? NO_OPTIONS : (optionsOrFn as SpanOptions);
    const context = contextStorage.active();
    const span = this.startSpan(name, options, context);
    return callInSpan(span, context, body, undefined, [span]);
  }

  /**
   * Starts a span; the caller ends it. It is not made active: use {@link trace} or
   * {@link startActiveSpan} for that.
   *
   * @param context where its parent is looked up
   * @default context the active one
   */
  startSpan(
    name: string,
    options: SpanOptions = NO_OPTIONS,
    context: Context = contextStorage.active(),
  ): LocalSpan {
    const ambient = TracingContext.from(context);
    const parent = options?.root === true ? undefined : ambient.span;
    // Asked first: in a trace that is not sampled this is all that happens.
    if (isLocalSpan(parent) && parent.isUnsampledForAll) return parent;
    if (ambient.suppressed) return this.#spanOfNoTrace;
    return this.#start(name, options ?? NO_OPTIONS, ambient, parent);
  }

  /** As the API has it: `fn` runs with the span active, and ends it itself. */
  startActiveSpan<F extends (span: Span) => unknown>(name: string, fn: F): ReturnType<F>;
  startActiveSpan<F extends (span: Span) => unknown>(
    name: string,
    options: SpanOptions,
    fn: F,
  ): ReturnType<F>;
  startActiveSpan<F extends (span: Span) => unknown>(
    name: string,
    options: SpanOptions,
    context: Context,
    fn: F,
  ): ReturnType<F>;
  // No rest parameter: the array for it is all that a child of an unsampled span would allocate.
  startActiveSpan<F extends (span: Span) => unknown>(
    name: string,
    first: SpanOptions | F,
    second?: Context | F,
    third?: F,
  ): ReturnType<F> {
    const fn = third ?? ((second ?? first) as F);
    const options = second === undefined ? NO_OPTIONS : (first as SpanOptions);
    const active = contextStorage.active();
    const context = third === undefined ? active : TracingContext.from(second as Context);
    const span = this.startSpan(name, options, context);
    if (context === active && span === active.span) return fn(span) as ReturnType<F>;
    return contextStorage.call(context.withSpan(span), fn, undefined, [span]) as ReturnType<F>;
  }

  #start(
    givenName: string,
    options: SpanOptions,
    ambient: TracingContext,
    parent: Span | undefined,
  ): LocalSpan {
    const { core } = this;
    const name =
      typeof givenName === 'string' && givenName !== '' ? givenName : core.spanNameFor(givenName);
    const parentSpanContext = parent === undefined ? undefined : validContextOf(parent);
    const isRoot = parentSpanContext === undefined;
    if (!core.isEnabled) {
      return isRoot ? this.#spanOfNoTrace : UnsampledSpan.passingOn(this, parentSpanContext);
    }
    const givenTraceId = isRoot && options.root !== true ? rootTraceIdOf(ambient) : undefined;
    const traceId = isRoot ? (givenTraceId ?? core.generateTraceId()) : parentSpanContext.traceId;
    const kind = options.kind ?? SpanKind.INTERNAL;
    const parentContext =
      isRoot && ambient.span !== undefined ? ambient.withSpan(undefined) : ambient;
    const result = core.sample(
      parentContext,
      traceId,
      name,
      kind,
      options.attributes ?? NO_ATTRIBUTES,
      options.links ?? NO_LINKS,
    );
    const traceState = result.traceState ?? parentSpanContext?.traceState;
    const randomFlag = isRoot
      ? core.hasRandomTraceIds && givenTraceId === undefined
        ? RANDOM_TRACE_ID
        : 0
      : parentSpanContext.traceFlags & RANDOM_TRACE_ID;

    if (result.decision === SamplingDecision.NOT_RECORD) {
      core.notSampledCount++;
      return new UnsampledSpan(this, core.followsUnsampledParent, traceId, randomFlag, traceState);
    }
    const isSampled = result.decision === SamplingDecision.RECORD_AND_SAMPLED;
    // The times of another application's span count from the zero of another clock.
    const localParent =
      parent instanceof RecordingSpan && parent.tracer.core === core ? parent : undefined;
    const notBefore = localParent?.startMillis ?? 0;
    // Before the anchor: a clock that stood unread for long learns the time by being read.
    const now = options.startTime === undefined ? core.now(notBefore) : undefined;
    const anchor = localParent?.anchor ?? core.anchor();
    const span = new RecordingSpan(
      this,
      name,
      kind,
      traceId,
      core.generateSpanId(),
      isSampled ? randomFlag | TraceFlags.SAMPLED : randomFlag,
      traceState,
      parentSpanContext,
      anchor,
      now ?? core.startMillis(options.startTime, anchor, notBefore),
    );
    if (options.attributes !== undefined) span.setAttributes(options.attributes);
    if (result.attributes !== undefined) span.setAttributes(result.attributes);
    if (options.links !== undefined) span.addLinks(options.links);
    core.startedCount++;
    core.processor.onStart(span, parentContext);
    return span;
  }
}

/** What the context of a span of others is worth; what propagators extract is checked there. */
function validContextOf(span: Span): SpanContext | undefined {
  const context = span.spanContext();
  return span instanceof RecordingSpan || isSpanContextValid(context) ? context : undefined;
}
