import { writeAnyValue } from './protobuf-attribute.js';
import type { ProtobufWriter } from './protobuf-writer.js';

// opentelemetry-proto v1, `common/v1/common.proto`.
const KEY_VALUE_KEY = 0x0a;
const KEY_VALUE_VALUE = 0x12;
const ANY_ARRAY = 0x2a;
const ANY_LIST = 0x32;
const ANY_BYTES = 0x3a;
const ARRAY_VALUE = 0x0a;
const LIST_VALUE = 0x0a;

// The values were copied before, within limits, so they are neither circular nor deep.

/** Writes a `KeyValue` with a value of a log record into the field of `tag`. */
export function writeLogAttribute(
  writer: ProtobufWriter,
  tag: number,
  key: string,
  value: unknown,
): void {
  const start = writer.begin(tag, 1);
  writer.string(KEY_VALUE_KEY, key);
  writeLogValue(writer, KEY_VALUE_VALUE, value);
  writer.finish(start, 1);
}

/**
 * Writes a value of a log record as an `AnyValue`.
 *
 * @param value of any type; a value that no log record can contain becomes an empty `AnyValue`
 */
export function writeLogValue(writer: ProtobufWriter, tag: number, value: unknown): void {
  if (typeof value !== 'object' || value === null) {
    writeAnyValue(writer, tag, value);
    return;
  }
  const start = writer.begin(tag, 1);
  if (value instanceof Uint8Array) writeBytes(writer, value);
  else if (Array.isArray(value)) writeArray(writer, value);
  else writeMembers(writer, value);
  writer.finish(start, 1);
}

function writeBytes(writer: ProtobufWriter, bytes: Uint8Array): void {
  const start = writer.begin(ANY_BYTES, 1);
  writer.raw(bytes);
  writer.finish(start, 1);
}

function writeArray(writer: ProtobufWriter, values: readonly unknown[]): void {
  const start = writer.begin(ANY_ARRAY, 1);
  for (const value of values) writeLogValue(writer, ARRAY_VALUE, value);
  writer.finish(start, 1);
}

function writeMembers(writer: ProtobufWriter, value: object): void {
  const start = writer.begin(ANY_LIST, 1);
  for (const [key, member] of Object.entries(value)) {
    writeLogAttribute(writer, LIST_VALUE, key, member);
  }
  writer.finish(start, 1);
}
