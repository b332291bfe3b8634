import type { ReadableSpan } from '../../trace/index.js';
import { EncodingExporter } from '../encoding-exporter.js';
import { SPAN_WORDS } from '../exporter.js';
import {
  createHttpExporterOptions,
  type HttpExportOptions,
  type HttpFormat,
} from '../http-export.js';
import { JSON_SPANS } from './json-span.js';
import { checkOtlpProtocol, type OtlpHttpProtocol, otlpOverHttp } from './otlp-http.js';
import { PROTOBUF_SPANS } from './protobuf-span.js';

/** Where and how spans are sent. Spec: `protocol/exporter.md`. */
export interface OtlpSpanExporterOptions extends HttpExportOptions {
  /** The whole URL, used as it is. @default 'http://localhost:4318/v1/traces' */
  readonly url?: string;
  /** @default 'http/protobuf' */
  readonly protocol?: OtlpHttpProtocol;
}

/** Where a collector on this machine receives spans by OTLP over HTTP. */
export const OTLP_HTTP_URL = 'http://localhost:4318/v1/traces';

const OWNER = 'OtlpSpanExporter';

/**
 * Sends spans by OTLP over HTTP, as protobuf or JSON. Every OpenTelemetry backend receives them:
 * Collector, Jaeger, Tempo, and the hosted ones.
 *
 * Retries what OTLP allows, within `timeoutMillis`. Spans that the server rejects while it accepts the
 * rest are reported in the log, and counted as failed. Requests of the exporter are not traced.
 *
 * @example
 * new OtlpSpanExporter({ url: 'https://collector:4318/v1/traces', headers: { 'api-key': key } })
 */
export class OtlpSpanExporter extends EncodingExporter<ReadableSpan> {
  /** @throws TracingConfigError for an option that cannot be used */
  constructor(options: OtlpSpanExporterOptions = {}) {
    const protocol = checkOtlpProtocol(OWNER, options.protocol);
    super(createHttpExporterOptions(OWNER, OTLP_HTTP_URL, spansOverHttp(protocol), options));
  }
}

/** Spans by OTLP over HTTP, to any receiver. */
export function spansOverHttp(protocol: OtlpHttpProtocol): HttpFormat<ReadableSpan> {
  return otlpOverHttp(protocol, SPAN_WORDS, JSON_SPANS, PROTOBUF_SPANS);
}
