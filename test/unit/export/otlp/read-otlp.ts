import { readFileSync } from 'node:fs';
import protobuf from 'protobufjs';

const { root } = protobuf.parse(
  readFileSync(new URL('./trace-service.proto', import.meta.url), 'utf8'),
);
protobuf.parse(readFileSync(new URL('./logs-service.proto', import.meta.url), 'utf8'), root);
protobuf.parse(readFileSync(new URL('./metrics-service.proto', import.meta.url), 'utf8'), root);
const requestType = root.lookupType('opentelemetry.proto.ExportTraceServiceRequest');
const responseType = root.lookupType('opentelemetry.proto.ExportTraceServiceResponse');
const logsRequestType = root.lookupType('opentelemetry.proto.ExportLogsServiceRequest');
const logsResponseType = root.lookupType('opentelemetry.proto.ExportLogsServiceResponse');
const metricsRequestType = root.lookupType('opentelemetry.proto.ExportMetricsServiceRequest');
const metricsResponseType = root.lookupType('opentelemetry.proto.ExportMetricsServiceResponse');

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

/** Reads an `ExportMetricsServiceRequest` with a reader that knows nothing of ours. */
export function readMetricsRequest(bytes: Uint8Array): OtlpJson {
  const message = metricsRequestType.decode(bytes);
  return withHexIds(metricsRequestType.toObject(message, { longs: String })) as OtlpJson;
}

/** An `ExportMetricsServiceResponse` as a server would write it. */
export function writeMetricsResponse(response: object): Buffer {
  return Buffer.from(metricsResponseType.encode(metricsResponseType.fromObject(response)).finish());
}

/** All metrics of a request, in the order in which they are in it. */
export function metricsOf(request: OtlpJson): OtlpJson[] {
  return ((request.resourceMetrics ?? []) as OtlpJson[])
    .flatMap(({ scopeMetrics }) => scopeMetrics as OtlpJson[])
    .flatMap(({ metrics }) => metrics as OtlpJson[]);
}

/** All data points of a request, in the order in which they are in it. */
export function dataPointsOf(request: OtlpJson): OtlpJson[] {
  return metricsOf(request).flatMap(
    ({ sum, gauge, histogram, exponentialHistogram }) =>
      (sum ?? gauge ?? histogram ?? exponentialHistogram).dataPoints as OtlpJson[],
  );
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
