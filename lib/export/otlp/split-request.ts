import { type ProtobufField, readFields } from './protobuf-reader.js';
import { ProtobufWriter } from './protobuf-writer.js';

// opentelemetry-proto v1, `collector/trace/v1/trace_service.proto` and `trace/v1/trace.proto`; the fields
// of `collector/logs/v1/logs_service.proto` and `logs/v1/logs.proto` have the same numbers.
const REQUEST_RESOURCE = 1;
const RESOURCE_SCOPE = 2;
const SCOPE_ITEM = 2;

const LENGTH_DELIMITED = 2;
const LENGTH_SIZE = 3;

/**
 * Divides an `ExportTraceServiceRequest` or `ExportLogsServiceRequest` into two. Both repeat the resources
 * and scopes of their items, which are spans or log records.
 *
 * @param firstCount items of the first part
 */
export function splitRequest(request: Buffer, firstCount: number): [Buffer, Buffer] {
  return [
    copyItems(request, 0, firstCount),
    copyItems(request, firstCount, Number.POSITIVE_INFINITY),
  ];
}

/** The bytes of the first span or log record of a request. */
export function firstItemOf(request: Buffer): Buffer {
  const resource = bytesOf(request, REQUEST_RESOURCE);
  return bytesOf(bytesOf(resource, RESOURCE_SCOPE), SCOPE_ITEM);
}

/** Copies the items from the index `from` up to, not including, `to`. */
function copyItems(request: Buffer, from: number, to: number): Buffer {
  const writer = new ProtobufWriter();
  let index = 0;
  for (const resource of readFields(request)) {
    copyPart(writer, resource, RESOURCE_SCOPE, (scope) =>
      copyPart(writer, scope, SCOPE_ITEM, (item) => {
        const isCopied = index >= from && index < to;
        index++;
        if (isCopied) writeField(writer, item);
        return isCopied;
      }),
    );
  }
  return writer.written();
}

/**
 * Copies a message, unless `copyPartOf` copies none of its fields of the number `partNumber`.
 *
 * @returns whether the message was copied
 */
function copyPart(
  writer: ProtobufWriter,
  message: ProtobufField,
  partNumber: number,
  copyPartOf: (field: ProtobufField) => boolean,
): boolean {
  const messageStart = writer.position;
  const start = writer.begin(tagOf(message), LENGTH_SIZE);
  let hasPart = false;
  for (const field of readFields(message.value as Buffer)) {
    if (field.number !== partNumber) writeField(writer, field);
    else if (copyPartOf(field)) hasPart = true;
  }
  if (hasPart) writer.finish(start, LENGTH_SIZE);
  else writer.position = messageStart;
  return hasPart;
}

/** @param field with bytes, as all fields of these messages are */
function writeField(writer: ProtobufWriter, field: ProtobufField): void {
  const start = writer.begin(tagOf(field), LENGTH_SIZE);
  writer.raw(field.value as Buffer);
  writer.finish(start, LENGTH_SIZE);
}

function tagOf({ number }: ProtobufField): number {
  return number * 8 + LENGTH_DELIMITED;
}

function bytesOf(message: Buffer, fieldNumber: number): Buffer {
  return readFields(message).find(({ number }) => number === fieldNumber)?.value as Buffer;
}
