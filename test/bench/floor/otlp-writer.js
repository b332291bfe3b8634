// opentelemetry-proto v1: field number times eight, plus wire type.
const ATTRIBUTE = 0x4a;
const KEY = 0x0a;
const VALUE = 0x12;
const ANY_STRING = 0x0a;
const ANY_BOOL = 0x10;
const ANY_INT = 0x18;
const ANY_DOUBLE = 0x21;
const ANY_ARRAY = 0x2a;
const ARRAY_VALUE = 0x0a;

/** Up to this length a loop over characters is quicker than a call into the runtime. */
const MAX_LOOP_LENGTH = 32;
const MAX_SHORT_BYTES = 127;
/** With the longest integer and all frames such a key fits into {@link MAX_SHORT_BYTES}. */
const MAX_KEY_BYTES = 116;
const MAX_INT32 = 0x7fff_ffff;
const TWO_TO_32 = 0x1_0000_0000;
/** A length of this many bytes is written before the length is known: protobuf reads leading zeros. */
const PADDED_BYTES = 4;

/** Writes the fields of spans into bytes that grow. */
export class OtlpWriter {
  bytes = Buffer.allocUnsafeSlow(256 * 1024);
  position = 0;
  #originHigh;
  #originLow;

  /** @param originEpochMillis the epoch time at which the clock of the spans was 0 */
  constructor(originEpochMillis) {
    const nanos = BigInt(Math.round(originEpochMillis * 1e3)) * 1000n;
    this.#originHigh = Number(nanos >> 32n);
    this.#originLow = Number(nanos & 0xffff_ffffn);
  }

  /** Makes room for so many bytes. */
  ensure(byteCount) {
    if (this.bytes.length - this.position >= byteCount) return;
    const grown = Buffer.allocUnsafeSlow(this.bytes.length * 2 + byteCount);
    this.bytes.copy(grown, 0, 0, this.position);
    this.bytes = grown;
  }

  /** Begins a message inside the message. @returns where it starts, for {@link finish} */
  begin(tag) {
    this.bytes[this.position] = tag;
    this.position += 1 + PADDED_BYTES;
    return this.position;
  }

  finish(start) {
    const length = this.position - start;
    const { bytes } = this;
    bytes[start - 4] = (length & 0x7f) | 0x80;
    bytes[start - 3] = ((length >>> 7) & 0x7f) | 0x80;
    bytes[start - 2] = ((length >>> 14) & 0x7f) | 0x80;
    bytes[start - 1] = length >>> 21;
  }

  raw(encoded) {
    this.bytes.set(encoded, this.position);
    this.position += encoded.length;
  }

  id(tag, ids, at, byteCount) {
    const { bytes } = this;
    let { position } = this;
    bytes[position++] = tag;
    bytes[position++] = byteCount;
    for (let i = 0; i < byteCount; i++) bytes[position++] = ids[at + i];
    this.position = position;
  }

  /** @param millis of the clock of the spans */
  time(tag, millis) {
    const nanos = Math.round(millis * 1e6);
    const upper = Math.floor(nanos / TWO_TO_32);
    let low = this.#originLow + (nanos - upper * TWO_TO_32);
    let high = this.#originHigh + upper;
    if (low >= TWO_TO_32) {
      low -= TWO_TO_32;
      high++;
    }
    this.fixed32(tag, low | 0);
    this.bytes[this.position++] = high;
    this.bytes[this.position++] = high >> 8;
    this.bytes[this.position++] = high >> 16;
    this.bytes[this.position++] = high >> 24;
  }

  fixed32(tag, value) {
    const { bytes, position } = this;
    bytes[position] = tag;
    bytes[position + 1] = value;
    bytes[position + 2] = value >> 8;
    bytes[position + 3] = value >> 16;
    bytes[position + 4] = value >> 24;
    this.position = position + 5;
  }

  varint(value) {
    let rest = value;
    while (rest >= 0x80) {
      this.bytes[this.position++] = (rest & 0x7f) | 0x80;
      rest = Math.floor(rest / 0x80);
    }
    this.bytes[this.position++] = rest;
  }

  /** A field of text of any length. */
  text(tag, text) {
    this.bytes[this.position++] = tag;
    this.varint(Buffer.byteLength(text));
    this.position += this.bytes.write(text, this.position, 'utf8');
  }

  /** @param key what {@link encodedKey} made */
  attribute(key, value) {
    if (typeof value === 'string') {
      if (!this.#shortText(key, value)) this.#anyAttribute(key, value);
    } else if (typeof value === 'boolean') {
      this.#shortHead(key, key.length + 3, 2);
      this.bytes[this.position++] = ANY_BOOL;
      this.bytes[this.position++] = value ? 1 : 0;
    } else if (value >= 0 && value <= MAX_INT32 && Number.isInteger(value)) {
      this.#shortInteger(key, value);
    } else this.#anyAttribute(key, value);
  }

  /** All lengths fit into one byte, and are known before the text is written if it is ASCII. */
  #shortText(key, text) {
    const { length } = text;
    const total = key.length + length + 3;
    if (total > MAX_SHORT_BYTES) return false;
    const start = this.position;
    this.#shortHead(key, total, length + 2);
    const { bytes } = this;
    let { position } = this;
    bytes[position++] = ANY_STRING;
    bytes[position++] = length;
    let isAscii = true;
    if (length > MAX_LOOP_LENGTH) {
      isAscii = bytes.write(text, position, 'utf8') === length;
      position += length;
    } else {
      let units = 0;
      for (let i = 0; i < length; i++) {
        const unit = text.charCodeAt(i);
        units |= unit;
        bytes[position++] = unit;
      }
      isAscii = units < 0x80;
    }
    this.position = isAscii ? position : start;
    return isAscii;
  }

  #shortInteger(key, value) {
    const size = value < 0x80 ? 2 : value < 0x4000 ? 3 : value < 0x20_0000 ? 4 : 6;
    this.#shortHead(key, key.length + size + 1, size);
    this.bytes[this.position++] = ANY_INT;
    let rest = value;
    // The longest ones have room for a byte more: protobuf reads leading zeros.
    for (let i = 2; i < size; i++) {
      this.bytes[this.position++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    this.bytes[this.position++] = rest;
  }

  #shortHead(key, totalBytes, valueBytes) {
    const { bytes } = this;
    let { position } = this;
    bytes[position++] = ATTRIBUTE;
    bytes[position++] = totalBytes;
    const { length } = key;
    for (let i = 0; i < length; i++) bytes[position++] = key[i];
    bytes[position++] = valueBytes;
    this.position = position;
  }

  #anyAttribute(key, value) {
    const start = this.begin(ATTRIBUTE);
    this.raw(key);
    this.position--;
    this.#any(VALUE, value);
    this.finish(start);
  }

  #any(tag, value) {
    const start = this.begin(tag);
    if (typeof value === 'string') this.text(ANY_STRING, value);
    else if (Array.isArray(value)) this.#array(value);
    else if (typeof value === 'boolean') this.bytes.set([ANY_BOOL, value ? 1 : 0], this.#take(2));
    else if (Number.isSafeInteger(value)) this.#integer(value);
    else this.bytes.writeDoubleLE(value, this.#take(1 + 8, ANY_DOUBLE) + 1);
    this.finish(start);
  }

  #array(values) {
    const start = this.begin(ANY_ARRAY);
    for (const value of values) this.#any(ARRAY_VALUE, value);
    this.finish(start);
  }

  #integer(value) {
    this.bytes[this.position++] = ANY_INT;
    // Ten bytes for negative ones: their 64 bits as if they had no sign.
    let rest = BigInt.asUintN(64, BigInt(value));
    for (; rest >= 0x80n; rest >>= 7n) this.bytes[this.position++] = Number(rest & 0x7fn) | 0x80;
    this.bytes[this.position++] = Number(rest);
  }

  /** @returns where so many bytes begin, the first of which is `tag` if there is one */
  #take(byteCount, tag = 0) {
    const { position } = this;
    this.bytes[position] = tag;
    this.position += byteCount;
    return position;
  }
}

/** The bytes of an attribute from its key up to its value. */
export function encodedKey(key) {
  const text = Buffer.from(key);
  if (text.length > MAX_KEY_BYTES) throw new RangeError('The floor has short keys only');
  return Uint8Array.from([KEY, text.length, ...text, VALUE]);
}
