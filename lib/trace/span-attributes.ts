import type { Attributes, AttributeValue } from '@opentelemetry/api';
import { LocalSpan } from '../context/index.js';
import {
  type AttributeList,
  indexOfKey,
  textLengthOf,
  toAttributeValue,
  toReadable,
} from './attribute-list.js';
import type { Tracer } from './tracer.js';

const isOwn = Object.prototype.hasOwnProperty;

/**
 * A span that takes attributes while it lives: the part of a recorded span that is called most often.
 *
 * What bounds it beside the limits is counted while attributes come in, so that nobody has to go
 * through them again: {@link attributeTextLength} for queues, and which lengths of keys there are, so
 * that a key of a new length is not looked for.
 */
export abstract class SpanAttributes extends LocalSpan {
  /** True after the end of the span. */
  ended = false;
  /** Keys and values in turn; undefined while there are none. */
  attributeList: AttributeList | undefined = undefined;
  /** UTF-16 code units of all texts among the values, and eight for each element of an array. */
  attributeTextLength = 0;
  /** Attributes that a limit kept out, or that were invalid. */
  droppedAttributesCount = 0;

  // TypeScript's `private`, not `#`: on Node 20 each `#` field makes constructing a span dearer.
  /** A bit for each length of a key, modulo 32. */
  private keyLengths = 0;

  constructor(
    readonly tracer: Tracer,
    /** The name of the operation. */
    public name: string,
  ) {
    super();
  }

  setAttribute(key: string, value: AttributeValue | undefined): this {
    if (this.ended) return this.refuseAfterEnd();
    // No value: an optional one need not be asked for first.
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
        this.attributeTextLength += textLengthOf(kept) - textLengthOf(list[index + 1]);
        list[index + 1] = kept;
        return this;
      }
    }
    if (list.length >= attributeCountLimit * 2) {
      this.droppedAttributesCount++;
      return this;
    }
    this.keyLengths |= lengthBit;
    if (typeof kept !== 'number') this.attributeTextLength += textLengthOf(kept);
    list.push(key, kept);
    return this;
  }

  setAttributes(attributes: Attributes): this {
    // Neither `Object.keys`, which makes an array, nor `Object.hasOwn`, which V8 does not know here.
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

  /** Reports a change after the end of the span. */
  protected refuseAfterEnd(): this {
    this.tracer.core.diagnostics.report(
      'A span was changed or ended after its end, and stayed as it was',
      this.name,
    );
    return this;
  }
}
