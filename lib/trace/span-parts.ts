import type { Attributes, Link, SpanContext } from '@opentelemetry/api';
import type { AttributeList } from '../context/index.js';
import { toAttributeList, toAttributes } from './attribute-list.js';
import type { RecordedLink, TimedEvent } from './readable-span.js';
import { toHrTime } from './time.js';
import type { TracerCore } from './tracer-core.js';

/** The internal form of an event. */
export interface SpanEvent {
  readonly name: string;
  /** Milliseconds with a fraction since the span's origin. */
  readonly millis: number;
  readonly attributeList: AttributeList | undefined;
  readonly droppedAttributesCount: number;
}

/** The internal form of a link. */
export interface SpanLink {
  readonly context: SpanContext;
  readonly attributeList: AttributeList | undefined;
  readonly droppedAttributesCount: number;
}

export function createEvent(
  core: TracerCore,
  name: string,
  millis: number,
  attributes: Attributes | undefined,
): SpanEvent {
  const { attributePerEventCountLimit } = core.spanLimits;
  return { name, millis, ...keepAttributes(core, attributes, attributePerEventCountLimit) };
}

export function createLink(core: TracerCore, link: Link): SpanLink {
  const { attributePerLinkCountLimit } = core.spanLimits;
  const kept = keepAttributes(core, link.attributes, attributePerLinkCountLimit);
  const before = link.droppedAttributesCount ?? 0;
  return {
    context: link.context,
    attributeList: kept.attributeList,
    droppedAttributesCount: kept.droppedAttributesCount + before,
  };
}

export function toTimedEvent(event: SpanEvent, originEpochMillis: number): TimedEvent {
  return {
    name: event.name,
    time: toHrTime(originEpochMillis, event.millis),
    attributes: toAttributes(event.attributeList),
    droppedAttributesCount: event.droppedAttributesCount,
  };
}

export function toRecordedLink(link: SpanLink): RecordedLink {
  return {
    context: link.context,
    attributes: toAttributes(link.attributeList),
    droppedAttributesCount: link.droppedAttributesCount,
  };
}

function keepAttributes(
  core: TracerCore,
  attributes: Attributes | undefined,
  countLimit: number,
): { attributeList: AttributeList | undefined; droppedAttributesCount: number } {
  if (attributes === undefined || attributes === null) {
    return { attributeList: undefined, droppedAttributesCount: 0 };
  }
  const lengthLimit = core.spanLimits.attributeValueLengthLimit;
  const { list, droppedCount, invalidCount } = toAttributeList(attributes, countLimit, lengthLimit);
  if (invalidCount > 0) core.countInvalidAttributes(invalidCount);
  return { attributeList: list, droppedAttributesCount: droppedCount };
}
