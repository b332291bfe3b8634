import { readFileSync } from 'node:fs';
import protobuf from 'protobufjs';

const { root } = protobuf.parse(
  readFileSync(new URL('./trace-service.proto', import.meta.url), 'utf8'),
);
const requestType = root.lookupType('opentelemetry.proto.ExportTraceServiceRequest');
const responseType = root.lookupType('opentelemetry.proto.ExportTraceServiceResponse');

/** A message in the JSON form of OTLP: ids in hexadecimal, enums as numbers, 64-bit numbers as text. */
// biome-ignore lint/suspicious/noExplicitAny: tests reach into messages of every type
export type OtlpJson = { [member: string]: any };

/** Reads an `ExportTraceServiceRequest` with a reader that knows nothing of ours. */
export function readRequest(bytes: Uint8Array): OtlpJson {
  const message = requestType.decode(bytes);
  return withHexIds(requestType.toObject(message, { longs: String })) as OtlpJson;
}

/** An `ExportTraceServiceResponse` as a server would write it. */
export function writeResponse(response: object): Buffer {
  return Buffer.from(responseType.encode(responseType.fromObject(response)).finish());
}

/** All spans of a request, in the order in which they stand in it. */
export function spansOf(request: OtlpJson): OtlpJson[] {
  return (request.resourceSpans as OtlpJson[])
    .flatMap(({ scopeSpans }) => scopeSpans as OtlpJson[])
    .flatMap(({ spans }) => spans as OtlpJson[]);
}

function withHexIds(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
  if (Array.isArray(value)) return value.map(withHexIds);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([member, inner]) => [member, withHexIds(inner)]),
  );
}
