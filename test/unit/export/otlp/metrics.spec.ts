import { describe, expect, it } from '@jest/globals';
import { JsonMetricsSerializer, ProtobufMetricsSerializer } from '@opentelemetry/otlp-transformer';
import { AggregationTemporality as StockTemporality } from '@opentelemetry/sdk-metrics';
import type { Encoding } from '../../../../lib/export/encoding.js';
import type { ReadableMetrics } from '../../../../lib/export/index.js';
import { runsOfFrame } from '../../../../lib/export/otlp/group-by-scope.js';
import { JsonEncoding } from '../../../../lib/export/otlp/json-encoding.js';
import { JSON_METRICS } from '../../../../lib/export/otlp/json-metrics.js';
import { type MetricPoint, metricPointsOf } from '../../../../lib/export/otlp/metric-point.js';
import { writeMetricPoint } from '../../../../lib/export/otlp/protobuf-metric-point.js';
import { ProtobufMetricsEncoding } from '../../../../lib/export/otlp/protobuf-metrics.js';
import { ProtobufWriter } from '../../../../lib/export/otlp/protobuf-writer.js';
import {
  EVERY_KIND,
  manySeries,
  readableMetrics,
  SPAN_ID,
  stockMetrics,
  TRACE_ID,
} from '../../../support/metric-source.js';
import { dataPointsOf, metricsOf, type OtlpJson, readMetricsRequest } from './read-otlp.js';

const FORMATS: [string, () => Encoding<MetricPoint>, (body: Buffer) => OtlpJson][] = [
  ['protobuf', () => new ProtobufMetricsEncoding(), readMetricsRequest],
  ['JSON', () => new JsonEncoding(JSON_METRICS), (body) => JSON.parse(body.toString()) as OtlpJson],
];
const STOCK: Record<string, (metrics: ReadableMetrics) => OtlpJson> = {
  protobuf: (metrics) =>
    readMetricsRequest(ProtobufMetricsSerializer.serializeRequest(metrics as never) as Uint8Array),
  JSON: (metrics) => {
    const bytes = JsonMetricsSerializer.serializeRequest(metrics as never) as Uint8Array;
    return JSON.parse(Buffer.from(bytes).toString()) as OtlpJson;
  },
};

/** What both writers say: empty members and the form of 64-bit numbers apart, and without exemplars, of which OpenTelemetry has none. */
function normal(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(normal);
  if (typeof value === 'string' && /^-?\d+$/.test(value)) return Number(value);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value)
    .filter(([key, member]) => key !== 'exemplars' && !isEmpty(member))
    .map(([key, member]) => [key, normal(member)]);
  return Object.fromEntries(entries);
}

function isEmpty(member: unknown): boolean {
  return (
    member === 0 ||
    member === '' ||
    member === false ||
    member === '0' ||
    member === undefined ||
    (Array.isArray(member) && member.length === 0)
  );
}

describe.each(FORMATS)('metrics in OTLP as %s', (format, create, read) => {
  function write(metrics: ReadableMetrics): OtlpJson {
    const body = create().openBody(Number.POSITIVE_INFINITY);
    for (const point of metricPointsOf(metrics)) expect(body.add(point)).toBeGreaterThan(0);
    return read(body.finish().body);
  }

  it('are what OpenTelemetry writes for the same data', () => {
    const metrics = readableMetrics();
    const ours = write(metrics);
    expect(normal(ours)).toEqual(normal(STOCK[format]?.(metrics)));
    expect(dataPointsOf(ours)).toHaveLength(8);
    expect(metricsOf(ours).map(({ name }) => name)).toEqual(EVERY_KIND.map(({ name }) => name));
  });

  it.each([StockTemporality.CUMULATIVE, StockTemporality.DELTA])(
    'are what OpenTelemetry writes for data of its SDK, in temporality %i',
    async (temporality) => {
      const metrics = await stockMetrics(temporality);
      const ours = write(metrics);
      expect(normal(ours)).toEqual(normal(STOCK[format]?.(metrics)));
      expect(metricsOf(ours)).toHaveLength(8);
    },
  );

  it('have times, values, buckets and exemplars', () => {
    const [metric] = metricsOf(write(readableMetrics(EVERY_KIND.slice(3))));
    const { histogram } = metric as OtlpJson;
    const [point] = histogram.dataPoints as OtlpJson[];
    expect(normalNumbers(point)).toEqual({
      startTimeUnixNano: '1714979280000000000',
      timeUnixNano: '1714979289000250000',
      attributes: expect.any(Array),
      count: '4',
      sum: 3.102,
      min: 0.002,
      max: 3,
      bucketCounts: ['1', '2', '0', '1'],
      explicitBounds: [0.005, 0.1, 1],
      exemplars: [
        { timeUnixNano: '1714979288500250000', asDouble: 3, spanId: SPAN_ID, traceId: TRACE_ID },
      ],
    });
    expect(histogram.aggregationTemporality).toBe(2);
  });

  it('have no values that JSON or protobuf cannot tell', () => {
    const odd = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    const series = odd.map((value, i) => [{ i }, value] as const);
    const points = dataPointsOf(write(readableMetrics([{ kind: 'gauge', series }])));
    expect(points.map(({ asDouble }) => Number(asDouble))).toEqual(odd);
  });

  it('are divided by data points, each part with its metrics, scope and resource', () => {
    const points = metricPointsOf(
      readableMetrics([manySeries(10), { ...manySeries(3), name: 'b' }]),
    );
    const body = create().openBody(Number.POSITIVE_INFINITY);
    for (const point of points) body.add(point);
    const halves = body.finish().halves();
    expect(halves.map(({ itemCount }) => itemCount)).toEqual([6, 7]);
    const messages = halves.map((half) => read(half.body));
    const shape = (message: OtlpJson) =>
      metricsOf(message).map(({ name, sum }) => [name, sum.dataPoints.length]);
    expect(messages.map(shape)).toEqual([
      [['orders.placed', 6]],
      [
        ['orders.placed', 4],
        ['b', 3],
      ],
    ]);
    const values = messages.flatMap(dataPointsOf).map(({ asDouble }) => asDouble);
    expect(values).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 1, 2, 3]);
    expect(messages[1]?.resourceMetrics[0].resource).toEqual(
      messages[0]?.resourceMetrics[0].resource,
    );
    expect(halves[1]?.firstName).toBe('orders.placed');
  });

  it.each([1100, 1500, 5000])('fill requests up to %i bytes, and no further', (maxBytes) => {
    const metrics = Array.from({ length: 5 }, (_, i) => ({ ...manySeries(20), name: `m${i}` }));
    const points = metricPointsOf(readableMetrics(metrics));
    const bodies: Buffer[] = [];
    let body = create().openBody(maxBytes);
    for (const point of points) {
      if (body.add(point) === 'full') {
        bodies.push(body.finish().body);
        body = create().openBody(maxBytes);
        expect(body.add(point)).toBeGreaterThan(0);
      }
    }
    bodies.push(body.finish().body);
    expect(Math.max(...bodies.map(({ length }) => length))).toBeLessThanOrEqual(maxBytes);
    expect(bodies.flatMap((each) => dataPointsOf(read(each)))).toHaveLength(100);
    const total = bodies.reduce((sum, { length }) => sum + length, 0);
    expect(bodies.length).toBeLessThanOrEqual(Math.ceil((total / maxBytes) * 2) + 1);
  });

  it('leave out a point that cannot be read', () => {
    const [metric] = readableMetrics([manySeries(2)]).scopeMetrics[0]?.metrics ?? [];
    const points = metricPointsOf(readableMetrics([manySeries(2)]));
    const broken = { ...(points[0] as MetricPoint), index: 7 };
    const body = create().openBody(1000);
    expect(body.add(broken)).toBe(0);
    expect(body.add(points[1] as MetricPoint)).toBeGreaterThan(0);
    expect([body.itemCount, body.skippedCount]).toEqual([1, 1]);
    expect(dataPointsOf(read(body.finish().body))).toHaveLength(1);
    expect(metric?.dataPoints).toHaveLength(2);
  });
});

describe('writeMetricPoint', () => {
  it('writes one field', () => {
    const writer = new ProtobufWriter();
    const [point] = metricPointsOf(readableMetrics([manySeries(1)]));
    writeMetricPoint(writer, 0x0a, point as MetricPoint);
    const written = writer.written();
    expect([written[0], written[1]]).toEqual([0x0a, written.length - 2]);
  });
});

describe('runsOfFrame', () => {
  it('divides where the frame changes', () => {
    const [a, b] = [{}, {}];
    const items = [a, a, b, a].map((frame, i) => ({ frame, i }));
    const runs = runsOfFrame(items).map(({ frame, items: run }) => [frame, run.map(({ i }) => i)]);
    expect(runs).toEqual([
      [a, [0, 1]],
      [b, [2]],
      [a, [3]],
    ]);
  });
});

/** Protobuf rounds nothing; JSON has the same digits. */
function normalNumbers(point: OtlpJson | undefined): OtlpJson | undefined {
  return point && { ...point, sum: Number((point.sum as number).toFixed(9)) };
}
