import type { MetricData, MetricsSnapshot } from '../../lib/metrics/index.js';

/**
 * The metrics of a snapshot as lines: name, attributes in alphabetical order, and value; of a histogram count, sum and
 * the buckets with values by their upper bounds. The metrics of the tracing itself only where `only` names one.
 */
export function metricsAsText(snapshot: MetricsSnapshot, only?: string): string {
  return snapshot.scopes
    .flatMap(({ metrics }) => metrics)
    .filter(({ descriptor: { name } }) =>
      only === undefined ? !name.startsWith('otel.sdk.') : name === only,
    )
    .flatMap(linesOf)
    .join('\n');
}

function linesOf(data: MetricData): string[] {
  const { name } = data.descriptor;
  if (data.kind !== 'histogram') {
    return data.points.map(({ attributes, value }) => `${name}${labels(attributes)} ${value}`);
  }
  return data.points.map(({ attributes, count, sum, bucketCounts, exemplars }) => {
    const buckets = bucketCounts
      .map((inBucket, index) => [data.bounds[index] ?? 'more', inBucket] as const)
      .filter(([, inBucket]) => inBucket > 0)
      .map(([bound, inBucket]) => `${bound}: ${inBucket}`);
    const shown = exemplars.map(({ value, spanId }) => ` exemplar ${value} ${spanId}`);
    const rounded = Number(sum.toFixed(6));
    return `${name}${labels(attributes)} ${count} in ${rounded} [${buckets.join(', ')}]${shown.join('')}`;
  });
}

function labels(attributes: object): string {
  const entries = Object.entries(attributes).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, value]) => `${key}=${value}`).join(' ')}}`;
}
