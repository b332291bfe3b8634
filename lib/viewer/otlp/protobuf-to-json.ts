import type { FieldSchema, MessageSchema } from './otlp-schema.js';
import { ProtobufCursor } from './protobuf-cursor.js';

/** Deeper messages are left out: readers of JSON have limits too. */
const MAX_DEPTH = 128;

/**
 * Writes a message in protobuf as OTLP/JSON. Fields that the schema does not have are left out. It does not
 * throw; from where the bytes are broken, the message ends.
 *
 * Spec: opentelemetry-proto, `docs/specification.md#json-protobuf-encoding`.
 */
export function protobufToJson(message: Buffer, schema: MessageSchema): string {
  return jsonOfMessage(new ProtobufCursor(message), schema, 0);
}

/** The object of the message that the cursor is in. */
function jsonOfMessage(cursor: ProtobufCursor, schema: MessageSchema, depth: number): string {
  const single = new Map<FieldSchema, string>();
  const lists = new Map<FieldSchema, string[]>();
  while (cursor.next()) {
    const field = fieldOf(schema, cursor.field);
    if (field === undefined || isOfBytes(field) !== cursor.isMessage) continue;
    const value = jsonOfField(cursor, field, depth);
    if (field.kind !== 'list') single.set(field, value);
    else if (lists.has(field)) lists.get(field)?.push(value);
    else lists.set(field, [value]);
  }
  const members = schema.fields.flatMap((field) => {
    const list = lists.get(field);
    const value = list === undefined ? single.get(field) : `[${list.join(',')}]`;
    return value === undefined ? [] : [`"${field.key.toString()}":${value}`];
  });
  return `{${members.join(',')}}`;
}

function fieldOf({ fields }: MessageSchema, number: number): FieldSchema | undefined {
  return fields.find((field) => field.number === number);
}

function isOfBytes({ kind }: FieldSchema): boolean {
  return (
    kind === 'message' || kind === 'list' || kind === 'text' || kind === 'hex' || kind === 'base64'
  );
}

function jsonOfField(cursor: ProtobufCursor, field: FieldSchema, depth: number): string {
  switch (field.kind) {
    case 'message':
    case 'list': {
      if (depth >= MAX_DEPTH) return '{}';
      const outerEnd = cursor.enter();
      const json = jsonOfMessage(cursor, field.message as MessageSchema, depth + 1);
      cursor.leave(outerEnd);
      return json;
    }
    case 'text':
      return JSON.stringify(cursor.text());
    case 'hex':
      return `"${cursor.hex()}"`;
    case 'base64':
      return `"${cursor.bytes.toString('base64', cursor.start, cursor.stop)}"`;
    case 'bool':
      return String(cursor.low !== 0 || cursor.high !== 0);
    case 'uint':
    case 'fixed32':
      return String(cursor.low);
    case 'int64':
      return `"${cursor.signed()}"`;
    case 'fixed64':
      return `"${(BigInt(cursor.high) << 32n) | BigInt(cursor.low)}"`;
    case 'double': {
      const value = cursor.double();
      return Number.isFinite(value) ? String(Object.is(value, -0) ? '-0' : value) : `"${value}"`;
    }
  }
}
