import { checkChoice, checkOption } from '../../option-checks.js';
import { type OtlpHttpProtocol, otlpPosts } from '../otlp/otlp-posts.js';
import { RemoteSpanExporter } from '../remote-span-exporter.js';
import { type HttpExportOptions, planPosts } from '../span-post.js';
import { redactUrl } from '../transport/redact-url.js';
import { checkUrl } from '../transport/target.js';
import { thriftPosts } from './thrift-posts.js';

/** Which of Jaeger's receivers spans are sent to, and how. */
export interface JaegerSpanExporterOptions extends HttpExportOptions {
  /** The whole URL, used as it is. @default 'http://localhost:4318/v1/traces' */
  readonly url?: string;
  /**
   * What is spoken: OTLP, which every Jaeger since 1.35 takes at `:4318/v1/traces`, or the Thrift of
   * the older receiver at `:14268/api/traces`, which takes nothing else.
   * @default 'thrift' for a URL with port 14268 or a path that ends in `/api/traces`, else
   * 'http/protobuf'
   */
  readonly protocol?: JaegerProtocol;
  /** Jaeger's Thrift receiver unpacks it from Jaeger 2 on. @default 'none' */
  readonly compression?: 'gzip' | 'none';
}

/** A protocol that Jaeger speaks. */
export type JaegerProtocol = OtlpHttpProtocol | 'thrift';

const OWNER = 'JaegerSpanExporter';
const DEFAULT_URL = 'http://localhost:4318/v1/traces';

/**
 * Sends spans to Jaeger: by OTLP, unless the URL is that of its older Thrift receiver. The protocol
 * and the URL must fit together: Jaeger's answer to the wrong one says little.
 *
 * @example
 * new JaegerSpanExporter() // Jaeger on this machine
 * @example
 * new JaegerSpanExporter({ url: 'http://jaeger-collector:14268/api/traces' }) // an older one, by Thrift
 */
export class JaegerSpanExporter extends RemoteSpanExporter {
  /** @throws TracingConfigError for an option that cannot be used, and for a protocol that the URL does not take */
  constructor(options: JaegerSpanExporterOptions = {}) {
    const url = checkUrl(`${OWNER}.url`, options.url ?? DEFAULT_URL);
    const isThriftReceiver = url.port === '14268' || /\/api\/traces\/?$/.test(url.pathname);
    const protocol = checkChoice(
      `${OWNER}.protocol`,
      options.protocol,
      isThriftReceiver ? 'thrift' : 'http/protobuf',
      ['http/protobuf', 'http/json', 'thrift'],
    );
    checkFit(url, protocol, isThriftReceiver);
    const posts = protocol === 'thrift' ? thriftPosts() : otlpPosts(protocol);
    super(planPosts({ owner: OWNER, defaultUrl: DEFAULT_URL, ...posts }, options));
  }
}

function checkFit(url: URL, protocol: JaegerProtocol, isThriftReceiver: boolean): void {
  checkOption(
    !isThriftReceiver || protocol === 'thrift',
    `${OWNER}.protocol`,
    `must be 'thrift' for ${redactUrl(url)}, where Jaeger accepts Thrift only`,
    protocol,
    'Leave it out for Thrift, or send OTLP to port 4318: "http://localhost:4318/v1/traces".',
  );
  checkOption(
    isThriftReceiver || protocol !== 'thrift' || !/\/v1\/traces\/?$/.test(url.pathname),
    `${OWNER}.protocol`,
    `must be 'http/protobuf' or 'http/json' for ${redactUrl(url)}, which is a URL of OTLP`,
    protocol,
    'Leave it out, or give the URL of the Thrift receiver: "http://localhost:14268/api/traces".',
  );
}
