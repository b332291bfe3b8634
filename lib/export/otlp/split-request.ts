import { type ProtobufField, readFields } from './protobuf-reader.js';
import { ProtobufWriter } from './protobuf-writer.js';

// opentelemetry-proto v1, `collector/trace/v1/trace_service.proto` and `trace/v1/trace.proto`.
const REQUEST_RESOURCE_SPANS = 1;
const RESOURCE_SPANS_SCOPE_SPANS = 2;
const SCOPE_SPANS_SPAN = 2;
const SPAN_NAME = 5;

const LENGTH_DELIMITED = 2;
const LENGTH_SIZE = 3;

/**
 * Divides an `ExportTraceServiceRequest` into two. Both repeat the resources and scopes of their spans.
 *
 * @param firstCount spans of the first part
 */
export function splitRequest(request: Buffer, firstCount: number): [Buffer, Buffer] {
  return [
    copySpans(request, 0, firstCount),
    copySpans(request, firstCount, Number.POSITIVE_INFINITY),
  ];
}

/** The name of the first span of an `ExportTraceServiceRequest`. */
export function nameOfFirstSpan(request: Buffer): string {
  const resourceSpans = bytesOf(request, REQUEST_RESOURCE_SPANS);
  const scopeSpans = bytesOf(resourceSpans, RESOURCE_SPANS_SCOPE_SPANS);
  return bytesOf(bytesOf(scopeSpans, SCOPE_SPANS_SPAN), SPAN_NAME).toString();
}

/** Copies the spans from the index `from` up to, not including, `to`. */
function copySpans(request: Buffer, from: number, to: number): Buffer {
  const writer = new ProtobufWriter();
  let index = 0;
  for (const resourceSpans of readFields(request)) {
    copyPart(writer, resourceSpans, RESOURCE_SPANS_SCOPE_SPANS, (scopeSpans) =>
      copyPart(writer, scopeSpans, SCOPE_SPANS_SPAN, (span) => {
        const isCopied = index >= from && index < to;
        index++;
        if (isCopied) writeField(writer, span);
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
