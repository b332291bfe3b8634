import { checkChoice } from '../../option-checks.js';
import { RemoteSpanExporter } from '../remote-span-exporter.js';
import { type HttpExportOptions, planPosts } from '../span-post.js';
import { type OtlpHttpProtocol, otlpPosts } from './otlp-posts.js';

/** Where and how spans are sent. Spec: `protocol/exporter.md`. */
export interface OtlpSpanExporterOptions extends HttpExportOptions {
  /** The whole URL, used as it is. @default 'http://localhost:4318/v1/traces' */
  readonly url?: string;
  /** @default 'http/protobuf' */
  readonly protocol?: OtlpHttpProtocol;
}

const OWNER = 'OtlpSpanExporter';
const DEFAULT_URL = 'http://localhost:4318/v1/traces';

/**
 * Sends spans to a collector by OTLP over HTTP, as protobuf or JSON. Any OpenTelemetry backend takes
 * them: Collector, Jaeger, Tempo, and the hosted ones.
 *
 * Retries what OTLP lets it retry, within `timeoutMillis`. Spans that the server rejected while it
 * took the rest are told to the processor, and said in the log. Nothing of it is traced.
 *
 * @example
 * new OtlpSpanExporter({ url: 'https://collector:4318/v1/traces', headers: { 'api-key': key } })
 */
export class OtlpSpanExporter extends RemoteSpanExporter {
  /** @throws TracingConfigError for an option that cannot be used */
  constructor(options: OtlpSpanExporterOptions = {}) {
    const protocol = checkChoice(`${OWNER}.protocol`, options.protocol, 'http/protobuf', [
      'http/protobuf',
      'http/json',
    ]);
    super(planPosts({ owner: OWNER, defaultUrl: DEFAULT_URL, ...otlpPosts(protocol) }, options));
  }
}
