import { ValueType } from '@opentelemetry/api';
import {
  DataPointType,
  type ExponentialBuckets,
  type ReadableDataPoint,
  type ReadableExemplar,
  type ReadableExponentialHistogram,
  type ReadableHistogram,
  type ReadableMetric,
} from '../readable-metrics.js';
import { jsonAttributes, jsonNanos, jsonText } from './json-value.js';
import type { MetricPoint } from './metric-point.js';
import { isInt64 } from './protobuf-writer.js';
import type { JsonSignal } from './signal.js';

/** The member of a metric that has its points, by the type of the points. */
const DATA_MEMBERS: Readonly<Record<DataPointType, string>> = {
  [DataPointType.GAUGE]: 'gauge',
  [DataPointType.SUM]: 'sum',
  [DataPointType.HISTOGRAM]: 'histogram',
  [DataPointType.EXPONENTIAL_HISTOGRAM]: 'exponentialHistogram',
};

/** The signal of metrics in the JSON form of OTLP. Its items are data points, framed by their metric. */
export const JSON_METRICS: JsonSignal<MetricPoint> = {
  members: ['resourceMetrics', 'scopeMetrics', 'metrics'],
  encode: jsonMetricPoint,
  nameOf: ({ metric }) => metric.descriptor.name,
  frame: {
    of: ({ metric }) => metric,
    open: (metric) => openMetric(metric as ReadableMetric),
    close: ']}}',
  },
};

function openMetric(metric: ReadableMetric): string {
  const { descriptor, dataPointType, aggregationTemporality } = metric;
  const { name, description, unit } = descriptor;
  // The protocol counts from 1, and the enumeration of OpenTelemetry from 0.
  const temporality =
    dataPointType === DataPointType.GAUGE
      ? ''
      : `"aggregationTemporality":${aggregationTemporality + 1},`;
  const monotonic =
    dataPointType === DataPointType.SUM ? `"isMonotonic":${metric.isMonotonic},` : '';
  return (
    `{"name":${jsonText(name)}` +
    (description ? `,"description":${jsonText(description)}` : '') +
    (unit ? `,"unit":${jsonText(unit)}` : '') +
    `,"${DATA_MEMBERS[dataPointType]}":{${temporality}${monotonic}"dataPoints":[`
  );
}

function jsonMetricPoint({ metric, index }: MetricPoint): string {
  const point = metric.dataPoints[index] as ReadableDataPoint<unknown>;
  return (
    `{"startTimeUnixNano":"${jsonNanos(point.startTime)}","timeUnixNano":"${jsonNanos(point.endTime)}"` +
    jsonPointValue(metric, point.value) +
    jsonAttributes(point.attributes) +
    jsonExemplars(point.exemplars) +
    '}'
  );
}

function jsonPointValue({ dataPointType, descriptor }: ReadableMetric, value: unknown): string {
  switch (dataPointType) {
    case DataPointType.HISTOGRAM:
      return jsonHistogram(value as ReadableHistogram);
    case DataPointType.EXPONENTIAL_HISTOGRAM:
      return jsonExponential(value as ReadableExponentialHistogram);
    default: {
      const number = value as number;
      if (descriptor.valueType === ValueType.INT && isInt64(number)) {
        return `,"asInt":${jsonInteger(number)}`;
      }
      return `,"asDouble":${jsonDouble(number)}`;
    }
  }
}

function jsonHistogram({ count, sum, min, max, buckets }: ReadableHistogram): string {
  return (
    `,"count":${jsonInteger(count)}` +
    jsonOptional('sum', sum) +
    `,"bucketCounts":[${buckets.counts.map(jsonInteger).join(',')}]` +
    `,"explicitBounds":[${buckets.boundaries.map(jsonDouble).join(',')}]` +
    jsonOptional('min', min) +
    jsonOptional('max', max)
  );
}

function jsonExponential(value: ReadableExponentialHistogram): string {
  const { count, sum, min, max, scale, zeroCount, positive, negative } = value;
  return (
    `,"count":${jsonInteger(count)}` +
    jsonOptional('sum', sum) +
    `,"scale":${scale},"zeroCount":${jsonInteger(zeroCount)}` +
    `,"positive":${jsonBuckets(positive)},"negative":${jsonBuckets(negative)}` +
    jsonOptional('min', min) +
    jsonOptional('max', max)
  );
}

function jsonBuckets({ offset, bucketCounts }: ExponentialBuckets): string {
  return `{"offset":${offset},"bucketCounts":[${bucketCounts.map(jsonInteger).join(',')}]}`;
}

function jsonExemplars(exemplars: readonly ReadableExemplar[] | undefined): string {
  if (exemplars === undefined || exemplars.length === 0) return '';
  const texts = exemplars.map(
    ({ value, timestamp, traceId, spanId }) =>
      `{"timeUnixNano":"${jsonNanos(timestamp)}","asDouble":${jsonDouble(value)},` +
      `"spanId":${jsonText(spanId)},"traceId":${jsonText(traceId)}}`,
  );
  return `,"exemplars":[${texts.join(',')}]`;
}

function jsonOptional(member: string, value: number | undefined): string {
  return value === undefined ? '' : `,"${member}":${jsonDouble(value)}`;
}

/** JSON of protobuf writes 64-bit numbers as texts. */
function jsonInteger(value: number): string {
  return `"${value.toFixed(0)}"`;
}

/** JSON has no infinite numbers; the JSON form of protobuf writes them as texts. */
function jsonDouble(value: number): string {
  return Number.isFinite(value) ? String(value) : `"${value}"`;
}
