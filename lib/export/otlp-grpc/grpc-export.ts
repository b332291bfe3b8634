import { Diagnostics } from '../../diagnostics.js';
import { TracingConfigError } from '../../errors.js';
import { checkChoice, checkMillis } from '../../option-checks.js';
import type { Encoding } from '../encoding.js';
import type { EncodingExporterOptions } from '../encoding-exporter.js';
import type { ItemWords } from '../exporter.js';
import type { HttpExportOptions } from '../http-export.js';
import { OTLP_USER_AGENT } from '../otlp/otlp-http.js';
import { readExportResponse } from '../otlp/response.js';
import type { ExporterTlsOptions } from '../transport/agents.js';
import { createProxyChoice } from '../transport/proxy-choice.js';
import { proxyVariables } from '../transport/proxy-environment.js';
import { createRetryPolicy } from '../transport/retry-policy.js';
import { checkHeaders, checkTarget } from '../transport/target.js';
import { checkGrpcPackage, type GrpcPackage } from './grpc-package.js';
import { GrpcSender } from './grpc-sender.js';

/** Where and how an exporter sends its spans, log records or metrics by gRPC. */
export interface GrpcExportOptions extends Omit<HttpExportOptions, 'agentOptions' | 'tls'> {
  /** The package `@grpc/grpc-js`, as it is imported. */
  readonly grpc: GrpcPackage;
  /**
   * Scheme, host and port, `https:` for TLS; or a socket file, as `unix:///run/collector.sock`.
   * @default 'http://localhost:4317'
   */
  readonly url?: string;
  /** Certificates and keys; a `passphrase` is not supported. */
  readonly tls?: Omit<ExporterTlsOptions, 'passphrase'>;
  /**
   * The URL of an HTTP proxy for all calls, such as `http://user:password@proxy:3128`; `false` for direct connections.
   * The proxy must accept CONNECT; it is reached without TLS.
   * @default the proxy that `grpc_proxy`, `HTTPS_PROXY`, `HTTP_PROXY` or `ALL_PROXY` names, in this order, but for this
   * machine and for hosts in `no_grpc_proxy`, else `NO_PROXY`
   */
  readonly proxy?: string | false;
}

/** A signal of OTLP as it is sent by gRPC. */
export interface GrpcSignal<T> {
  readonly words: ItemWords;
  /** Creates the encoding of one exporter, in protobuf. */
  createEncoding(): Encoding<T>;
  /** The path of the method that takes the signal. */
  readonly method: string;
}

const DEFAULT_URL = 'http://localhost:4317';

/**
 * The options of an exporter that sends a signal by gRPC.
 *
 * @param owner the exporter's class, for messages: `OtlpGrpcSpanExporter`
 * @throws TracingConfigError for an option that cannot be used
 */
export function createGrpcExporterOptions<T>(
  owner: string,
  { words, createEncoding, method }: GrpcSignal<T>,
  options: GrpcExportOptions,
): EncodingExporterOptions<T> {
  // First, because it checks that there are options.
  const sender = createSender(owner, method, options);
  return {
    owner,
    words,
    encoding: createEncoding(),
    sender,
    timeoutMillis: checkMillis(`${owner}.timeoutMillis`, options.timeoutMillis, 10_000, 1),
    concurrencyLimit: options.concurrencyLimit,
    maxRequestBytes: options.maxRequestBytes,
    diagnostics: options.diagnostics ?? new Diagnostics(),
    readResponse: (response, requestContentType, diagnostics) =>
      readExportResponse(response, requestContentType, diagnostics, words),
  };
}

function createSender(owner: string, method: string, options: GrpcExportOptions): GrpcSender {
  const grpc = checkGrpcPackage(options?.grpc, owner);
  const { url, socketPath } = checkTarget(`${owner}.url`, options.url ?? DEFAULT_URL);
  const compression = checkChoice(`${owner}.compression`, options.compression, 'none', [
    'gzip',
    'none',
  ]);
  return new GrpcSender({
    grpc,
    method,
    url,
    socketPath,
    proxies: createProxyChoice({
      owner,
      given: options.proxy,
      protocol: 'grpc',
      variables: proxyVariables(),
      diagnostics: options.diagnostics ?? new Diagnostics(),
    }),
    headers: checkHeaders(`${owner}.headers`, options.headers),
    credentials:
      url.protocol === 'https:'
        ? createCredentials(owner, grpc, options.tls)
        : grpc.credentials.createInsecure(),
    isCompressed: compression === 'gzip',
    userAgent: OTLP_USER_AGENT,
    retry: createRetryPolicy(owner, options.retry),
  });
}

function createCredentials(
  owner: string,
  grpc: GrpcPackage,
  { ca, cert, key }: Omit<ExporterTlsOptions, 'passphrase'> = {},
): unknown {
  try {
    return grpc.credentials.createSsl(pem('ca', ca), pem('key', key), pem('cert', cert));
  } catch (error) {
    throw TracingConfigError.invalidOption(
      `${owner}.tls`,
      'must hold certificates and a key in PEM that can be read and fit together',
      (error as Error).message,
      'Give the contents of the files, not their paths; cert and key both or none.',
    );
  }
}

function pem(name: string, value: unknown): Buffer | null {
  if (value === undefined) return null;
  if (typeof value === 'string' || Buffer.isBuffer(value)) return Buffer.from(value as string);
  throw new TypeError(`${name} is neither a text nor a Buffer`);
}
