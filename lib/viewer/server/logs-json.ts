import type { AnyValue } from '../analysis/span-record.js';
import type { JsonValue, LogJson } from '../api/log-json.js';
import type { LogRecord } from '../otlp/read-log.js';

/** Writes log records for the page. */
export function logsToJson(logs: readonly LogRecord[]): LogJson[] {
  return logs.map(({ timeNanos, body, attributes, resource, scope, ...log }) => ({
    ...log,
    timeNanos: String(timeNanos),
    body: jsonOf(body),
    attributes: jsonOf(attributes),
    service: String(resource.attributes['service.name'] ?? ''),
    scope: scope.name,
  }));
}

function jsonOf(value: AnyValue): JsonValue {
  if (typeof value === 'bigint') return String(value);
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (Array.isArray(value)) return value.map(jsonOf);
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, jsonOf(member)]));
}
