import {
  type Attributes,
  type Exception,
  type HrTime,
  type Link,
  type SpanContext,
  type SpanKind,
  type SpanStatus,
  SpanStatusCode,
  type TimeInput,
  type TraceState,
} from '@opentelemetry/api';
import { toAttributes } from './attribute-list.js';
import {
  describeException,
  EXCEPTION_EVENT,
  isFirstSeenInTrace,
  toExceptionAttributes,
} from './exception.js';
import type {
  InstrumentationScope,
  ReadableSpan,
  RecordedLink,
  TimedEvent,
} from './readable-span.js';
import type { Resource } from './resource.js';
import { SpanAttributes } from './span-attributes.js';
import { SpanDetails } from './span-details.js';
import {
  createEvent,
  type SpanEvent,
  type SpanLink,
  toRecordedLink,
  toTimedEvent,
} from './span-parts.js';
import { nextStatus, STATUS_UNSET } from './span-status.js';
import { isTimeInput, toHrDuration, toHrTime, toMillis } from './time.js';
import type { Tracer } from './tracer.js';
import type { TimeAnchor } from './tracer-core.js';

// Semantic conventions 1.45.0, `docs/general/recording-errors.md`.
const ERROR_TYPE = 'error.type';

/**
 * A span that is recorded: it takes what happens while it lives, and is what processors and
 * exporters read after it ended. It changes no more after its end; no copy of it is made.
 *
 * Besides OpenTelemetry's form (`attributes`, `startTime`, …), which is made when asked for, it shows
 * what it really holds (`attributeList`, `startMillis`, …) to encoders that want to be quick.
 */
export class RecordingSpan extends SpanAttributes implements ReadableSpan {
  /** Milliseconds with a fraction since {@link originEpochMillis}. */
  readonly startMillis: number;
  /** As {@link startMillis}; equal to it until the span has ended. */
  endMillis: number;
  // TypeScript's `private`, not `#`: on Node 20 each `#` field makes constructing a span dearer.
  private currentStatus: SpanStatus = STATUS_UNSET;
  private details: SpanDetails | undefined = undefined;
  /** Made when somebody asks: most spans have no children, and go to no other process. */
  private context: SpanContext | undefined = undefined;
  private isEnding = false;

  constructor(
    tracer: Tracer,
    name: string,
    readonly kind: SpanKind,
    /** 32 hexadecimal digits. */
    readonly traceId: string,
    /** 16 hexadecimal digits. */
    readonly spanId: string,
    /** The flags of the trace, such as `TraceFlags.SAMPLED`. */
    readonly traceFlags: number,
    /** The trace state of the span; undefined if it has none. */
    readonly traceState: TraceState | undefined,
    readonly parentSpanContext: SpanContext | undefined,
    /** What the span's times count from; the children of a span take it over. */
    readonly anchor: TimeAnchor,
    startMillis: number,
  ) {
    super(tracer, name);
    this.startMillis = startMillis;
    this.endMillis = startMillis;
  }

  // Getters: what all spans share, or another object holds, need not stand in each.
  get isUnsampledForAll(): boolean {
    return false;
  }

  spanContext(): SpanContext {
    const { traceId, spanId, traceFlags, traceState } = this;
    this.context ??= { traceId, spanId, traceFlags, traceState };
    return this.context;
  }

  /** In the order in which they were added; undefined while there are none. */
  get eventList(): readonly SpanEvent[] | undefined {
    return this.details?.eventList;
  }

  /** In the order in which they were added; undefined while there are none. */
  get linkList(): readonly SpanLink[] | undefined {
    return this.details?.linkList;
  }

  get droppedEventsCount(): number {
    return this.details?.droppedEventsCount ?? 0;
  }

  get droppedLinksCount(): number {
    return this.details?.droppedLinksCount ?? 0;
  }

  isRecording(): boolean {
    return !this.ended;
  }

  addEvent(name: string, attributesOrTime?: Attributes | TimeInput, time?: TimeInput): this {
    if (this.ended) return this.refuseAfterEnd();
    const isTime = isTimeInput(attributesOrTime);
    const attributes = isTime ? undefined : attributesOrTime;
    const given = isTime ? (time ?? attributesOrTime) : time;
    const millis = given === undefined ? this.now() : this.millisOf(given, this.startMillis);
    const { core } = this.tracer;
    this.details ??= new SpanDetails();
    const event = createEvent(core, name, millis, attributes);
    this.details.addEvent(event, core.spanLimits.eventCountLimit);
    return this;
  }

  addLink(link: Link): this {
    if (this.ended) return this.refuseAfterEnd();
    this.details ??= new SpanDetails();
    this.details.addLink(this.tracer.core, link);
    return this;
  }

  addLinks(links: Link[]): this {
    if (!Array.isArray(links)) return this;
    for (const link of links) this.addLink(link);
    return this;
  }

  setStatus(status: SpanStatus): this {
    if (this.ended) return this.refuseAfterEnd();
    this.currentStatus = nextStatus(this.currentStatus, status);
    return this;
  }

  updateName(name: string): this {
    if (this.ended) return this.refuseAfterEnd();
    if (typeof name === 'string' && name !== '') this.name = name;
    else this.tracer.core.diagnostics.report('A span was renamed without a name; it keeps its own');
    return this;
  }

  /** Adds an `exception` event and nothing else; {@link recordError} sets the status too. */
  recordException(exception: Exception, time?: TimeInput): void {
    if (this.ended) return void this.refuseAfterEnd();
    isFirstSeenInTrace(exception, this.traceId);
    this.addEvent(EXCEPTION_EVENT, toExceptionAttributes(exception), time);
  }

  recordExceptionOnce(exception: unknown): this {
    if (this.ended) return this.refuseAfterEnd();
    if (!isFirstSeenInTrace(exception, this.traceId)) return this;
    return this.addEvent(EXCEPTION_EVENT, toExceptionAttributes(exception));
  }

  recordError(error: unknown): this {
    if (this.ended) return this.refuseAfterEnd();
    const description = describeException(error);
    if (isFirstSeenInTrace(error, this.traceId)) {
      this.addEvent(EXCEPTION_EVENT, toExceptionAttributes(error, description));
    }
    this.setAttribute(ERROR_TYPE, description.type);
    return this.setStatus({ code: SpanStatusCode.ERROR, message: description.message });
  }

  beforeEnd(callback: () => void): void {
    if (this.ended) return void this.refuseAfterEnd();
    this.details ??= new SpanDetails();
    this.details.addEndCallback(callback);
  }

  /** Ends the span. Only the first call counts; an end before the start is taken as the start. */
  end(endTime?: TimeInput): void {
    // `isEnding`: a processor that ends the span in `onEnding` would be asked again and again.
    if (this.ended || this.isEnding) return void this.refuseAfterEnd();
    this.isEnding = true;
    this.details?.callBeforeEnd(this.tracer.core.diagnostics);
    this.endMillis = endTime === undefined ? this.now() : this.millisOf(endTime, this.startMillis);
    const { core } = this.tracer;
    core.processor.onEnding?.(this);
    this.ended = true;
    core.endedCount++;
    core.processor.onEnd(this);
  }

  /** The epoch time, in whole milliseconds, that the span's times count from. */
  get originEpochMillis(): number {
    return this.anchor.originEpochMillis;
  }

  get startTime(): HrTime {
    return toHrTime(this.originEpochMillis, this.startMillis);
  }

  currentTime(): HrTime {
    return toHrTime(this.originEpochMillis, this.now());
  }

  get endTime(): HrTime {
    return toHrTime(this.originEpochMillis, this.endMillis);
  }

  get duration(): HrTime {
    return toHrDuration(this.endMillis - this.startMillis);
  }

  get status(): SpanStatus {
    return this.currentStatus;
  }

  get attributes(): Attributes {
    return toAttributes(this.attributeList);
  }

  get events(): TimedEvent[] {
    return this.eventList?.map((event) => toTimedEvent(event, this.originEpochMillis)) ?? [];
  }

  get links(): RecordedLink[] {
    return this.linkList?.map(toRecordedLink) ?? [];
  }

  get resource(): Resource {
    return this.tracer.core.resource;
  }

  get instrumentationScope(): InstrumentationScope {
    return this.tracer.scope;
  }

  private now(): number {
    return this.tracer.core.now(this.startMillis);
  }

  /** A time from outside, in milliseconds since the origin and not before `notBefore`. */
  private millisOf(time: TimeInput, notBefore: number): number {
    const millis = toMillis(time, this.originEpochMillis);
    if (millis === undefined) {
      this.tracer.core.diagnostics.report('A span was given a time that is none; now stands in');
      return this.now();
    }
    return millis >= notBefore ? millis : notBefore;
  }
}
