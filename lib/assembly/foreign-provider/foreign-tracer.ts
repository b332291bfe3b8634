import {
  type Tracer as ApiTracer,
  type TracerProvider as ApiTracerProvider,
  type Attributes,
  type Context,
  INVALID_SPAN_CONTEXT,
  type Link,
  type Span,
  SpanKind,
  type SpanOptions,
  TraceFlags,
} from '@opentelemetry/api';
import {
  contextStorage,
  type LocalSpan,
  type SpanPlan,
  type TracedApplication,
  TracingContext,
} from '../../context/index.js';
import type { Redactor } from '../../delivery/index.js';
import {
  type InstrumentationScope,
  type RecordingSpan,
  Tracer,
  type TracerCore,
  toAttributeList,
  toAttributes,
  UnsampledSpan,
} from '../../trace/index.js';
import { toHrTime } from '../../trace/time.js';
import { ForeignSpan } from './foreign-span.js';

const NO_OPTIONS: SpanOptions = Object.freeze({});

/**
 * Starts spans with the tracer of another provider. Its sampler decides about them, and its processors
 * receive them. Decorators, servers, clients and databases use it as they use any {@link Tracer}.
 */
export class ForeignTracer extends Tracer {
  readonly #tracer: ApiTracer;
  readonly #redactor: Redactor | undefined;

  constructor(
    core: TracerCore,
    scope: InstrumentationScope,
    application: TracedApplication | undefined,
    provider: ApiTracerProvider,
    redactor: Redactor | undefined,
  ) {
    super(core, scope, application);
    const { name, version, schemaUrl } = scope;
    this.#tracer = provider.getTracer(name, version, schemaUrl === undefined ? {} : { schemaUrl });
    this.#redactor = redactor;
  }

  override startSpan(
    givenName: string,
    givenOptions: SpanOptions = NO_OPTIONS,
    context: Context = contextStorage.active(),
  ): LocalSpan {
    const ambient = TracingContext.from(context);
    if (ambient.suppressed) return super.startSpan(givenName, givenOptions, ambient);
    const { core } = this;
    const options = givenOptions ?? NO_OPTIONS;
    const name = core.spanNameFor(givenName);
    const parent = options.root === true ? undefined : ambient.span;
    const localParent =
      parent instanceof ForeignSpan && parent.tracer.core === core ? parent : undefined;
    const notBefore = localParent?.startMillis ?? 0;
    const now = options.startTime === undefined ? core.now(notBefore) : undefined;
    const anchor = localParent?.anchor ?? core.anchor();
    const startMillis = now ?? core.startMillis(options.startTime, anchor, notBefore);
    const kind = options.kind ?? SpanKind.INTERNAL;
    const parentContext = ambient.withSpan(providedSpanOf(parent));
    const provided = this.#startProvided(
      name,
      {
        kind,
        startTime: toHrTime(anchor.originEpochMillis, startMillis),
        ...(options.root === true ? { root: true } : {}),
        attributes: this.usableAttributes(options.attributes),
        links: this.usableLinks(options.links ?? []),
      },
      parentContext,
    );
    if (provided === undefined) {
      return UnsampledSpan.passingOn(this, parent?.spanContext() ?? INVALID_SPAN_CONTEXT);
    }
    const span = new ForeignSpan(this, provided, name, kind, anchor, startMillis);
    if (!span.isRecording()) {
      core.notSampledCount++;
      return span;
    }
    core.startedCount++;
    if ((provided.spanContext().traceFlags & TraceFlags.SAMPLED) === 0) core.recordedOnlyCount++;
    core.processor.onStart(asRecording(span), parentContext);
    return span;
  }

  override startPlannedSpan<S>(
    name: string,
    plan: SpanPlan<S>,
    subject: S,
    context: Context,
    links: Link[] = [],
  ): LocalSpan {
    const attributes = toAttributes(plan.attributesOf(subject));
    return this.startSpan(name, { kind: plan.kind, attributes, links }, context);
  }

  /** Tells those who watch the spans of the application that a span has ended. */
  observeEnd(span: ForeignSpan): void {
    this.core.processor.onEnd(asRecording(span));
  }

  /** A copy of the valid attributes, with secret values replaced. Invalid ones are counted. */
  usableAttributes(attributes: Attributes | undefined): Attributes {
    if (attributes === undefined || attributes === null) return {};
    const { list, invalidCount } = toAttributeList(attributes, UNLIMITED, UNLIMITED);
    if (invalidCount > 0) this.core.countInvalidAttributes(invalidCount);
    const valid = toAttributes(list);
    return this.#redactor?.redactAttributes(valid) ?? valid;
  }

  /** A copy of the links that lead to a span, with usable attributes. */
  usableLinks(links: readonly Link[]): Link[] {
    return links
      .filter((link) => typeof link?.context?.traceId === 'string')
      .map((link) => ({ ...link, attributes: this.usableAttributes(link.attributes) }));
  }

  #startProvided(name: string, options: SpanOptions, context: Context): Span | undefined {
    try {
      return this.#tracer.startSpan(name, options, context);
    } catch (error) {
      this.diagnostics.report('tracerProvider threw; a span is not recorded', error);
      return undefined;
    }
  }
}

/** The limits of the provider apply. */
const UNLIMITED = Number.POSITIVE_INFINITY;

/** Processors of the provider can expect spans of its own class as parents. */
function providedSpanOf(span: Span | undefined): Span | undefined {
  return span instanceof ForeignSpan ? span.providedSpan : span;
}

/**
 * For `core.processor`, which an application with another provider has for copied baggage and for the
 * list of open spans. Both read the members of `LocalSpan` only.
 */
function asRecording(span: ForeignSpan): RecordingSpan {
  return span as LocalSpan as RecordingSpan;
}
