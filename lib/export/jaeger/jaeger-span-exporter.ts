import { checkChoice, checkOption } from '../../option-checks.js';
import type { ReadableSpan } from '../../trace/index.js';
import { VERSION } from '../../version.js';
import { EncodingExporter } from '../encoding-exporter.js';
import { SPAN_WORDS } from '../exporter.js';
import {
  createHttpExporterOptions,
  type HttpExportOptions,
  type HttpFormat,
} from '../http-export.js';
import { groupByScope } from '../otlp/group-by-scope.js';
import type { OtlpHttpProtocol } from '../otlp/otlp-http.js';
import { OTLP_HTTP_URL, spansOverHttp } from '../otlp/otlp-span-exporter.js';
import { checkTarget, shownTarget, type Target } from '../transport/target.js';
import { refuseWebPage } from '../web-page.js';
import { ThriftEncoding } from './thrift-encoding.js';

/** The receiver of Jaeger that spans are sent to, and how. */
export interface JaegerSpanExporterOptions extends HttpExportOptions {
  /** The whole URL, used as it is. @default 'http://localhost:4318/v1/traces' */
  readonly url?: string;
  /**
   * OTLP, which Jaeger receives since 1.35 at `:4318/v1/traces`, or Thrift, which is all that the older
   * receiver at `:14268/api/traces` accepts.
   * @default 'thrift' for a URL with port 14268 or a path that ends in `/api/traces`, else
   * 'http/protobuf'
   */
  readonly protocol?: JaegerProtocol;
  /** Jaeger's Thrift receiver accepts gzip from Jaeger 2 on. @default 'none' */
  readonly compression?: 'gzip' | 'none';
}

/** A protocol that Jaeger receives. */
export type JaegerProtocol = OtlpHttpProtocol | 'thrift';

const OWNER = 'JaegerSpanExporter';
const OTLP_PATH = '/v1/traces';

/**
 * Sends spans to Jaeger: by OTLP, unless the URL is that of its older Thrift receiver. A protocol that
 * does not fit the URL is refused, because Jaeger's own error does not explain it.
 *
 * @example
 * new JaegerSpanExporter() // Jaeger on this machine
 * @example
 * new JaegerSpanExporter({ url: 'http://jaeger-collector:14268/api/traces' }) // an older one, by Thrift
 */
export class JaegerSpanExporter extends EncodingExporter<ReadableSpan> {
  /** @throws TracingConfigError for an option that cannot be used, and for a protocol that the URL does not take */
  constructor(options: JaegerSpanExporterOptions = {}) {
    const target = checkTarget(`${OWNER}.url`, options.url ?? OTLP_HTTP_URL, OTLP_PATH);
    const { url } = target;
    const isThriftReceiver = url.port === '14268' || /\/api\/traces\/?$/.test(url.pathname);
    const protocol = checkChoice(
      `${OWNER}.protocol`,
      options.protocol,
      isThriftReceiver ? 'thrift' : 'http/protobuf',
      ['http/protobuf', 'http/json', 'thrift'],
    );
    checkFit(target, protocol, isThriftReceiver);
    const format = protocol === 'thrift' ? thriftOverHttp() : spansOverHttp(protocol);
    super(createHttpExporterOptions(OWNER, OTLP_HTTP_URL, format, options));
  }
}

/** Thrift as Jaeger's older receiver takes it: a request for each resource. */
function thriftOverHttp(): HttpFormat<ReadableSpan> {
  return {
    userAgent: `nestjs-traced/${VERSION}`,
    words: SPAN_WORDS,
    encoding: new ThriftEncoding(),
    group: groupByResource,
    readResponse: refuseWebPage,
  };
}

function groupByResource(spans: readonly ReadableSpan[]): ReadableSpan[][] {
  return groupByScope(spans).map(({ scopes }) => scopes.flatMap((scope) => scope.items));
}

function checkFit(target: Target, protocol: JaegerProtocol, isThriftReceiver: boolean): void {
  checkOption(
    !isThriftReceiver || protocol === 'thrift',
    `${OWNER}.protocol`,
    `must be 'thrift' for ${shownTarget(target)}, where Jaeger accepts Thrift only`,
    protocol,
    'Leave it out for Thrift, or send OTLP to port 4318: "http://localhost:4318/v1/traces".',
  );
  checkOption(
    isThriftReceiver || protocol !== 'thrift' || !/\/v1\/traces\/?$/.test(target.url.pathname),
    `${OWNER}.protocol`,
    `must be 'http/protobuf' or 'http/json' for ${shownTarget(target)}, which is a URL of OTLP`,
    protocol,
    'Leave it out, or give the URL of the Thrift receiver: "http://localhost:14268/api/traces".',
  );
}
