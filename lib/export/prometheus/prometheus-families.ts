import type { Diagnostics } from '../../diagnostics.js';
import type { MetricData, MetricsSnapshot, ScopeMetrics } from '../../metrics/metric-data.js';
import { type PrometheusType, prometheusName } from './prometheus-names.js';

/** Metrics with one name, such as those of two scopes. */
export interface PrometheusFamily {
  /** Without `_total`. */
  readonly name: string;
  readonly type: PrometheusType;
  /** Empty for none. */
  readonly unit: string;
  /** The first description that is not empty. */
  help: string;
  readonly members: { readonly scope: ScopeMetrics['scope']; readonly metric: MetricData }[];
}

/**
 * The families of a snapshot. A scrape must not have two types for one name: of two such metrics the second is
 * dropped and reported.
 *
 * Spec: `compatibility/prometheus_and_openmetrics.md#metric-metadata-1`.
 */
export function prometheusFamilies(
  { scopes }: MetricsSnapshot,
  diagnostics: Diagnostics,
): PrometheusFamily[] {
  const families = new Map<string, PrometheusFamily>();
  for (const { scope, metrics } of scopes) {
    for (const metric of metrics) {
      const type = typeOf(metric);
      const { name, unit } = prometheusName(metric.descriptor, type);
      const { description } = metric.descriptor;
      let family = families.get(name);
      if (family === undefined) {
        family = { name, type, unit, help: description, members: [] };
        families.set(name, family);
      }
      if (family.type !== type) {
        diagnostics.report(
          'Two metrics have one name in Prometheus and different types; the second is not in the scrape. Rename one of them',
          `'${metric.descriptor.name}' is a ${type}, and ${name} a ${family.type}`,
        );
        continue;
      }
      family.help ||= description;
      family.members.push({ scope, metric });
    }
  }
  return [...families.values()];
}

function typeOf({ kind }: MetricData): PrometheusType {
  if (kind === 'histogram') return 'histogram';
  return kind === 'counter' ? 'counter' : 'gauge';
}
