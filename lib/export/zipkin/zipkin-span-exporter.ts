import type { ReadableSpan } from '../../trace/index.js';
import { VERSION } from '../../version.js';
import { EncodingExporter } from '../encoding-exporter.js';
import { SPAN_WORDS } from '../exporter.js';
import { createHttpExporterOptions, type HttpExportOptions } from '../http-export.js';
import { refuseWebPage } from '../web-page.js';
import { ZipkinEncoding } from './zipkin-encoding.js';

/** Where and how spans are sent to Zipkin. */
export interface ZipkinSpanExporterOptions extends HttpExportOptions {
  /** The whole URL, used as it is. @default 'http://localhost:9411/api/v2/spans' */
  readonly url?: string;
}

const OWNER = 'ZipkinSpanExporter';
const DEFAULT_URL = 'http://localhost:9411/api/v2/spans';

/**
 * Sends spans to Zipkin, or to another receiver of its API version 2, as JSON. Names of spans and services
 * are sent in lower case, as Zipkin requires. Its model has no links; where a backend also receives OTLP,
 * OTLP keeps more.
 *
 * @example
 * new ZipkinSpanExporter({ url: 'http://zipkin:9411/api/v2/spans' })
 */
export class ZipkinSpanExporter extends EncodingExporter<ReadableSpan> {
  /** @throws TracingConfigError for an option that cannot be used */
  constructor(options: ZipkinSpanExporterOptions = {}) {
    const format = {
      userAgent: `nestjs-traced/${VERSION}`,
      words: SPAN_WORDS,
      encoding: new ZipkinEncoding(),
      readResponse: refuseWebPage,
    };
    super(createHttpExporterOptions(OWNER, DEFAULT_URL, format, options));
  }
}
