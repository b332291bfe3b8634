import { Diagnostics } from '../../diagnostics.js';
import { TracingConfigError } from '../../errors.js';
import { checkChoice, checkMillis } from '../../option-checks.js';
import { EncodingSpanExporter } from '../encoding-span-exporter.js';
import type { HttpExportOptions } from '../http-export.js';
import { OTLP_USER_AGENT } from '../otlp/otlp-span-exporter.js';
import { ProtobufEncoding } from '../otlp/protobuf-encoding.js';
import { readExportResponse } from '../otlp/response.js';
import type { ExporterTlsOptions } from '../transport/agents.js';
import { createRetryPolicy } from '../transport/retry-policy.js';
import { checkHeaders, checkUrl } from '../transport/target.js';
import { checkGrpcPackage, type GrpcPackage } from './grpc-package.js';
import { GrpcSender } from './grpc-sender.js';

/** Where and how spans are sent. Spec: `protocol/exporter.md`. */
export interface OtlpGrpcSpanExporterOptions
  extends Omit<HttpExportOptions, 'agentOptions' | 'tls'> {
  /** The package `@grpc/grpc-js`, as it is imported. */
  readonly grpc: GrpcPackage;
  /** Scheme, host and port; `https:` for TLS. @default 'http://localhost:4317' */
  readonly url?: string;
  /** Certificates and keys; a `passphrase` is not supported. */
  readonly tls?: Omit<ExporterTlsOptions, 'passphrase'>;
}

const OWNER = 'OtlpGrpcSpanExporter';
const DEFAULT_URL = 'http://localhost:4317';

/**
 * Sends spans by OTLP over gRPC. The application passes `@grpc/grpc-js`, so that the library works where
 * that package is not installed.
 *
 * @example
 * import * as grpc from '@grpc/grpc-js';
 * new OtlpGrpcSpanExporter({ grpc, url: 'http://collector:4317' })
 */
export class OtlpGrpcSpanExporter extends EncodingSpanExporter {
  /** @throws TracingConfigError for an option that cannot be used */
  constructor(options: OtlpGrpcSpanExporterOptions) {
    super({
      owner: OWNER,
      encoding: new ProtobufEncoding(),
      sender: createSender(options),
      timeoutMillis: checkMillis(`${OWNER}.timeoutMillis`, options.timeoutMillis, 10_000, 1),
      concurrencyLimit: options.concurrencyLimit,
      maxRequestBytes: options.maxRequestBytes,
      diagnostics: options.diagnostics ?? new Diagnostics(),
      readResponse: readExportResponse,
    });
  }
}

function createSender(options: OtlpGrpcSpanExporterOptions): GrpcSender {
  const grpc = checkGrpcPackage(options?.grpc);
  const url = checkUrl(`${OWNER}.url`, options.url ?? DEFAULT_URL);
  const compression = checkChoice(`${OWNER}.compression`, options.compression, 'none', [
    'gzip',
    'none',
  ]);
  return new GrpcSender({
    grpc,
    url,
    headers: checkHeaders(`${OWNER}.headers`, options.headers),
    credentials:
      url.protocol === 'https:'
        ? createCredentials(grpc, options.tls)
        : grpc.credentials.createInsecure(),
    isCompressed: compression === 'gzip',
    userAgent: OTLP_USER_AGENT,
    retry: createRetryPolicy(OWNER, options.retry),
  });
}

function createCredentials(
  grpc: GrpcPackage,
  { ca, cert, key }: Omit<ExporterTlsOptions, 'passphrase'> = {},
): unknown {
  try {
    return grpc.credentials.createSsl(pem('ca', ca), pem('key', key), pem('cert', cert));
  } catch (error) {
    throw TracingConfigError.invalidOption(
      `${OWNER}.tls`,
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
