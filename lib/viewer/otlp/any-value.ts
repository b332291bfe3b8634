import type { AnyValue } from '../analysis/span-record.js';
import type { ProtobufCursor } from './protobuf-cursor.js';

// opentelemetry-proto v1, `common/v1/common.proto`.
const ANY_STRING = 1;
const ANY_BOOL = 2;
const ANY_INT = 3;
const ANY_DOUBLE = 4;
const ANY_ARRAY = 5;
const ANY_MAP = 6;
const ANY_BYTES = 7;
const LIST_VALUES = 1;
const KEY_VALUE_KEY = 1;
const KEY_VALUE_VALUE = 2;

/** Values in values up to this depth are read; a deeper one is {@link TOO_DEEP}. */
export const MAX_VALUE_DEPTH = 32;

/** What a value that is nested too deeply is read as. */
export const TOO_DEEP = '(nested too deeply)';

/** Attributes that are being read. */
export type ReadAttributes = Record<string, AnyValue>;

/** Reads the `AnyValue` of the field at the cursor; null for an empty one. The last value counts. */
export function readAnyValue(cursor: ProtobufCursor, depth = 0): AnyValue {
  let value: AnyValue = null;
  const outerEnd = cursor.enter();
  while (cursor.next()) {
    if (cursor.isMessage) value = readMessageValue(cursor, depth);
    else if (cursor.field === ANY_BOOL) value = cursor.low !== 0 || cursor.high !== 0;
    else if (cursor.field === ANY_INT) value = cursor.signed();
    else if (cursor.field === ANY_DOUBLE) value = cursor.double();
  }
  cursor.leave(outerEnd);
  return value;
}

/** Reads the `KeyValue` of the field at the cursor into `attributes`. Of equal keys the last one counts. */
export function readKeyValue(cursor: ProtobufCursor, attributes: ReadAttributes, depth = 0): void {
  let key = '';
  let value: AnyValue = null;
  const outerEnd = cursor.enter();
  while (cursor.next()) {
    if (!cursor.isMessage) continue;
    if (cursor.field === KEY_VALUE_KEY) key = cursor.text();
    else if (cursor.field === KEY_VALUE_VALUE) value = readAnyValue(cursor, depth);
  }
  cursor.leave(outerEnd);
  setMember(attributes, key, value);
}

function readMessageValue(cursor: ProtobufCursor, depth: number): AnyValue {
  switch (cursor.field) {
    case ANY_STRING:
      return cursor.text();
    case ANY_BYTES:
      return new Uint8Array(cursor.bytes.subarray(cursor.start, cursor.stop));
    case ANY_ARRAY:
      return depth >= MAX_VALUE_DEPTH ? TOO_DEEP : readList(cursor, depth + 1);
    case ANY_MAP:
      return depth >= MAX_VALUE_DEPTH ? TOO_DEEP : readMap(cursor, depth + 1);
    default:
      return null;
  }
}

function readList(cursor: ProtobufCursor, depth: number): AnyValue {
  const values: AnyValue[] = [];
  const outerEnd = cursor.enter();
  while (cursor.next()) {
    if (cursor.field === LIST_VALUES && cursor.isMessage) values.push(readAnyValue(cursor, depth));
  }
  cursor.leave(outerEnd);
  return values;
}

function readMap(cursor: ProtobufCursor, depth: number): AnyValue {
  const members: ReadAttributes = {};
  const outerEnd = cursor.enter();
  while (cursor.next()) {
    if (cursor.field === LIST_VALUES && cursor.isMessage) readKeyValue(cursor, members, depth);
  }
  cursor.leave(outerEnd);
  return members;
}

function setMember(members: ReadAttributes, key: string, value: AnyValue): void {
  if (key !== '__proto__') {
    members[key] = value;
    return;
  }
  // An assignment would set the prototype, and the attribute would be lost.
  const descriptor = { value, enumerable: true, configurable: true, writable: true };
  Object.defineProperty(members, key, descriptor);
}
