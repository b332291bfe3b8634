import type { HrTime, SpanContext } from '@opentelemetry/api';
import type { LogEntry } from '../context/index.js';
import { indexOfKey, toAttributes } from './attribute-list.js';
import { toExceptionAttributes } from './exception.js';
import type { LogRecordLimits } from './log-record-limits.js';
import { type LogAttributeList, LogValueCopier, readMember } from './log-value.js';
import type { LogValue, ReadableLogRecord } from './readable-log-record.js';
import type { InstrumentationScope } from './readable-span.js';
import type { Resource } from './resource.js';
import { toHrTime, toMillis } from './time.js';
import type { TracerCore } from './tracer-core.js';

const MAX_SEVERITY_NUMBER = 24;

/**
 * A log record of this library. It holds copies of what was emitted. Beside OpenTelemetry's form
 * (`attributes`, `hrTime`), which is created on request, it exposes its internal form to fast encoders.
 */
export class LogRecord implements ReadableLogRecord {
  readonly resource: Resource;
  /** Keys and values in turn. */
  readonly attributeList: LogAttributeList = [];
  // Optional, as in OpenTelemetry's `ReadableLogRecord`: `exactOptionalPropertyTypes` tells `undefined` apart.
  readonly spanContext?: SpanContext;
  readonly severityNumber?: number;
  readonly severityText?: string;
  readonly eventName?: string;
  body?: LogValue;
  droppedAttributesCount = 0;
  /** The origin of the times, in whole epoch milliseconds. */
  readonly originEpochMillis: number;
  /** Milliseconds with a fraction since the origin. */
  readonly millis: number;
  /** As {@link millis}. */
  readonly observedMillis: number;
  /** Whether an attribute or the body contains objects. */
  readonly hasStructures: boolean;
  /** The length of body and attributes, about: code units of strings, and eight for other values. */
  readonly valueLength: number;

  /** Copies an entry, with the time of the application's clock. */
  constructor(
    core: TracerCore,
    limits: LogRecordLimits,
    readonly instrumentationScope: InstrumentationScope,
    spanContext: SpanContext | undefined,
    entry: LogEntry,
  ) {
    const { severityNumber, severityText, eventName, body, attributes, exception, time } = entry;
    this.resource = core.resource;
    if (spanContext !== undefined) this.spanContext = spanContext;
    this.observedMillis = core.now(0);
    this.originEpochMillis = core.anchor().originEpochMillis;
    const millis = time === undefined ? undefined : toMillis(time, this.originEpochMillis);
    this.millis = millis ?? this.observedMillis;
    if (isSeverityNumber(severityNumber)) this.severityNumber = severityNumber;
    if (typeof severityText === 'string') this.severityText = severityText;
    if (typeof eventName === 'string' && eventName !== '') this.eventName = eventName;
    const copier = new LogValueCopier();
    const kept = copier.copy(body, Number.POSITIVE_INFINITY);
    if (kept !== undefined && kept !== null) this.body = kept;
    if (attributes) this.addAttributes(attributes, limits, copier);
    if (exception !== undefined) this.addException(exception, limits, copier);
    this.hasStructures = copier.hasStructures;
    this.valueLength = copier.length;
  }

  get hrTime(): HrTime {
    return toHrTime(this.originEpochMillis, this.millis);
  }

  get hrTimeObserved(): HrTime {
    return toHrTime(this.originEpochMillis, this.observedMillis);
  }

  get attributes(): { [key: string]: LogValue } {
    return toAttributes(this.attributeList as string[]) as { [key: string]: LogValue };
  }

  private addAttributes(
    attributes: Readonly<Record<string, unknown>>,
    limits: LogRecordLimits,
    copier: LogValueCopier,
  ): void {
    for (const key of keysOf(attributes)) {
      // A proxy whose keys cannot be read counts as one attribute.
      if (key === undefined) this.droppedAttributesCount++;
      else this.addAttribute(key, readMember(attributes, key), limits, copier);
    }
  }

  private addException(exception: unknown, limits: LogRecordLimits, copier: LogValueCopier): void {
    const attributes = toExceptionAttributes(exception);
    for (const key of Object.keys(attributes)) {
      if (indexOfKey(this.attributeList as string[], key) >= 0) continue;
      this.addAttribute(key, attributes[key], limits, copier);
    }
  }

  /** Undefined and null mean "no value", as in spans. */
  private addAttribute(
    key: string,
    value: unknown,
    { attributeCountLimit, attributeValueLengthLimit }: LogRecordLimits,
    copier: LogValueCopier,
  ): void {
    if (value === undefined || value === null) return;
    const list = this.attributeList;
    if (key === '' || list.length >= attributeCountLimit * 2) {
      this.droppedAttributesCount++;
      return;
    }
    const kept = copier.copy(value, attributeValueLengthLimit);
    if (kept === undefined) this.droppedAttributesCount++;
    else list.push(key, kept);
  }
}

function keysOf(attributes: object): readonly (string | undefined)[] {
  try {
    return Object.keys(attributes);
  } catch {
    return [undefined];
  }
}

function isSeverityNumber(value: unknown): value is number {
  return (
    Number.isInteger(value) && (value as number) > 0 && (value as number) <= MAX_SEVERITY_NUMBER
  );
}
