import { ValueType } from '@opentelemetry/api';
import {
  DataPointType,
  type ExponentialBuckets,
  type ReadableDataPoint,
  type ReadableExemplar,
  type ReadableExponentialHistogram,
  type ReadableHistogram,
} from '../readable-metrics.js';
import type { MetricPoint } from './metric-point.js';
import { writeAttribute } from './protobuf-attribute.js';
import { isInt64, type ProtobufWriter } from './protobuf-writer.js';

// opentelemetry-proto v1, `metrics/v1/metrics.proto`: field number times eight, plus wire type. The three messages of
// data points have the same numbers for both times.
const POINT_START_TIME = 0x11;
const POINT_TIME = 0x19;
const NUMBER_ATTRIBUTE = 0x3a;
const NUMBER_DOUBLE = 0x21;
const NUMBER_INT = 0x31;
const NUMBER_EXEMPLAR = 0x2a;
const HISTOGRAM_ATTRIBUTE = 0x4a;
const HISTOGRAM_COUNT = 0x21;
const HISTOGRAM_SUM = 0x29;
const HISTOGRAM_BUCKET_COUNTS = 0x32;
const HISTOGRAM_BOUNDS = 0x3a;
const HISTOGRAM_EXEMPLAR = 0x42;
const HISTOGRAM_MIN = 0x59;
const HISTOGRAM_MAX = 0x61;
const EXPONENTIAL_ATTRIBUTE = 0x0a;
const EXPONENTIAL_COUNT = 0x21;
const EXPONENTIAL_SUM = 0x29;
const EXPONENTIAL_SCALE = 0x30;
const EXPONENTIAL_ZERO_COUNT = 0x39;
const EXPONENTIAL_POSITIVE = 0x42;
const EXPONENTIAL_NEGATIVE = 0x4a;
const EXPONENTIAL_EXEMPLAR = 0x5a;
const EXPONENTIAL_MIN = 0x61;
const EXPONENTIAL_MAX = 0x69;
const BUCKETS_OFFSET = 0x08;
const BUCKETS_COUNTS = 0x12;
const EXEMPLAR_TIME = 0x11;
const EXEMPLAR_DOUBLE = 0x19;
const EXEMPLAR_SPAN_ID = 0x22;
const EXEMPLAR_TRACE_ID = 0x2a;

const TRACE_ID_BYTES = 16;
const SPAN_ID_BYTES = 8;
/** Most data points are 128 to 16,383 bytes long. */
const POINT_LENGTH_SIZE = 2;

/** Writes a data point of a metric into the field of `tag`. May throw. */
export function writeMetricPoint(
  writer: ProtobufWriter,
  tag: number,
  { metric, index }: MetricPoint,
): void {
  const point = metric.dataPoints[index] as ReadableDataPoint<unknown>;
  const start = writer.begin(tag, POINT_LENGTH_SIZE);
  writer.time(POINT_START_TIME, ...point.startTime);
  writer.time(POINT_TIME, ...point.endTime);
  switch (metric.dataPointType) {
    case DataPointType.HISTOGRAM:
      writeHistogram(writer, point as ReadableDataPoint<ReadableHistogram>);
      break;
    case DataPointType.EXPONENTIAL_HISTOGRAM:
      writeExponential(writer, point as ReadableDataPoint<ReadableExponentialHistogram>);
      break;
    default:
      writeNumber(writer, point as ReadableDataPoint<number>, metric.descriptor.valueType);
  }
  writer.finish(start, POINT_LENGTH_SIZE);
}

function writeNumber(
  writer: ProtobufWriter,
  { attributes, value, exemplars }: ReadableDataPoint<number>,
  valueType: number,
): void {
  if (valueType === ValueType.INT && isInt64(value)) writer.fixed64(NUMBER_INT, value);
  else writer.double(NUMBER_DOUBLE, value);
  writeAttributes(writer, NUMBER_ATTRIBUTE, attributes);
  writeExemplars(writer, NUMBER_EXEMPLAR, exemplars);
}

function writeHistogram(
  writer: ProtobufWriter,
  { attributes, value, exemplars }: ReadableDataPoint<ReadableHistogram>,
): void {
  const { count, sum, min, max, buckets } = value;
  writer.fixed64(HISTOGRAM_COUNT, count);
  writeOptional(writer, HISTOGRAM_SUM, sum);
  writer.packed(HISTOGRAM_BUCKET_COUNTS, buckets.counts, 'fixed64');
  writer.packed(HISTOGRAM_BOUNDS, buckets.boundaries, 'double');
  writeOptional(writer, HISTOGRAM_MIN, min);
  writeOptional(writer, HISTOGRAM_MAX, max);
  writeAttributes(writer, HISTOGRAM_ATTRIBUTE, attributes);
  writeExemplars(writer, HISTOGRAM_EXEMPLAR, exemplars);
}

function writeExponential(
  writer: ProtobufWriter,
  { attributes, value, exemplars }: ReadableDataPoint<ReadableExponentialHistogram>,
): void {
  const { count, sum, min, max, scale, zeroCount, positive, negative } = value;
  writer.fixed64(EXPONENTIAL_COUNT, count);
  writeOptional(writer, EXPONENTIAL_SUM, sum);
  writer.uint32(EXPONENTIAL_SCALE, zigzag(scale));
  writer.fixed64(EXPONENTIAL_ZERO_COUNT, zeroCount);
  writeBuckets(writer, EXPONENTIAL_POSITIVE, positive);
  writeBuckets(writer, EXPONENTIAL_NEGATIVE, negative);
  writeOptional(writer, EXPONENTIAL_MIN, min);
  writeOptional(writer, EXPONENTIAL_MAX, max);
  writeAttributes(writer, EXPONENTIAL_ATTRIBUTE, attributes);
  writeExemplars(writer, EXPONENTIAL_EXEMPLAR, exemplars);
}

function writeBuckets(
  writer: ProtobufWriter,
  tag: number,
  { offset, bucketCounts }: ExponentialBuckets,
): void {
  const start = writer.begin(tag, 1);
  writer.uint32(BUCKETS_OFFSET, zigzag(offset));
  writer.packed(BUCKETS_COUNTS, bucketCounts, 'varint');
  writer.finish(start, 1);
}

function writeOptional(writer: ProtobufWriter, tag: number, value: number | undefined): void {
  if (value !== undefined) writer.double(tag, value);
}

function writeAttributes(writer: ProtobufWriter, tag: number, attributes: object): void {
  for (const [key, value] of Object.entries(attributes)) writeAttribute(writer, tag, key, value);
}

function writeExemplars(
  writer: ProtobufWriter,
  tag: number,
  exemplars: readonly ReadableExemplar[] | undefined,
): void {
  for (const { value, timestamp, traceId, spanId } of exemplars ?? []) {
    const start = writer.begin(tag, 1);
    writer.time(EXEMPLAR_TIME, ...timestamp);
    writer.double(EXEMPLAR_DOUBLE, value);
    writer.id(EXEMPLAR_SPAN_ID, spanId, SPAN_ID_BYTES);
    writer.id(EXEMPLAR_TRACE_ID, traceId, TRACE_ID_BYTES);
    writer.finish(start, 1);
  }
}

/** A whole number of 32 bits in the form of `sint32`. */
function zigzag(value: number): number {
  return ((value << 1) ^ (value >> 31)) >>> 0;
}
