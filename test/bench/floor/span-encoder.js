import { encodedKey, OtlpWriter } from './otlp-writer.js';
import { isSecretKey, REDACTED } from './secrets.js';
import { OWN_AT, PARENT_AT } from './span-ids.js';

// opentelemetry-proto v1: field number times eight, plus wire type.
const RESOURCE_SPANS = 0x0a;
const RESOURCE = 0x0a;
const RESOURCE_ATTRIBUTE = 0x0a;
const KEY = 0x0a;
const VALUE = 0x12;
const STRING = 0x0a;
const SCOPE_SPANS = 0x12;
const SCOPE = 0x0a;
const NAME = 0x0a;
const SPAN = 0x12;
const TRACE_ID = 0x0a;
const SPAN_ID = 0x12;
const PARENT_ID = 0x22;
const SPAN_NAME = 0x2a;
const KIND = 0x30;
const START_TIME = 0x39;
const END_TIME = 0x41;
const DROPPED_ATTRIBUTES = 0x50;
const STATUS = 0x7a;
const STATUS_MESSAGE = 0x12;
const STATUS_CODE = 0x18;
const ERROR = 2;
/** A field of 32 bits whose number takes two bytes: 16. */
const FLAGS = [0x85, 0x01];
const HAS_IS_REMOTE = 0x100;
const IS_REMOTE = 0x200;

/** Of a span without its texts and attributes. */
const FIXED_BYTES = 256;
const FRAME_BYTES = 64;
const MAX_KEYS = 4096;
const MAX_UNIT_BYTES = 3;

/** Encodes spans as they end, into the body of one request after the other. */
export class SpanEncoder {
  spanCount = 0;
  #writer = new OtlpWriter(performance.timeOrigin);
  #keys = new Map();
  #head;
  #starts;

  constructor(serviceName, scopeName) {
    this.#head = { serviceName, scopeName };
    this.#open();
  }

  /**
   * @param constants the encoded fields that all spans of the kind have in common
   * @param facts writes attributes of its own, of at most `textLength` UTF-16 code units; undefined for none
   */
  add(span, constants, facts) {
    const writer = this.#writer;
    const textLength = facts === undefined ? 0 : facts.textLength;
    writer.ensure(FIXED_BYTES + constants.length + textLength * MAX_UNIT_BYTES);
    const start = writer.begin(SPAN);
    writer.id(TRACE_ID, span.ids, span.at, 16);
    writer.id(SPAN_ID, span.ids, span.at + OWN_AT, 8);
    if (span.hasParent) writer.id(PARENT_ID, span.ids, span.at + PARENT_AT, 8);
    writer.time(START_TIME, span.startMillis);
    writer.time(END_TIME, span.endMillis);
    writer.bytes[writer.position++] = FLAGS[0];
    writer.fixed32(FLAGS[1], flagsOf(span));
    writer.raw(constants);
    if (facts !== undefined) facts.writeTo(writer);
    if (span.attributes !== undefined) this.#attributes(span.attributes);
    if (span.droppedCount > 0 || span.failure !== undefined) this.#outcome(span);
    writer.finish(start);
    this.spanCount++;
  }

  /** The body so far, and the next span begins another. */
  take() {
    const writer = this.#writer;
    for (const start of this.#starts) writer.finish(start);
    const body = writer.bytes.subarray(0, writer.position);
    const { spanCount } = this;
    return { body, spanCount };
  }

  /** @param isFree true where nothing reads the body any more */
  reopen(isFree) {
    if (!isFree) this.#writer.bytes = Buffer.allocUnsafeSlow(this.#writer.bytes.length);
    this.#open();
  }

  #open() {
    const writer = this.#writer;
    writer.position = 0;
    this.spanCount = 0;
    const resourceSpans = writer.begin(RESOURCE_SPANS);
    const resource = writer.begin(RESOURCE);
    this.#resourceAttribute('service.name', this.#head.serviceName);
    writer.finish(resource);
    const scopeSpans = writer.begin(SCOPE_SPANS);
    const scope = writer.begin(SCOPE);
    writer.text(NAME, this.#head.scopeName);
    writer.finish(scope);
    this.#starts = [scopeSpans, resourceSpans];
  }

  #resourceAttribute(key, value) {
    const writer = this.#writer;
    const attribute = writer.begin(RESOURCE_ATTRIBUTE);
    writer.text(KEY, key);
    const any = writer.begin(VALUE);
    writer.text(STRING, value);
    writer.finish(any);
    writer.finish(attribute);
  }

  #attributes(list) {
    const writer = this.#writer;
    for (let i = 0; i < list.length; i += 2) {
      const key = this.#keyOf(list[i]);
      const value = list[i + 1];
      writer.ensure(FRAME_BYTES + key.bytes.length + lengthOf(value) * MAX_UNIT_BYTES);
      writer.attribute(key.bytes, key.isSecret ? redacted(value) : value);
    }
  }

  #keyOf(name) {
    let key = this.#keys.get(name);
    if (key === undefined) {
      key = { bytes: encodedKey(name), isSecret: isSecretKey(name) };
      if (this.#keys.size >= MAX_KEYS) this.#keys.clear();
      this.#keys.set(name, key);
    }
    return key;
  }

  #outcome({ droppedCount, failure }) {
    const writer = this.#writer;
    if (droppedCount > 0) {
      writer.bytes[writer.position++] = DROPPED_ATTRIBUTES;
      writer.varint(droppedCount);
    }
    if (failure === undefined) return;
    const [error] = failure;
    const message = error instanceof Error ? error.message : String(error);
    writer.ensure(FRAME_BYTES + message.length * MAX_UNIT_BYTES);
    const status = writer.begin(STATUS);
    writer.text(STATUS_MESSAGE, message);
    writer.bytes[writer.position++] = STATUS_CODE;
    writer.bytes[writer.position++] = ERROR;
    writer.finish(status);
  }
}

const scratch = new OtlpWriter(0);

/**
 * Encodes what all spans of a kind have in common.
 *
 * @param attributes keys and values in turn
 */
export function encodeConstants(name, kind, attributes) {
  const writer = scratch;
  writer.position = 0;
  const textLength = name.length + lengthOf(attributes);
  writer.ensure(FIXED_BYTES + textLength * MAX_UNIT_BYTES);
  writer.text(SPAN_NAME, name);
  writer.bytes[writer.position++] = KIND;
  // The API counts kinds from 0, the protocol from 1.
  writer.bytes[writer.position++] = kind + 1;
  for (let i = 0; i < attributes.length; i += 2) {
    if (attributes[i + 1] === undefined) continue;
    writer.attribute(encodedKey(attributes[i]), attributes[i + 1]);
  }
  return Uint8Array.from(writer.bytes.subarray(0, writer.position));
}

function flagsOf({ flags, isRemote }) {
  return flags | HAS_IS_REMOTE | (isRemote ? IS_REMOTE : 0);
}

function lengthOf(value) {
  if (typeof value === 'string') return value.length;
  return Array.isArray(value) ? value.reduce((sum, each) => sum + 16 + lengthOf(each), 0) : 0;
}

function redacted(value) {
  if (typeof value === 'string' || typeof value === 'number') return REDACTED;
  if (!Array.isArray(value) || value.some((each) => typeof each === 'boolean')) return value;
  return value.map((each) => (each === null ? null : REDACTED));
}
