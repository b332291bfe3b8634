import type { AgentOptions } from 'node:https';
import { Diagnostics } from '../diagnostics.js';
import { checkChoice, checkMillis } from '../option-checks.js';
import type { EncodingExporterOptions } from './encoding-exporter.js';
import { parseRefusal } from './otlp/response.js';
import type { ExporterTlsOptions } from './transport/agents.js';
import { HttpSender } from './transport/http-sender.js';
import { createProxyChoice, type ProxyChoice } from './transport/proxy-choice.js';
import { proxyVariables } from './transport/proxy-environment.js';
import { createRetryPolicy, type ExporterRetryOptions } from './transport/retry-policy.js';
import { checkHeaders, checkTarget } from './transport/target.js';

/** Where and how an exporter sends its spans, log records or metrics over HTTP. */
export interface HttpExportOptions {
  /**
   * The whole URL, used as it is. `unix:///run/collector.sock` sends to a socket file; the path of requests may follow,
   * as `unix:///run/collector.sock:/v1/traces`.
   * @default the URL that the exporter documents; for a socket file its path
   */
  readonly url?: string;
  /** More headers, such as an API key. @default none */
  readonly headers?: Readonly<Record<string, string>>;
  /** For one export: all its requests, all tries, and the waits between them. @default 10000 */
  readonly timeoutMillis?: number;
  /** @default 'none' */
  readonly compression?: 'gzip' | 'none';
  /**
   * The longest request that the receiver accepts, in bytes before compression; 1 to 67108864. A longer
   * span, log record or data point is dropped.
   * @default 1048576, 1 MiB, up to which requests are filled; a longer one is tried alone
   */
  readonly maxRequestBytes?: number;
  /**
   * Exports that may be under way at once; one more fails at once. A batch processor of this library begins up
   * to a third of them, and not more than its own `maxConcurrentExports`, so that several can share an
   * exporter. 1 to 1000. @default 30
   */
  readonly concurrencyLimit?: number;
  /** How often and how fast a request is sent again. */
  readonly retry?: ExporterRetryOptions;
  /** Certificates and keys. */
  readonly tls?: ExporterTlsOptions;
  /** Options of the connections, as in `node:https`. @default { keepAlive: true } */
  readonly agentOptions?: AgentOptions;
  /**
   * The URL of an HTTP proxy for all requests, such as `http://user:password@proxy:3128`; `false` for direct connections.
   * Requests with TLS go through a tunnel (CONNECT).
   * @default the proxy that `HTTPS_PROXY`, `HTTP_PROXY` or `ALL_PROXY` names, but for this machine and for hosts in
   * `NO_PROXY`; with `proxyEnv` in `agentOptions` those of Node
   */
  readonly proxy?: string | false;
  /** Reports what the server accepted with a warning, or rejected. @default the console */
  readonly diagnostics?: Diagnostics;
}

/** A format as an exporter sends it over HTTP. */
export interface HttpFormat<T>
  extends Pick<EncodingExporterOptions<T>, 'words' | 'encoding' | 'group' | 'readResponse'> {
  readonly userAgent: string;
}

/**
 * The options of an exporter that posts to one URL.
 *
 * @param owner the exporter's class, for messages: `OtlpSpanExporter`
 * @throws TracingConfigError for an option that cannot be used
 */
export function createHttpExporterOptions<T>(
  owner: string,
  defaultUrl: string,
  { userAgent, words, encoding, group, readResponse }: HttpFormat<T>,
  options: HttpExportOptions,
): EncodingExporterOptions<T> {
  const { contentType } = encoding;
  return {
    owner,
    words,
    encoding,
    group,
    readResponse,
    sender: createHttpSender(owner, defaultUrl, { userAgent, contentType }, options),
    timeoutMillis: checkTimeout(owner, options),
    concurrencyLimit: options.concurrencyLimit,
    maxRequestBytes: options.maxRequestBytes,
    diagnostics: options.diagnostics ?? new Diagnostics(),
  };
}

/**
 * @param owner the exporter or function that is given the options, for messages
 * @throws TracingConfigError for an option that cannot be used
 */
export function createHttpSender(
  owner: string,
  defaultUrl: string,
  { userAgent, contentType }: { readonly userAgent: string; readonly contentType: string },
  options: HttpExportOptions,
): HttpSender {
  const compression = checkChoice(`${owner}.compression`, options.compression, 'none', [
    'gzip',
    'none',
  ]);
  return new HttpSender({
    owner,
    ...checkTarget(`${owner}.url`, options.url ?? defaultUrl, new URL(defaultUrl).pathname),
    headers: { 'user-agent': userAgent, ...checkHeaders(`${owner}.headers`, options.headers) },
    contentType,
    isCompressed: compression === 'gzip',
    readRefusal: parseRefusal,
    tls: options.tls,
    agentOptions: options.agentOptions,
    proxies: proxiesOf(owner, options),
    retry: createRetryPolicy(owner, options.retry),
    timeoutMillis: checkTimeout(owner, options),
  });
}

function proxiesOf(
  owner: string,
  { proxy, agentOptions = {}, diagnostics = new Diagnostics() }: HttpExportOptions,
): ProxyChoice | undefined {
  // The user has decided how the agent connects. Node's types do not have these options.
  const isDecided = 'proxyEnv' in agentOptions || 'socketPath' in agentOptions;
  if (proxy === undefined && isDecided) return undefined;
  return createProxyChoice({
    owner,
    given: proxy,
    protocol: 'http',
    variables: proxyVariables(),
    diagnostics,
  });
}

function checkTimeout(owner: string, { timeoutMillis }: HttpExportOptions): number {
  return checkMillis(`${owner}.timeoutMillis`, timeoutMillis, 10_000, 1);
}
