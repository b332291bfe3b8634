import { ProtobufOutput } from '../otlp/protobuf-output.js';
import type { Origin, StoredResource } from './origin-table.js';
import type { TraceEntry } from './trace-entry.js';

// opentelemetry-proto v1, `collector/trace/v1/trace_service.proto` and `trace/v1/trace.proto`.
const RESOURCE_SPANS = 1;
const RESOURCE = 1;
const SCOPE_SPANS = 2;
const SCOPE = 1;
const SPANS = 2;
const SCHEMA_URL = 3;

/**
 * The spans of a trace as an `ExportTraceServiceRequest`, with the bytes in which they came.
 *
 * @param rows the spans to write. @default all
 */
export function requestOfTrace(
  entry: TraceEntry,
  rows: Iterable<number> = Array(entry.spanCount).keys(),
): Buffer {
  const output = new ProtobufOutput();
  for (const [resource, origins] of groupRows(entry, rows)) {
    const resourceSpans = output.begin(RESOURCE_SPANS);
    if (resource.bytes.length > 0) output.copy(RESOURCE, resource.bytes);
    for (const [origin, rowsOfOrigin] of origins) {
      const scopeSpans = output.begin(SCOPE_SPANS);
      if (origin.scope.length > 0) output.copy(SCOPE, origin.scope);
      for (const row of rowsOfOrigin) output.copy(SPANS, entry.bytesOf(row));
      if (origin.scopeSchemaUrl !== '') output.text(SCHEMA_URL, origin.scopeSchemaUrl);
      output.finish(scopeSpans);
    }
    if (resource.schemaUrl !== '') output.text(SCHEMA_URL, resource.schemaUrl);
    output.finish(resourceSpans);
  }
  return output.written();
}

function groupRows(
  entry: TraceEntry,
  rows: Iterable<number>,
): Map<StoredResource, Map<Origin, number[]>> {
  const resources = new Map<StoredResource, Map<Origin, number[]>>();
  for (const row of rows) {
    const origin = entry.originOf(row);
    const origins = resources.get(origin.resource) ?? new Map<Origin, number[]>();
    resources.set(origin.resource, origins);
    const sameOrigin = origins.get(origin);
    if (sameOrigin === undefined) origins.set(origin, [row]);
    else sameOrigin.push(row);
  }
  return resources;
}
