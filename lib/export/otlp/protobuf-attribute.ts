import { isInt64, type ProtobufWriter, putVarint, varintSize } from './protobuf-writer.js';

// opentelemetry-proto v1, `common/v1/common.proto`.
const KEY_VALUE_KEY = 0x0a;
const KEY_VALUE_VALUE = 0x12;
const ANY_STRING = 0x0a;
const ANY_BOOL = 0x10;
const ANY_INT = 0x18;
const ANY_DOUBLE = 0x21;
const ANY_ARRAY = 0x2a;
const ARRAY_VALUE = 0x0a;

/** The bytes before and between a key and its value, if each length fits into one byte. */
const SHORT_FRAME_BYTES = 4;
const MAX_SHORT_BYTES = 127 - SHORT_FRAME_BYTES;
const MAX_LOOP_LENGTH = 32;
const MAX_UNIT_BYTES = 3;
const MAX_INT32 = 0x7fff_ffff;

/**
 * Writes a `KeyValue` into the field of `tag`.
 *
 * @param value of any type; a value that is not an attribute value becomes an empty `AnyValue`
 */
export function writeAttribute(
  writer: ProtobufWriter,
  tag: number,
  key: string,
  value: unknown,
): void {
  const { position } = writer;
  if (writeShortAttribute(writer, tag, key, value)) return;
  writer.position = position;
  const start = writer.begin(tag, 1);
  writer.string(KEY_VALUE_KEY, key);
  writeAnyValue(writer, KEY_VALUE_VALUE, value);
  writer.finish(start, 1);
}

/**
 * The fast path for most attributes: if key and value are short and all text is ASCII, every length is
 * known before it is written. Half of the encoding time is spent here.
 *
 * @returns false for other attributes; the caller discards what was written
 */
function writeShortAttribute(
  writer: ProtobufWriter,
  tag: number,
  key: string,
  value: unknown,
): boolean {
  if (typeof value === 'string') {
    const valueBytes = value.length + 2;
    return writeShortKey(writer, tag, key, valueBytes) && writeAscii(writer, value);
  }
  if (isShortInteger(value)) {
    if (!writeShortKey(writer, tag, key, varintSize(value) + 1)) return false;
    writer.bytes[writer.position] = ANY_INT;
    writer.position = putVarint(writer.bytes, writer.position + 1, value);
    return true;
  }
  if (typeof value !== 'boolean' || !writeShortKey(writer, tag, key, 2)) return false;
  writer.bytes[writer.position++] = ANY_BOOL;
  writer.bytes[writer.position++] = value ? 1 : 0;
  return true;
}

/** Writes everything before the value, which takes `valueBytes`, and makes room for the value. */
function writeShortKey(
  writer: ProtobufWriter,
  tag: number,
  key: string,
  valueBytes: number,
): boolean {
  const { length } = key;
  if (length + valueBytes > MAX_SHORT_BYTES) return false;
  writer.ensure((length + valueBytes) * MAX_UNIT_BYTES + SHORT_FRAME_BYTES + 2);
  const { bytes } = writer;
  let { position } = writer;
  bytes[position] = tag;
  bytes[position + 1] = length + valueBytes + SHORT_FRAME_BYTES;
  bytes[position + 2] = KEY_VALUE_KEY;
  bytes[position + 3] = length;
  position += 4;
  let units = 0;
  for (let i = 0; i < length; i++) {
    const unit = key.charCodeAt(i);
    units |= unit;
    bytes[position++] = unit;
  }
  bytes[position] = KEY_VALUE_VALUE;
  bytes[position + 1] = valueBytes;
  writer.position = position + 2;
  return units < 0x80;
}

/** Writes a text of less than 128 characters, for which there is room. @returns whether it is ASCII */
function writeAscii(writer: ProtobufWriter, text: string): boolean {
  const { bytes } = writer;
  const { length } = text;
  let { position } = writer;
  bytes[position] = ANY_STRING;
  bytes[position + 1] = length;
  position += 2;
  if (length > MAX_LOOP_LENGTH) {
    writer.position = position + length;
    return bytes.write(text, position, 'utf8') === length;
  }
  let units = 0;
  for (let i = 0; i < length; i++) {
    const unit = text.charCodeAt(i);
    units |= unit;
    bytes[position++] = unit;
  }
  writer.position = position;
  return units < 0x80;
}

/**
 * Encodes a key with what stands before and behind it, for {@link writeKeyedAttribute}.
 *
 * @returns undefined for a key that is too long, or not ASCII
 */
export function encodeKey(key: string): Uint8Array | undefined {
  const { length } = key;
  const head = new Uint8Array(length + SHORT_FRAME_BYTES - 1);
  if (head.length > MAX_SHORT_BYTES) return undefined;
  head[0] = KEY_VALUE_KEY;
  head[1] = length;
  for (let i = 0; i < length; i++) {
    const unit = key.charCodeAt(i);
    if (unit >= 0x80) return undefined;
    head[i + 2] = unit;
  }
  head[length + 2] = KEY_VALUE_VALUE;
  return head;
}

/**
 * Writes the same as {@link writeAttribute}.
 *
 * @param head the result of {@link encodeKey}
 */
export function writeKeyedAttribute(
  writer: ProtobufWriter,
  tag: number,
  key: string,
  head: Uint8Array,
  value: unknown,
): void {
  const { position } = writer;
  if (typeof value === 'string') {
    const { length } = value;
    if (putHead(writer, tag, head, length + 2)) {
      if (writeAscii(writer, value)) return;
      writer.position = position;
    }
  } else if (isShortInteger(value)) {
    if (putHead(writer, tag, head, varintSize(value) + 1)) {
      writer.bytes[writer.position] = ANY_INT;
      writer.position = putVarint(writer.bytes, writer.position + 1, value);
      return;
    }
  }
  writeAttribute(writer, tag, key, value);
}

/** Writes everything before a value of `valueBytes`. @returns false if that is too long for one byte */
function putHead(
  writer: ProtobufWriter,
  tag: number,
  head: Uint8Array,
  valueBytes: number,
): boolean {
  const { length } = head;
  const totalBytes = length + 1 + valueBytes;
  if (totalBytes > MAX_SHORT_BYTES) return false;
  writer.ensure(totalBytes * MAX_UNIT_BYTES);
  const { bytes } = writer;
  let { position } = writer;
  bytes[position++] = tag;
  bytes[position++] = totalBytes;
  for (let i = 0; i < length; i++) bytes[position++] = head[i] as number;
  bytes[position++] = valueBytes;
  writer.position = position;
  return true;
}

function isShortInteger(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= MAX_INT32;
}

/** Writes an `AnyValue` with an attribute value; an empty one for other values. */
export function writeAnyValue(writer: ProtobufWriter, tag: number, value: unknown): void {
  const start = writer.begin(tag, 1);
  switch (typeof value) {
    case 'string':
      writer.string(ANY_STRING, value);
      break;
    case 'number':
      if (isInt64(value)) writer.int64(ANY_INT, value);
      else writer.double(ANY_DOUBLE, value);
      break;
    case 'boolean':
      writer.uint32(ANY_BOOL, value ? 1 : 0);
      break;
    default:
      if (Array.isArray(value)) writeArray(writer, value);
  }
  writer.finish(start, 1);
}

function writeArray(writer: ProtobufWriter, values: readonly unknown[]): void {
  const start = writer.begin(ANY_ARRAY, 1);
  for (const value of values) {
    // An attribute value has no nested arrays; a circular one must not be followed.
    writeAnyValue(writer, ARRAY_VALUE, Array.isArray(value) ? undefined : value);
  }
  writer.finish(start, 1);
}
