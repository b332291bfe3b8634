import { DATA_POINT_WORDS } from '../exporter.js';
import {
  createHttpExporterOptions,
  type HttpExportOptions,
  type HttpFormat,
} from '../http-export.js';
import { JsonEncoding } from './json-encoding.js';
import { JSON_METRICS } from './json-metrics.js';
import type { MetricPoint } from './metric-point.js';
import { checkOtlpProtocol, OTLP_USER_AGENT, type OtlpHttpProtocol } from './otlp-http.js';
import { EncodingMetricExporter, type OtlpTemporalityOptions } from './otlp-metrics.js';
import { ProtobufMetricsEncoding } from './protobuf-metrics.js';
import { readExportResponse } from './response.js';

/** Where and how metrics are sent. Spec: `protocol/exporter.md`, `metrics/sdk_exporters/otlp.md`. */
export interface OtlpMetricExporterOptions extends HttpExportOptions, OtlpTemporalityOptions {
  /** The whole URL, used as it is. @default 'http://localhost:4318/v1/metrics' */
  readonly url?: string;
  /** @default 'http/protobuf' */
  readonly protocol?: OtlpHttpProtocol;
}

const OWNER = 'OtlpMetricExporter';

/** Where a collector on this machine receives metrics by OTLP over HTTP. */
const DEFAULT_URL = 'http://localhost:4318/v1/metrics';

/**
 * Sends metrics by OTLP over HTTP, as protobuf or JSON, to a Collector, Prometheus, Mimir, Aspire or a hosted
 * backend. It also fits into the `PeriodicExportingMetricReader` of OpenTelemetry.
 *
 * Retries, limits and reports are those of `OtlpSpanExporter`; what it counts are data points.
 *
 * @example
 * new OtlpMetricExporter({ url: 'https://collector:4318/v1/metrics', temporalityPreference: 'delta' })
 */
export class OtlpMetricExporter extends EncodingMetricExporter {
  /** @throws TracingConfigError for an option that cannot be used */
  constructor(options: OtlpMetricExporterOptions = {}) {
    const protocol = checkOtlpProtocol(OWNER, options.protocol);
    super(createHttpExporterOptions(OWNER, DEFAULT_URL, formatOf(protocol), options), options);
  }
}

function formatOf(protocol: OtlpHttpProtocol): HttpFormat<MetricPoint> {
  return {
    userAgent: OTLP_USER_AGENT,
    words: DATA_POINT_WORDS,
    encoding:
      protocol === 'http/json' ? new JsonEncoding(JSON_METRICS) : new ProtobufMetricsEncoding(),
    readResponse: (response, requestContentType, diagnostics) =>
      readExportResponse(response, requestContentType, diagnostics, DATA_POINT_WORDS),
  };
}
