import { Diagnostics } from '../../diagnostics.js';
import type { MetricProducer } from '../../metrics/metric-data.js';
import { negotiateFormat, PROMETHEUS_CONTENT_TYPES } from './negotiate-format.js';
import { writePrometheus } from './prometheus-text.js';

/** What a scrape by Prometheus gets. */
export interface PrometheusScrape {
  /** The header `Content-Type`. */
  readonly contentType: string;
  /** The metrics as text. */
  readonly body: string;
}

/** How a scrape is answered. */
export interface PrometheusScrapeOptions {
  /** The header `Accept` of the request. @default the text format 0.0.4 */
  readonly accept?: string | undefined;
  /** Where trouble is reported. @default one that writes to the console */
  readonly diagnostics?: Diagnostics;
}

/**
 * Collects metrics and writes them for Prometheus: as OpenMetrics 1.0 with exemplars for a client that prefers it, such
 * as Prometheus, and else in the text format 0.0.4. For servers without Nest; in Nest use `TracingMetricsController`.
 *
 * Scrapes may overlap. Register the scrape as a reader (`registry.addReader()`), so that values do not go to a meter
 * provider of OpenTelemetry.
 *
 * @example
 * const { contentType, body } = await scrapePrometheus(tracing.metrics, { accept: request.headers.accept });
 */
export async function scrapePrometheus(
  producer: MetricProducer,
  { accept, diagnostics = new Diagnostics() }: PrometheusScrapeOptions = {},
): Promise<PrometheusScrape> {
  const format = negotiateFormat(accept);
  const body = await writePrometheus(producer.collect(), format, diagnostics);
  return { contentType: PROMETHEUS_CONTENT_TYPES[format], body };
}
