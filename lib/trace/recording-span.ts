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
import { type AttributeList, LocalSpan } from '../context/index.js';
import { indexOfKey, toAttributes, toAttributeValue, toReadable } from './attribute-list.js';
import {
  describeException,
  EXCEPTION_EVENT,
  isFirstSeenInTrace,
  toExceptionAttributes,
} from './exception.js';
import { emitException } from './exception-log.js';
import type {
  InstrumentationScope,
  ReadableSpan,
  RecordedLink,
  TimedEvent,
} from './readable-span.js';
import type { Resource } from './resource.js';
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

const isOwn = Object.prototype.hasOwnProperty;

/**
 * A recorded span: it collects data while its work runs, and processors and exporters read it after its
 * end. After its end it does not change until {@link releaseData}; no copy is made.
 *
 * Beside OpenTelemetry's form (`attributes`, `startTime`, …), which is created on request, it exposes its
 * internal form (`attributeList`, `startMillis`, …) to fast encoders.
 */
export class RecordingSpan extends LocalSpan implements ReadableSpan {
  /** True after the end of the span. */
  ended = false;
  /** Keys and values in turn; undefined while there are none. */
  attributeList: AttributeList | undefined = undefined;
  /** Attributes that were invalid, or exceeded the limit. */
  droppedAttributesCount = 0;
  /** Milliseconds with a fraction since {@link originEpochMillis}. */
  readonly startMillis: number;
  /** As {@link startMillis}; equal to it until the span has ended. */
  endMillis: number;
  // Optional, as in OpenTelemetry's `ReadableSpan`: `exactOptionalPropertyTypes` tells `undefined` apart.
  readonly parentSpanContext?: SpanContext;

  // TypeScript's `private`, not `#`: on Node 20 each `#` field makes constructing a span slower.
  /** A bit for each length of a key, modulo 32: a key of a new length needs no search. */
  private keyLengths = 0;
  private currentStatus: SpanStatus = STATUS_UNSET;
  private details: SpanDetails | undefined = undefined;
  /** Created on request: most spans have no children and are not propagated. */
  private context: SpanContext | undefined = undefined;
  private isEnding = false;

  constructor(
    readonly tracer: Tracer,
    /** The name of the operation. */
    public name: string,
    readonly kind: SpanKind,
    /** 32 hexadecimal digits. */
    readonly traceId: string,
    /** 16 hexadecimal digits. */
    readonly spanId: string,
    /** The flags of the trace, such as `TraceFlags.SAMPLED`. */
    readonly traceFlags: number,
    /** The trace state of the span; undefined if it has none. */
    readonly traceState: TraceState | undefined,
    parentSpanContext: SpanContext | undefined,
    /** The origin of the span's times; the children of a span use the same one. */
    readonly anchor: TimeAnchor,
    startMillis: number,
  ) {
    super();
    this.parentSpanContext = parentSpanContext;
    this.startMillis = startMillis;
    this.endMillis = startMillis;
  }

  // Getters, not fields: the value is the same for all spans, or another object holds it.
  get isUnsampledForAll(): boolean {
    return false;
  }

  spanContext(): SpanContext {
    const { traceId, spanId, traceFlags, traceState } = this;
    this.context ??= { traceId, spanId, traceFlags, traceState };
    return this.context;
  }

  /** In the order in which they were added; undefined if there are none. */
  get eventList(): readonly SpanEvent[] | undefined {
    return this.details?.eventList;
  }

  /** In the order in which they were added; undefined if there are none. */
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

  setAttribute(key: string, value: AttributeValue | undefined): this {
    if (this.ended) return this.refuseAfterEnd();
    // Ignored, so that callers can pass optional values unchecked.
    if (value === undefined || value === null) return this;
    const { attributeCountLimit, attributeValueLengthLimit } = this.tracer.core.spanLimits;
    const kept =
      typeof value === 'number' || typeof value === 'boolean'
        ? value
        : toAttributeValue(value, attributeValueLengthLimit);
    if (kept === undefined || typeof key !== 'string' || key === '') {
      this.droppedAttributesCount++;
      this.tracer.core.countInvalidAttributes(1);
      return this;
    }
    this.attributeList ??= [];
    const list = this.attributeList;
    const lengthBit = 1 << key.length;
    if ((this.keyLengths & lengthBit) !== 0) {
      const index = indexOfKey(list, key);
      if (index >= 0) {
        list[index + 1] = kept;
        return this;
      }
    }
    if (list.length >= attributeCountLimit * 2) {
      this.droppedAttributesCount++;
      return this;
    }
    this.keyLengths |= lengthBit;
    list.push(key, kept);
    return this;
  }

  /**
   * Takes over a list of attributes whose keys and values are valid and whose keys are distinct. For the start of a span,
   * before it has other attributes.
   */
  takeAttributes(list: AttributeList): void {
    const { attributeCountLimit, attributeValueLengthLimit } = this.tracer.core.spanLimits;
    const { length } = list;
    if (
      length > attributeCountLimit * 2 ||
      attributeValueLengthLimit !== Number.POSITIVE_INFINITY
    ) {
      for (let i = 0; i < length; i += 2) this.setAttribute(list[i] as string, list[i + 1]);
      return;
    }
    this.attributeList = list;
    for (let i = 0; i < length; i += 2) this.keyLengths |= 1 << (list[i] as string).length;
  }

  setAttributes(attributes: Attributes): this {
    // Not `Object.keys`, which allocates an array, and not `Object.hasOwn`, which V8 does not inline here.
    try {
      for (const key in attributes) {
        if (isOwn.call(attributes, key)) this.setAttribute(key, attributes[key]);
      }
    } catch {
      const readable = toReadable(attributes);
      for (const key of Object.keys(readable)) this.setAttribute(key, readable[key]);
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
    else
      this.tracer.core.diagnostics.report(
        '`updateName` was called without a name; the span keeps its name',
      );
    return this;
  }

  /** Only adds an `exception` event; {@link recordError} also sets the status. */
  recordException(exception: Exception, time?: TimeInput): void {
    if (this.ended) return void this.refuseAfterEnd();
    isFirstSeenInTrace(exception, this.traceId);
    this.addException(toExceptionAttributes(exception), time);
  }

  recordExceptionOnce(exception: unknown): this {
    if (this.ended) return this.refuseAfterEnd();
    if (!isFirstSeenInTrace(exception, this.traceId)) return this;
    this.addException(toExceptionAttributes(exception), undefined);
    return this;
  }

  recordError(error: unknown): this {
    if (this.ended) return this.refuseAfterEnd();
    const description = describeException(error);
    if (isFirstSeenInTrace(error, this.traceId)) {
      this.addException(toExceptionAttributes(error, description), undefined);
    }
    this.setAttribute(ERROR_TYPE, description.type);
    return this.setStatus({ code: SpanStatusCode.ERROR, message: description.message });
  }

  beforeEnd(callback: () => void): void {
    if (this.ended) return void this.refuseAfterEnd();
    this.details ??= new SpanDetails();
    this.details.addEndCallback(callback);
  }

  /** Ends the span. Only the first call has an effect. An end time before the start is set to the start. */
  end(endTime?: TimeInput): void {
    // `isEnding`: a processor that ends the span in `onEnding` would cause an endless recursion.
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

  /**
   * Drops the attributes, events, links and the message of the status. Called after the end of the span if no span
   * processor keeps it (`SpanProcessor.keepsSpans`): contexts refer to their span, and can live longer than its work.
   */
  releaseData(): void {
    this.attributeList = undefined;
    this.details = undefined;
    if (this.currentStatus.message !== undefined)
      this.currentStatus = { code: this.currentStatus.code };
  }

  /** The origin of the span's times, in whole epoch milliseconds. */
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

  get durationMillis(): number | undefined {
    return this.ended ? this.endMillis - this.startMillis : undefined;
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

  private refuseAfterEnd(): this {
    this.tracer.core.diagnostics.report(
      'A span was changed or ended after its end; the change is ignored',
      this.name,
    );
    return this;
  }

  /** Records an exception as an event, as a log record, or as both, as the application wants it. */
  private addException(attributes: Attributes, time: TimeInput | undefined): void {
    const { asEvents, logs } = this.tracer.core.exceptionExport;
    if (logs === undefined) {
      this.addEvent(EXCEPTION_EVENT, attributes, time);
      return;
    }
    const millis = time === undefined ? this.now() : this.millisOf(time, this.startMillis);
    const at = toHrTime(this.originEpochMillis, millis);
    emitException(logs, attributes, this.kind, this.spanContext(), at);
    if (asEvents) this.addEvent(EXCEPTION_EVENT, attributes, at);
  }

  /** Converts a time from the user to milliseconds since the origin; the result is at least `notBefore`. */
  private millisOf(time: TimeInput, notBefore: number): number {
    const millis = toMillis(time, this.originEpochMillis);
    if (millis === undefined) {
      this.tracer.core.diagnostics.report('Invalid span time; using the current time');
      return this.now();
    }
    return millis >= notBefore ? millis : notBefore;
  }
}
