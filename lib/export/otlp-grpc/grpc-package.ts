import { checkOption } from '../../option-checks.js';

/**
 * The part of the package `@grpc/grpc-js` that the library uses. The application passes the module as it
 * imports it; the library never loads it.
 */
export interface GrpcPackage {
  /** The class of clients. */
  readonly Client: new (
    address: string,
    credentials: never,
    options?: never,
  ) => GrpcClient;
  /** The class of the headers of a call. */
  readonly Metadata: new () => GrpcMetadataWriter;
  /** How connections are secured. */
  readonly credentials: {
    /** Connections without TLS. */
    createInsecure(): unknown;
    /** Connections with TLS; the texts are in PEM form. */
    createSsl(
      rootCertificates?: Buffer | null,
      privateKey?: Buffer | null,
      certificateChain?: Buffer | null,
    ): unknown;
  };
}

/** A client for one server. */
export interface GrpcClient {
  makeUnaryRequest(
    method: string,
    serialize: (request: Buffer) => Buffer,
    deserialize: (bytes: Buffer) => Buffer,
    request: Buffer,
    metadata: never,
    options: never,
    callback: (error: GrpcError | null, response?: Buffer) => void,
  ): GrpcCall;
  close(): void;
}

/** A call that is under way. */
export interface GrpcCall {
  cancel(): void;
}

/** Headers that are being written. */
export interface GrpcMetadataWriter {
  set(key: string, value: string): void;
}

/** How a call failed. */
export interface GrpcError extends Error {
  /** The status of gRPC, 1 to 16. */
  readonly code: number;
  readonly details: string;
  readonly metadata?: { get(key: string): (string | Buffer)[] };
}

/**
 * @param owner the exporter that is given the package, for messages
 * @throws TracingConfigError for anything but the package
 */
export function checkGrpcPackage(
  grpc: GrpcPackage | undefined,
  owner = 'OtlpGrpcSpanExporter',
): GrpcPackage {
  checkOption(
    typeof grpc?.Client === 'function' && typeof grpc.Metadata === 'function',
    `${owner}.grpc`,
    'must be the package @grpc/grpc-js',
    grpc,
    "Install it, write import * as grpc from '@grpc/grpc-js', and give { grpc }.",
  );
  return grpc;
}
