import {
  type Attributes,
  type AttributeValue,
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
import { LocalSpan } from '../context/index.js';
import {
  type AttributeList,
  AttributeOutcome,
  putAttribute,
  toAttributes,
} from './attribute-list.js';
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
import {
  createEvent,
  createLink,
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

const isOwn = Object.prototype.hasOwnProperty;

/**
 * A span that is recorded: it takes what happens while it lives, and is what processors and
 * exporters read after it ended. It changes no more after its end; no copy of it is made.
 *
 * Besides OpenTelemetry's form (`attributes`, `startTime`, …), which is made when asked for, it shows
 * what it really holds (`attributeList`, `startMillis`, …) to encoders that want to be quick.
 */
export class RecordingSpan extends LocalSpan implements ReadableSpan {
  /** Milliseconds with a fraction since {@link originEpochMillis}. */
  readonly startMillis: number;
  /** As {@link startMillis}; equal to it until the span has ended. */
  endMillis: number;
  ended = false;

  /** Keys and values in turn; undefined while there are none. */
  attributeList: AttributeList | undefined = undefined;
  /** In the order in which they were added; undefined while there are none. */
  eventList: SpanEvent[] | undefined = undefined;
  /** In the order in which they were added; undefined while there are none. */
  linkList: SpanLink[] | undefined = undefined;

  droppedAttributesCount = 0;
  droppedEventsCount = 0;
  droppedLinksCount = 0;

  // TypeScript's `private`, not `#`: on Node 20 each `#` field makes constructing a span dearer.
  private currentStatus: SpanStatus = STATUS_UNSET;
  private isEnding = false;

  constructor(
    readonly tracer: Tracer,
    public name: string,
    readonly kind: SpanKind,
    private readonly context: SpanContext,
    readonly parentSpanContext: SpanContext | undefined,
    /** What the span's times count from; the children of a span take it over. */
    readonly anchor: TimeAnchor,
    startMillis: number,
  ) {
    super();
    this.startMillis = startMillis;
    this.endMillis = startMillis;
  }

  // Getters: what all spans share, or another object holds, need not stand in each.
  get isUnsampledForAll(): boolean {
    return false;
  }

  get traceId(): string {
    return this.context.traceId;
  }

  get spanId(): string {
    return this.context.spanId;
  }

  get traceFlags(): number {
    return this.context.traceFlags;
  }

  get traceState(): TraceState | undefined {
    return this.context.traceState;
  }

  spanContext(): SpanContext {
    return this.context;
  }

  isRecording(): boolean {
    return !this.ended;
  }

  setAttribute(key: string, value: AttributeValue | undefined): this {
    if (this.ended) return this.refuseAfterEnd();
    const { attributeCountLimit, attributeValueLengthLimit } = this.tracer.core.spanLimits;
    this.attributeList ??= [];
    const outcome = putAttribute(
      this.attributeList,
      key,
      value,
      attributeCountLimit,
      attributeValueLengthLimit,
    );
    if (outcome >= AttributeOutcome.OVER_LIMIT) this.countDroppedAttribute(outcome);
    return this;
  }

  setAttributes(attributes: Attributes): this {
    // Neither `Object.keys`, which makes an array, nor `Object.hasOwn`, which V8 does not know here.
    for (const key in attributes) {
      if (isOwn.call(attributes, key)) this.setAttribute(key, attributes[key]);
    }
    return this;
  }

  addEvent(name: string, attributesOrTime?: Attributes | TimeInput, time?: TimeInput): this {
    if (this.ended) return this.refuseAfterEnd();
    const isTime = isTimeInput(attributesOrTime);
    const attributes = isTime ? undefined : attributesOrTime;
    const given = isTime ? (time ?? attributesOrTime) : time;
    const millis = given === undefined ? this.now() : this.millisOf(given, this.startMillis);
    const { core } = this.tracer;
    if (core.spanLimits.eventCountLimit === 0) {
      this.droppedEventsCount++;
      return this;
    }
    this.eventList ??= [];
    if (this.eventList.length >= core.spanLimits.eventCountLimit) {
      this.eventList.shift();
      this.droppedEventsCount++;
    }
    this.eventList.push(createEvent(core, name, millis, attributes));
    return this;
  }

  addLink(link: Link): this {
    if (this.ended) return this.refuseAfterEnd();
    const { core } = this.tracer;
    const isUsable = typeof link?.context?.traceId === 'string';
    this.linkList ??= [];
    if (!isUsable || this.linkList.length >= core.spanLimits.linkCountLimit) {
      this.droppedLinksCount++;
      return this;
    }
    this.linkList.push(createLink(core, link));
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
    this.name = name;
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
    const { type, message } = describeException(error);
    this.recordExceptionOnce(error);
    this.setAttribute(ERROR_TYPE, type);
    return this.setStatus({ code: SpanStatusCode.ERROR, message });
  }

  /** Ends the span. Only the first call counts; an end before the start is taken as the start. */
  end(endTime?: TimeInput): void {
    // `isEnding`: a processor that ends the span in `onEnding` would be asked again and again.
    if (this.ended || this.isEnding) return void this.refuseAfterEnd();
    this.isEnding = true;
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

  private countDroppedAttribute(outcome: AttributeOutcome): void {
    this.droppedAttributesCount++;
    if (outcome === AttributeOutcome.INVALID) this.tracer.core.countInvalidAttributes(1);
  }

  private refuseAfterEnd(): this {
    this.tracer.core.diagnostics.report(
      'A span was changed or ended after its end, and stayed as it was',
      this.name,
    );
    return this;
  }
}
