import { readFileSync } from 'node:fs';
import protobuf from 'protobufjs';

const { root } = protobuf.parse(
  readFileSync(new URL('../unit/export/otlp/trace-service.proto', import.meta.url), 'utf8'),
);
const requestType = root.lookupType('opentelemetry.proto.ExportTraceServiceRequest');
const IDS = new Set(['traceId', 'spanId', 'parentSpanId']);

/** A member of OTLP in its JSON form. */
// biome-ignore lint/suspicious/noExplicitAny: tests build messages of every type
export type OtlpMembers = { [member: string]: any };

/** Writes a request in the JSON form of OTLP as protobuf, with an encoder that knows nothing of ours. */
export function protobufRequest(request: OtlpMembers): Buffer {
  const message = requestType.fromObject(withBytes(request) as OtlpMembers);
  return Buffer.from(requestType.encode(message).finish());
}

/** A request with spans of one process. */
export function requestOf(
  spans: readonly OtlpMembers[],
  resource: OtlpMembers = { 'service.name': 'orders' },
): OtlpMembers {
  const attributes = Object.entries(resource).map(([key, value]) => attribute(key, value));
  return {
    resourceSpans: [{ resource: { attributes }, scopeSpans: [{ scope: { name: 'test' }, spans }] }],
  };
}

/** An attribute in the JSON form of OTLP. */
export function attribute(key: string, value: string | number | boolean): OtlpMembers {
  if (typeof value === 'string') return { key, value: { stringValue: value } };
  return {
    key,
    value: typeof value === 'number' ? { intValue: String(value) } : { boolValue: value },
  };
}

/** A span of a millisecond in the JSON form of OTLP, with ids from small numbers. */
export function spanOf(trace: number, span: number, members: OtlpMembers = {}): OtlpMembers {
  const start = 1_700_000_000_000_000_000n + BigInt(span) * 1_000_000n;
  return {
    traceId: idOf(trace, 32),
    spanId: idOf(span, 16),
    name: `span ${span}`,
    kind: 1,
    startTimeUnixNano: String(start),
    endTimeUnixNano: String(start + 1_000_000n),
    ...members,
  };
}

/** A span that is running, in the JSON form of OTLP. */
export function openSpanOf(trace: number, span: number, members: OtlpMembers = {}): OtlpMembers {
  return spanOf(trace, span, { endTimeUnixNano: '0', ...members });
}

/** Says that a span is still running, in the JSON form of OTLP. */
export function heartbeatOf(trace: number, span: number): OtlpMembers {
  return { traceId: idOf(trace, 32), spanId: idOf(span, 16), kind: 1 };
}

/** An id of hexadecimal digits from a small number. */
export function idOf(number: number, length: 16 | 32): string {
  return number.toString(16).padStart(length, '0');
}

function withBytes(value: unknown, member = ''): unknown {
  if (typeof value === 'string' && IDS.has(member)) return Buffer.from(value, 'hex');
  if (Array.isArray(value)) return value.map((element) => withBytes(element));
  if (typeof value !== 'object' || value === null || Buffer.isBuffer(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, withBytes(inner, key)]),
  );
}
