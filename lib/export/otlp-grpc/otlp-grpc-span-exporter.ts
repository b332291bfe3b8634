import { Diagnostics } from '../../diagnostics.js';
import { TracingConfigError } from '../../errors.js';
import type { ReadableSpan } from '../../trace/index.js';
import { VERSION } from '../../version.js';
import { OngoingExports } from '../ongoing-exports.js';
import { checkChoice, checkCount, checkMillis } from '../option-checks.js';
import { ProtobufEncoding } from '../otlp/protobuf-encoding.js';
import { type PartialSuccess, parseResponse } from '../otlp/response.js';
import type { PartialExportResult } from '../partial-result.js';
import { type ExportResult, ExportResultCode, type SpanExporter } from '../span-exporter.js';
import type { HttpExportOptions } from '../span-post.js';
import type { TlsOptions } from '../transport/agents.js';
import { createRetryPolicy } from '../transport/retry-policy.js';
import { checkHeaders, checkUrl } from '../transport/target.js';
import type { GrpcModule } from './grpc-module.js';
import { GrpcSender } from './grpc-sender.js';

/** Where and how spans are sent. Spec: `protocol/exporter.md`. */
export interface OtlpGrpcSpanExporterOptions
  extends Omit<HttpExportOptions, 'agentOptions' | 'tls'> {
  /** The package `@grpc/grpc-js`, as it is imported. */
  readonly grpc: GrpcModule;
  /** Scheme, host and port; `https:` for TLS. @default 'http://localhost:4317' */
  readonly url?: string;
  /** Certificates and keys; a `passphrase` is not supported. */
  readonly tls?: Omit<TlsOptions, 'passphrase'>;
}

const OWNER = 'OtlpGrpcSpanExporter';
const DEFAULT_URL = 'http://localhost:4317';
const CONTENT_TYPE = 'application/x-protobuf';
/** OTLP: what is larger is not sent, but counted as failed. */
const MAX_REQUEST_BYTES = 64 * 1024 * 1024;

/**
 * Sends spans to a collector by OTLP over gRPC. It takes `@grpc/grpc-js` from whoever makes it, so
 * that the library works where that package is not installed.
 *
 * @example
 * import * as grpc from '@grpc/grpc-js';
 * new OtlpGrpcSpanExporter({ grpc, url: 'http://collector:4317' })
 */
export class OtlpGrpcSpanExporter implements SpanExporter {
  readonly #sender: GrpcSender;
  readonly #encoding = new ProtobufEncoding();
  readonly #diagnostics: Diagnostics;
  readonly #exports: OngoingExports;

  /** @throws TracingConfigError for an option that cannot be used */
  constructor(options: OtlpGrpcSpanExporterOptions) {
    const grpc = checkGrpc(options?.grpc);
    const url = checkUrl(`${OWNER}.url`, options.url ?? DEFAULT_URL);
    const compression = checkChoice(`${OWNER}.compression`, options.compression, 'none', [
      'gzip',
      'none',
    ]);
    this.#diagnostics = options.diagnostics ?? new Diagnostics();
    this.#sender = new GrpcSender({
      grpc,
      url,
      headers: checkHeaders(`${OWNER}.headers`, options.headers),
      credentials:
        url.protocol === 'https:'
          ? createCredentials(grpc, options.tls)
          : grpc.credentials.createInsecure(),
      isCompressed: compression === 'gzip',
      userAgent: `nestjs-traced/${VERSION} OTel-OTLP-Exporter-JavaScript/${VERSION}`,
      retry: createRetryPolicy(OWNER, options.retry),
      timeoutMillis: checkMillis(`${OWNER}.timeoutMillis`, options.timeoutMillis, 10_000, 1),
    });
    this.#exports = new OngoingExports({
      concurrencyLimit: checkCount(
        `${OWNER}.concurrencyLimit`,
        options.concurrencyLimit,
        30,
        1,
        1000,
      ),
      diagnostics: this.#diagnostics,
      deliver: (spans) => this.#deliver(spans),
    });
  }

  export(spans: ReadableSpan[], resultCallback: (result: ExportResult) => void): void {
    this.#exports.begin(spans, resultCallback);
  }

  forceFlush(): Promise<void> {
    return this.#exports.settle();
  }

  /** An export under way has a second left, but is not tried again. */
  async shutdown(): Promise<void> {
    this.#exports.refuseMore();
    await this.#sender.close();
    await this.#exports.settle();
  }

  async #deliver(spans: ReadableSpan[]): Promise<PartialExportResult> {
    const encoded = await this.#encoding.encode(spans);
    const { body, skippedCount, skipCause } = encoded;
    if (skippedCount === spans.length) {
      throw new Error(`The spans could not be read: ${String(skipCause)}`);
    }
    if (body.length > MAX_REQUEST_BYTES) {
      throw new Error(
        `The request would be ${body.length} bytes long, more than ${MAX_REQUEST_BYTES}`,
      );
    }
    const response = await this.#sender.send(body);
    encoded.release();
    const partial = this.#readResponse(response);
    const rejectedCount = skippedCount + (partial?.rejectedSpanCount ?? 0);
    if (rejectedCount === 0) return { code: ExportResultCode.SUCCESS };
    const reason = partial?.errorMessage || String(skipCause ?? 'no reason given');
    const error = new Error(`${rejectedCount} spans were rejected: ${reason}`);
    return { code: ExportResultCode.SUCCESS, rejectedCount, error };
  }

  #readResponse(response: Buffer): PartialSuccess | undefined {
    try {
      const partial = parseResponse(response, CONTENT_TYPE, CONTENT_TYPE);
      if (partial === undefined) return undefined;
      const { rejectedSpanCount, errorMessage } = partial;
      const cause =
        rejectedSpanCount === 0
          ? 'The OTLP server took a batch with a warning'
          : 'The OTLP server rejected spans of a batch';
      this.#diagnostics.report(cause, errorMessage || 'no reason given');
      return partial;
    } catch (error) {
      this.#diagnostics.report(
        'The OTLP server took a batch, but its answer is none of OTLP',
        error,
      );
      return undefined;
    }
  }
}

function checkGrpc(grpc: GrpcModule | undefined): GrpcModule {
  if (typeof grpc?.Client === 'function' && typeof grpc.Metadata === 'function') return grpc;
  throw TracingConfigError.invalidOption(
    `${OWNER}.grpc`,
    'must be the package @grpc/grpc-js',
    grpc,
    "Install it, write import * as grpc from '@grpc/grpc-js', and give { grpc }.",
  );
}

function createCredentials(
  grpc: GrpcModule,
  { ca, cert, key }: Omit<TlsOptions, 'passphrase'> = {},
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
