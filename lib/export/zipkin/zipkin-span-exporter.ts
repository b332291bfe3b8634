import { VERSION } from '../../version.js';
import { createHttpExporterOptions, type HttpExportOptions } from '../http-export.js';
import { RemoteSpanExporter } from '../remote-span-exporter.js';
import { ZipkinEncoding } from './zipkin-encoding.js';

/** Where and how spans are sent to Zipkin. */
export interface ZipkinSpanExporterOptions extends HttpExportOptions {
  /** The whole URL, used as it is. @default 'http://localhost:9411/api/v2/spans' */
  readonly url?: string;
}

const OWNER = 'ZipkinSpanExporter';
const DEFAULT_URL = 'http://localhost:9411/api/v2/spans';

/**
 * Sends spans to Zipkin, or whoever speaks the JSON of its API version 2. Names of spans and services
 * arrive in lower case, as Zipkin wants them, and links not at all: its model has none. Where a
 * backend takes OTLP as well, that says more.
 *
 * @example
 * new ZipkinSpanExporter({ url: 'http://zipkin:9411/api/v2/spans' })
 */
export class ZipkinSpanExporter extends RemoteSpanExporter {
  /** @throws TracingConfigError for an option that cannot be used */
  constructor(options: ZipkinSpanExporterOptions = {}) {
    const format = { userAgent: `nestjs-traced/${VERSION}`, encoding: new ZipkinEncoding() };
    super(createHttpExporterOptions(OWNER, DEFAULT_URL, format, options));
  }
}
