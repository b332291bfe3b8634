import { checkChoice } from '../../option-checks.js';
import { VERSION } from '../../version.js';
import { EncodingSpanExporter } from '../encoding-span-exporter.js';
import {
  createHttpExporterOptions,
  type HttpExportOptions,
  type HttpFormat,
} from '../http-export.js';
import { JsonEncoding } from './json-encoding.js';
import { ProtobufEncoding } from './protobuf-encoding.js';
import { readExportResponse } from './response.js';

/** Where and how spans are sent. Spec: `protocol/exporter.md`. */
export interface OtlpSpanExporterOptions extends HttpExportOptions {
  /** The whole URL, used as it is. @default 'http://localhost:4318/v1/traces' */
  readonly url?: string;
  /** @default 'http/protobuf' */
  readonly protocol?: OtlpHttpProtocol;
}

/** The formats in which OTLP is sent over HTTP. */
export type OtlpHttpProtocol = 'http/protobuf' | 'http/json';

/** Spec: `protocol/exporter.md#user-agent`. */
export const OTLP_USER_AGENT = `nestjs-traced/${VERSION} OTel-OTLP-Exporter-JavaScript/${VERSION}`;

/** Where a collector on this machine receives OTLP over HTTP. */
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
export class OtlpSpanExporter extends EncodingSpanExporter {
  /** @throws TracingConfigError for an option that cannot be used */
  constructor(options: OtlpSpanExporterOptions = {}) {
    const protocol = checkChoice(`${OWNER}.protocol`, options.protocol, 'http/protobuf', [
      'http/protobuf',
      'http/json',
    ]);
    super(createHttpExporterOptions(OWNER, OTLP_HTTP_URL, otlpOverHttp(protocol), options));
  }
}

/** OTLP as it is sent over HTTP, to any receiver. */
export function otlpOverHttp(protocol: OtlpHttpProtocol): HttpFormat {
  return {
    userAgent: OTLP_USER_AGENT,
    encoding: protocol === 'http/json' ? new JsonEncoding() : new ProtobufEncoding(),
    readResponse: readExportResponse,
  };
}
