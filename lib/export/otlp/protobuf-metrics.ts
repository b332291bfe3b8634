import { type EncodedItem, ListEncoding } from '../encoded-list.js';
import { DataPointType, type ReadableMetric } from '../readable-metrics.js';
import { groupByScope, runsOfFrame } from './group-by-scope.js';
import type { MetricPoint } from './metric-point.js';
import { encodeResource, encodeScope } from './protobuf-encoding.js';
import { writeMetricPoint } from './protobuf-metric-point.js';
import { ProtobufWriter } from './protobuf-writer.js';

// opentelemetry-proto v1, `metrics/v1/metrics.proto`: field number times eight, plus wire type. Resources and scopes
// are nested as those of spans.
const REQUEST_RESOURCE = 0x0a;
const RESOURCE_SCOPE = 0x12;
const RESOURCE_SCHEMA_URL = 0x1a;
const SCOPE_METRIC = 0x12;
const SCOPE_SCHEMA_URL = 0x1a;
const METRIC_NAME = 0x0a;
const METRIC_DESCRIPTION = 0x12;
const METRIC_UNIT = 0x1a;
const DATA_POINT = 0x0a;
const DATA_TEMPORALITY = 0x10;
const SUM_IS_MONOTONIC = 0x18;

/** The field of a metric that has its points, by the type of the points. */
const METRIC_DATA: Readonly<Record<DataPointType, number>> = {
  [DataPointType.GAUGE]: 0x2a,
  [DataPointType.SUM]: 0x3a,
  [DataPointType.HISTOGRAM]: 0x4a,
  [DataPointType.EXPONENTIAL_HISTOGRAM]: 0x52,
};

const LENGTH_SIZE = 2;

/** An `ExportMetricsServiceRequest` in the binary form of protobuf. */
export class ProtobufMetricsEncoding extends ListEncoding<MetricPoint> {
  constructor() {
    // One for all points: a point is copied when it is written.
    const pointWriter = new ProtobufWriter(1024);
    super({
      contentType: 'application/x-protobuf',
      encode(point) {
        pointWriter.position = 0;
        writeMetricPoint(pointWriter, DATA_POINT, point);
        return Buffer.from(pointWriter.written());
      },
      nameOf: ({ metric }) => metric.descriptor.name,
      frameOf: ({ metric }) => metric,
      join,
    });
  }
}

function join(items: readonly EncodedItem[]): Buffer {
  const writer = new ProtobufWriter();
  for (const { resource, scopes } of groupByScope(items)) {
    const resourceStart = writer.begin(REQUEST_RESOURCE, LENGTH_SIZE);
    writer.raw(encodeResource(resource));
    for (const { scope, items: itemsOfScope } of scopes) {
      const scopeStart = writer.begin(RESOURCE_SCOPE, LENGTH_SIZE);
      writer.raw(encodeScope(scope));
      for (const { frame, items: points } of runsOfFrame(itemsOfScope)) {
        writeMetric(writer, frame as ReadableMetric, points);
      }
      if (scope.schemaUrl) writer.string(SCOPE_SCHEMA_URL, scope.schemaUrl);
      writer.finish(scopeStart, LENGTH_SIZE);
    }
    if (resource.schemaUrl) writer.string(RESOURCE_SCHEMA_URL, resource.schemaUrl);
    writer.finish(resourceStart, LENGTH_SIZE);
  }
  return writer.written();
}

function writeMetric(
  writer: ProtobufWriter,
  metric: ReadableMetric,
  points: readonly EncodedItem[],
): void {
  const { descriptor, dataPointType } = metric;
  const start = writer.begin(SCOPE_METRIC, LENGTH_SIZE);
  writer.string(METRIC_NAME, descriptor.name);
  if (descriptor.description) writer.string(METRIC_DESCRIPTION, descriptor.description);
  if (descriptor.unit) writer.string(METRIC_UNIT, descriptor.unit);
  const dataStart = writer.begin(METRIC_DATA[dataPointType], LENGTH_SIZE);
  for (const { bytes } of points) writer.raw(bytes);
  // The protocol counts from 1, and the enumeration of OpenTelemetry from 0.
  if (dataPointType !== DataPointType.GAUGE) {
    writer.uint32(DATA_TEMPORALITY, metric.aggregationTemporality + 1);
  }
  if (dataPointType === DataPointType.SUM && metric.isMonotonic) {
    writer.uint32(SUM_IS_MONOTONIC, 1);
  }
  writer.finish(dataStart, LENGTH_SIZE);
  writer.finish(start, LENGTH_SIZE);
}
