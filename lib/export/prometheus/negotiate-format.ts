/** The formats in which metrics are scraped. */
export type PrometheusFormat = 'text' | 'openmetrics';

/** The content type of a response in each format. */
export const PROMETHEUS_CONTENT_TYPES: Readonly<Record<PrometheusFormat, string>> = {
  text: 'text/plain; version=0.0.4; charset=utf-8',
  openmetrics: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
};

const OPENMETRICS = 'application/openmetrics-text';
const OPENMETRICS_VERSIONS = new Set([undefined, '1.0.0', '0.0.1']);
const TEXT_RANGES = new Set(['text/plain', 'text/*', '*/*']);
/** A header of a client may be long. */
const MAX_RANGES = 50;

/**
 * Decides by the header `Accept`: OpenMetrics for a client that prefers it, such as Prometheus; text for all others.
 *
 * Spec: `metrics/sdk_exporters/prometheus.md#content-negotiation`.
 */
export function negotiateFormat(accept: string | undefined): PrometheusFormat {
  let openMetricsQuality = 0;
  let textQuality = 0;
  for (const range of (accept ?? '').split(',', MAX_RANGES)) {
    const [type = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
    const quality = qualityOf(parameters);
    if (type === OPENMETRICS && OPENMETRICS_VERSIONS.has(parameterOf(parameters, 'version'))) {
      // The same quality for both: what comes first is preferred.
      if (quality > textQuality) openMetricsQuality = Math.max(openMetricsQuality, quality);
    } else if (TEXT_RANGES.has(type)) {
      textQuality = Math.max(textQuality, quality);
    }
  }
  return openMetricsQuality > 0 && openMetricsQuality >= textQuality ? 'openmetrics' : 'text';
}

function qualityOf(parameters: readonly string[]): number {
  const given = parameterOf(parameters, 'q');
  if (given === undefined) return 1;
  const quality = Number(given);
  return quality >= 0 && quality <= 1 ? quality : 0;
}

function parameterOf(parameters: readonly string[], name: string): string | undefined {
  const prefix = `${name}=`;
  return parameters.find((parameter) => parameter.startsWith(prefix))?.slice(prefix.length);
}
