import type { ReadableLogRecord } from '../../trace/index.js';
import { EncodingExporter } from '../encoding-exporter.js';
import { LOG_RECORD_WORDS } from '../exporter.js';
import { createHttpExporterOptions, type HttpExportOptions } from '../http-export.js';
import { JSON_LOG_RECORDS } from './json-log-record.js';
import { checkOtlpProtocol, type OtlpHttpProtocol, otlpOverHttp } from './otlp-http.js';
import { PROTOBUF_LOG_RECORDS } from './protobuf-log-record.js';

/** Where and how log records are sent. Spec: `protocol/exporter.md`. */
export interface OtlpLogExporterOptions extends HttpExportOptions {
  /** The whole URL, used as it is. @default 'http://localhost:4318/v1/logs' */
  readonly url?: string;
  /** @default 'http/protobuf' */
  readonly protocol?: OtlpHttpProtocol;
}

const OWNER = 'OtlpLogExporter';

/** Where a collector on this machine receives log records by OTLP over HTTP. */
const DEFAULT_URL = 'http://localhost:4318/v1/logs';

/**
 * Sends log records by OTLP over HTTP, as protobuf or JSON. Their receivers show them beside the spans of
 * the same trace: Collector, Loki and Tempo with Grafana, Aspire, and the hosted ones.
 *
 * Retries, limits and reports are those of `OtlpSpanExporter`.
 *
 * @example
 * new OtlpLogExporter({ url: 'https://collector:4318/v1/logs', headers: { 'api-key': key } })
 */
export class OtlpLogExporter extends EncodingExporter<ReadableLogRecord> {
  /** @throws TracingConfigError for an option that cannot be used */
  constructor(options: OtlpLogExporterOptions = {}) {
    const protocol = checkOtlpProtocol(OWNER, options.protocol);
    const format = otlpOverHttp(protocol, LOG_RECORD_WORDS, JSON_LOG_RECORDS, PROTOBUF_LOG_RECORDS);
    super(createHttpExporterOptions(OWNER, DEFAULT_URL, format, options));
  }
}
