import {
  type Attributes,
  type Context,
  type HrTime,
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
  type AttributeList,
  contextStorage,
  isLocalSpan,
  type LocalSpan,
  type LocalTracer,
  RemoteSpan,
  rootTraceIdOf,
  type SpanPlan,
  TracedApplication,
  TracingContext,
} from '../context/index.js';
import type { Diagnostics } from '../diagnostics.js';
import { callInSpan } from '../operation/index.js';
import { SamplingDecision } from '../sampling/sampler.js';
import { toAttributes } from './attribute-list.js';
import type { InstrumentationScope } from './readable-span.js';
import { RecordingSpan } from './recording-span.js';
import { toHrTime } from './time.js';
import type { TracerCore } from './tracer-core.js';
import { UnsampledSpan } from './unsampled-span.js';

/** W3C trace context level 2, `random-trace-id` flag: the right-most 56 bits of the id are random. */
const RANDOM_TRACE_ID = 0x02;

const NO_OPTIONS: SpanOptions = Object.freeze({});
const NO_ATTRIBUTES: Attributes = Object.freeze({});
const NO_LINKS: Link[] = [];
Object.freeze(NO_LINKS);

/**
 * Creates spans. Inject it by its class: `constructor(private readonly tracer: Tracer) {}`.
 *
 * It implements the `Tracer` of `@opentelemetry/api`, and adds {@link trace}, which ends its span
 * automatically. No method throws or rejects by itself.
 */
export class Tracer implements LocalTracer {
  readonly #spanOfNoTrace: UnsampledSpan;
  /** The application of the tracer: the same object for all tracers of one application. */
  readonly application: TracedApplication;

  /** @param application undefined for the application's own tracer, which creates the application */
  constructor(
    /** The state that all tracers of the application share. */
    readonly core: TracerCore,
    /** The scope of the spans. */
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

  /** The active span, which is the parent of new spans; undefined if there is none. */
  get activeSpan(): Span | undefined {
    return contextStorage.active().span;
  }

  /** The current time of the clock, for the option `startTime` of a span that starts later. */
  currentTime(): HrTime {
    const { core } = this;
    const now = core.now(0);
    return toHrTime(core.anchor().originEpochMillis, now);
  }

  /**
   * Runs `fn` in a new active span, and ends the span exactly once when the work is over: on return, or
   * when the returned promise settles, or the returned Observable or iterator finishes. Results and errors
   * of `fn` pass through unchanged; errors are recorded on the span.
   *
   * @example
   * const stock = await tracer.trace('reserve stock', async (span) => {
   *   span.setAttribute('sku', sku);
   *   return this.stock.reserve(sku);
   * });
   */
  trace<T>(name: string, fn: (span: LocalSpan) => T): T;
  /**
   * Runs `fn` in a new active span with options.
   *
   * @param options as in `startSpan`: kind, attributes, links, startTime, root
   */
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
   * Starts a span; the caller must end it. The span does not become active: use {@link trace} or
   * {@link startActiveSpan} for that.
   *
   * @param context contains the parent span
   * @default context the active context
   */
  startSpan(
    name: string,
    options: SpanOptions = NO_OPTIONS,
    context: Context = contextStorage.active(),
  ): LocalSpan {
    const ambient = TracingContext.from(context);
    const given = options ?? NO_OPTIONS;
    const parent = given.root === true ? undefined : ambient.span;
    // Checked first: in an unsampled trace nothing else happens.
    if (isLocalSpan(parent) && parent.isUnsampledForAll) return parent;
    if (ambient.suppressed) return this.#spanOfNoTrace;
    const kind = given.kind ?? SpanKind.INTERNAL;
    return this.#start(name, kind, given, ambient, parent, undefined, undefined);
  }

  startPlannedSpan<S>(
    name: string,
    plan: SpanPlan<S>,
    subject: S,
    context: Context,
    links?: Link[],
  ): LocalSpan {
    const ambient = TracingContext.from(context);
    const parent = ambient.span;
    if (isLocalSpan(parent) && parent.isUnsampledForAll) return parent;
    if (ambient.suppressed) return this.#spanOfNoTrace;
    const options = links === undefined ? NO_OPTIONS : { links };
    return this.#start(name, plan.kind, options, ambient, parent, plan, subject);
  }

  /** As in the API: runs `fn` with the span active; `fn` must end the span. */
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
  // No rest parameter: its array would be the only allocation for a child of an unsampled span.
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

  /** @param plan gives the attributes in place of the options; undefined for none */
  #start<S>(
    givenName: string,
    kind: SpanKind,
    options: SpanOptions,
    ambient: TracingContext,
    parent: Span | undefined,
    plan: SpanPlan<S> | undefined,
    subject: S,
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
    const parentContext =
      isRoot && ambient.span !== undefined ? ambient.withSpan(undefined) : ambient;
    let planned: AttributeList | undefined;
    let attributes = options.attributes ?? NO_ATTRIBUTES;
    if (plan !== undefined && !core.samplerIgnoresAttributes) {
      planned = plan.attributesOf(subject);
      attributes = toAttributes(planned);
    }
    const result = core.sample(
      parentContext,
      traceId,
      name,
      kind,
      attributes,
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
    // The times of another application's span have another clock's origin.
    const localParent =
      parent instanceof RecordingSpan && parent.tracer.core === core ? parent : undefined;
    const notBefore = localParent?.startMillis ?? 0;
    // Before the anchor: reading the clock also updates its origin after a long pause.
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
    if (plan !== undefined) span.takeAttributes(planned ?? plan.attributesOf(subject));
    else if (options.attributes !== undefined) span.setAttributes(options.attributes);
    if (result.attributes !== undefined) span.setAttributes(result.attributes);
    if (options.links !== undefined) span.addLinks(options.links);
    core.startedCount++;
    core.processor.onStart(span, parentContext);
    return span;
  }
}

/** Checks the context of a span that is not ours, and that no propagator of ours has checked. */
function validContextOf(span: Span): SpanContext | undefined {
  const context = span.spanContext();
  const isChecked = span instanceof RecordingSpan || span instanceof RemoteSpan;
  return isChecked || isSpanContextValid(context) ? context : undefined;
}
