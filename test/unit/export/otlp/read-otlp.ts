import { readFileSync } from 'node:fs';
import protobuf from 'protobufjs';

const { root } = protobuf.parse(
  readFileSync(new URL('./trace-service.proto', import.meta.url), 'utf8'),
);
protobuf.parse(readFileSync(new URL('./logs-service.proto', import.meta.url), 'utf8'), root);
const requestType = root.lookupType('opentelemetry.proto.ExportTraceServiceRequest');
const responseType = root.lookupType('opentelemetry.proto.ExportTraceServiceResponse');
const logsRequestType = root.lookupType('opentelemetry.proto.ExportLogsServiceRequest');
const logsResponseType = root.lookupType('opentelemetry.proto.ExportLogsServiceResponse');

/** A message in the JSON form of OTLP: ids in hexadecimal, enums as numbers, 64-bit numbers as text. */
// biome-ignore lint/suspicious/noExplicitAny: tests reach into messages of every type
export type OtlpJson = { [member: string]: any };

/** Reads an `ExportTraceServiceRequest` with a reader that knows nothing of ours. */
export function readRequest(bytes: Uint8Array): OtlpJson {
  const message = requestType.decode(bytes);
  return withHexIds(requestType.toObject(message, { longs: String })) as OtlpJson;
}

/** Reads an `ExportLogsServiceRequest` with a reader that knows nothing of ours. */
export function readLogsRequest(bytes: Uint8Array): OtlpJson {
  const message = logsRequestType.decode(bytes);
  return withHexIds(logsRequestType.toObject(message, { longs: String })) as OtlpJson;
}

/** An `ExportLogsServiceResponse` as a server would write it. */
export function writeLogsResponse(response: object): Buffer {
  return Buffer.from(logsResponseType.encode(logsResponseType.fromObject(response)).finish());
}

/** All log records of a request, in the order in which they are in it. */
export function logRecordsOf(request: OtlpJson): OtlpJson[] {
  return (request.resourceLogs as OtlpJson[])
    .flatMap(({ scopeLogs }) => scopeLogs as OtlpJson[])
    .flatMap(({ logRecords }) => logRecords as OtlpJson[]);
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
