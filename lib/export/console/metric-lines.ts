import type { Attributes } from '@opentelemetry/api';
import { printable, printableJson } from '../../printable.js';
import {
  DataPointType,
  type ReadableDataPoint,
  type ReadableExponentialHistogram,
  type ReadableHistogram,
  type ReadableMetric,
  type ReadableMetrics,
} from '../readable-metrics.js';
import { toIsoTime } from './span-line.js';

// Semantic conventions 1.45.0, `docs/resource/README.md`.
const SERVICE_NAME = 'service.name';

type AnyHistogram = ReadableHistogram | ReadableExponentialHistogram;

const KINDS: Readonly<Record<DataPointType, string>> = {
  [DataPointType.HISTOGRAM]: 'histogram',
  [DataPointType.EXPONENTIAL_HISTOGRAM]: 'exponential histogram',
  [DataPointType.GAUGE]: 'gauge',
  [DataPointType.SUM]: 'up-down counter',
};

/** One line of JSON for each series, for log collectors that read lines. */
export function metricLines({ resource, scopeMetrics }: ReadableMetrics): string[] {
  const service = resource.attributes[SERVICE_NAME];
  return scopeMetrics.flatMap(({ scope, metrics }) =>
    metrics.flatMap((metric) =>
      metric.dataPoints.map((point) => {
        const json = JSON.stringify({
          metric: metric.descriptor.name,
          unit: metric.descriptor.unit || undefined,
          kind: kindOf(metric),
          service,
          scope: scope.name,
          startTime: toIsoTime(point.startTime),
          time: toIsoTime(point.endTime),
          attributes: point.attributes,
          ...membersOf(point.value),
        });
        return printableJson(json);
      }),
    ),
  );
}

/** Each metric in a line, with its series below it. */
export function metricTable({ resource, scopeMetrics }: ReadableMetrics): string[] {
  const metrics = scopeMetrics.flatMap((scope) => scope.metrics);
  const time = metrics.find(({ dataPoints }) => dataPoints.length > 0)?.dataPoints[0]?.endTime;
  if (time === undefined) return [];
  const lines = [`metrics of ${resource.attributes[SERVICE_NAME]} at ${toIsoTime(time)}`];
  for (const metric of metrics) {
    const { name, unit } = metric.descriptor;
    lines.push(`  ${name}${unit ? ` in ${unit}` : ''}, ${kindOf(metric)}`);
    for (const point of metric.dataPoints) lines.push(`    ${describePoint(point)}`);
  }
  return lines.map(printable);
}

function kindOf(metric: ReadableMetric): string {
  return metric.dataPointType === DataPointType.SUM && metric.isMonotonic
    ? 'counter'
    : KINDS[metric.dataPointType];
}

function membersOf(value: number | AnyHistogram): object {
  return typeof value === 'number' ? { value } : value;
}

function describePoint({ attributes, value }: ReadableDataPoint<number | AnyHistogram>): string {
  const series = describeAttributes(attributes);
  return `${series === '' ? '' : `${series}: `}${typeof value === 'number' ? value : describe(value)}`;
}

function describe({ count, sum, min, max }: AnyHistogram): string {
  const parts = [`${count} ${count === 1 ? 'value' : 'values'}`];
  if (sum !== undefined && count > 0) parts.push(`mean ${round(sum / count)}`);
  if (min !== undefined) parts.push(`min ${round(min)}`);
  if (max !== undefined) parts.push(`max ${round(max)}`);
  return parts.join(', ');
}

/** Four significant digits show more than a person compares. */
function round(value: number): number {
  return Number(value.toPrecision(4));
}

function describeAttributes(attributes: Attributes): string {
  return Object.entries(attributes)
    .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
    .join(' ');
}
