import { followCaller, followParent, takeIds, takenAt } from './span-ids.js';

/** W3C trace context level 2. */
const SAMPLED = 0x01;
const RANDOM = 0x02;

/** As the library's by default. Spec: `trace/sdk.md#span-limits`. */
const MAX_ATTRIBUTES = 128;
const MAX_VALUE_LENGTH = Number.POSITIVE_INFINITY;

/**
 * A span while its work runs: times, ids, and the attributes that the application sets. What all spans of a kind have
 * in common is not in it.
 */
export class FloorSpan {
  ids = takeIds();
  at = takenAt();
  flags = SAMPLED | RANDOM;
  hasParent = false;
  isRemote = false;
  startMillis = performance.now();
  endMillis = 0;
  /** Keys and values in turn; undefined while there are none. */
  attributes = undefined;
  droppedCount = 0;
  /** In an array, because anything can be thrown; undefined where nothing was. */
  failure = undefined;

  /** The span of a request; undefined where the caller does not sample its trace. */
  static ofRequest(traceparent) {
    const span = new FloorSpan();
    if (traceparent === undefined) return span;
    const flags = followCaller(span.ids, span.at, traceparent);
    if (flags === undefined) return new FloorSpan();
    if ((flags & SAMPLED) === 0) return undefined;
    span.flags = flags & (SAMPLED | RANDOM);
    span.hasParent = true;
    span.isRemote = true;
    return span;
  }

  static childOf(parent) {
    const span = new FloorSpan();
    followParent(span.ids, span.at, parent.ids, parent.at);
    span.flags = parent.flags;
    span.hasParent = true;
    return span;
  }

  setAttribute(key, value) {
    if (value === undefined || value === null) return;
    const kept =
      typeof value === 'string' && value.length > MAX_VALUE_LENGTH
        ? value.slice(0, MAX_VALUE_LENGTH)
        : value;
    if (this.attributes === undefined) {
      this.attributes = [key, kept];
      return;
    }
    const list = this.attributes;
    for (let i = 0; i < list.length; i += 2) {
      if (list[i] === key) {
        list[i + 1] = kept;
        return;
      }
    }
    if (list.length < 2 * MAX_ATTRIBUTES) list.push(key, kept);
    else this.droppedCount++;
  }

  setAttributes(attributes) {
    for (const key in attributes) {
      if (Object.hasOwn(attributes, key)) this.setAttribute(key, attributes[key]);
    }
  }
}
