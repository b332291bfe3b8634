import type { Diagnostics } from '../diagnostics.js';
import type {
  GrpcPackage,
  OtlpGrpcSpanExporterOptions,
  OtlpSpanExporterOptions,
} from '../export/index.js';
import type { EnvironmentOtlpSettings } from './environment.js';

/** The exporters of one signal. */
export interface OtlpExporters<E> {
  /** The part of the variables that names the signal: `[TRACES_]`. */
  readonly variablePart: string;
  readonly createHttp: (options: OtlpSpanExporterOptions) => E;
  readonly createGrpc: (options: OtlpGrpcSpanExporterOptions) => E;
}

/**
 * Creates the OTLP exporter that the environment describes.
 *
 * @throws Error that names the invalid variable and the remedy
 */
export function createOtlpExporter<E>(
  { variablePart, createHttp, createGrpc }: OtlpExporters<E>,
  {
    otlp,
    hasOtlpEndpoint,
  }: { readonly otlp: EnvironmentOtlpSettings; readonly hasOtlpEndpoint: boolean },
  diagnostics: Diagnostics,
  grpc: GrpcPackage | undefined,
): E {
  const { certificatePath, clientCertificatePath, clientKeyPath, protocol, ...settings } = otlp;
  const prefix = `OTEL_EXPORTER_OTLP_${variablePart}`;
  const tls = {
    ca: readFile(`${prefix}CERTIFICATE`, certificatePath),
    cert: readFile(`${prefix}CLIENT_CERTIFICATE`, clientCertificatePath),
    key: readFile(`${prefix}CLIENT_KEY`, clientKeyPath),
  };
  if (protocol === 'grpc') {
    if (grpc !== undefined) return createGrpc({ ...settings, grpc, tls, diagnostics });
    const trouble =
      `${prefix}PROTOCOL is grpc, but the option grpcPackage is not given. ` +
      "Write import * as grpc from '@grpc/grpc-js' and TracingModule.forRoot({ grpcPackage: grpc }), or set http/protobuf and the endpoint that receives it";
    // An endpoint for gRPC does not accept HTTP/1.1.
    if (hasOtlpEndpoint) throw new Error(trouble);
    diagnostics.say(`${trouble}. Using http/protobuf at its default endpoint.`);
  }
  const httpProtocol = protocol === 'grpc' ? undefined : protocol;
  return createHttp({ ...settings, protocol: httpProtocol, tls, diagnostics });
}

/**
 * Throws for an unreadable file instead of ignoring the variable: the default would trust other
 * certificates, or connect without a client certificate.
 */
function readFile(variable: string, path: string | undefined): Buffer | undefined {
  if (path === undefined) return undefined;
  try {
    return process.getBuiltinModule('node:fs').readFileSync(path);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'an error';
    throw new Error(
      `the file that ${variable} names, ${JSON.stringify(path)}, cannot be read (${code}). ` +
        'Correct the path or the permissions of the file, or unset the variable',
    );
  }
}
