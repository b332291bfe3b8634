import { basename, dirname } from 'node:path';
import type { Diagnostics } from '../../diagnostics.js';
import {
  ConsoleMetricExporter,
  ConsoleSpanExporter,
  FileSpanExporter,
  type GrpcExportOptions,
  type GrpcPackage,
  type LogRecordExporter,
  type MetricExporter,
  OtlpGrpcLogExporter,
  OtlpGrpcMetricExporter,
  OtlpGrpcSpanExporter,
  OtlpLogExporter,
  OtlpMetricExporter,
  OtlpSpanExporter,
  type OtlpSpanExporterOptions,
  type SpanExporter,
} from '../../export/index.js';
import { checkGrpcPackage } from '../../export/otlp-grpc/grpc-package.js';
import { withoutUndefined } from '../without-undefined.js';
import type { ExporterDescription, OtlpDescription } from './exporter-section.js';
import type { Place } from './place.js';

/**
 * Creates a span exporter of a configuration file.
 *
 * @param grpcPackage the package `@grpc/grpc-js`, for `otlp_grpc`
 * @throws TracingConfigError for `otlp_grpc` without the package, and for certificates that cannot be used
 */
export function createConfiguredSpanExporter(
  description: ExporterDescription,
  diagnostics: Diagnostics,
  grpcPackage: GrpcPackage | undefined,
): SpanExporter {
  if (description.kind === 'console') return new ConsoleSpanExporter();
  if (description.kind === 'otlp') {
    return createOtlp<SpanExporter>(description, diagnostics, grpcPackage, {
      createHttp: (options) => new OtlpSpanExporter(options),
      createGrpc: (options) => new OtlpGrpcSpanExporter(options),
    });
  }
  const { path, place } = description;
  const prefix = basename(path).replace(/\.jsonl?$/, '') || 'spans';
  return atPlace(place, () => {
    return new FileSpanExporter({ directory: dirname(path), prefix, diagnostics });
  });
}

/** As {@link createConfiguredSpanExporter}, for log records. */
export function createConfiguredLogExporter(
  description: ExporterDescription,
  diagnostics: Diagnostics,
  grpcPackage: GrpcPackage | undefined,
): LogRecordExporter | undefined {
  if (description.kind !== 'otlp') return undefined;
  return createOtlp<LogRecordExporter>(description, diagnostics, grpcPackage, {
    createHttp: (options) => new OtlpLogExporter(options),
    createGrpc: (options) => new OtlpGrpcLogExporter(options),
  });
}

/** As {@link createConfiguredSpanExporter}, for metrics. */
export function createConfiguredMetricExporter(
  description: ExporterDescription,
  diagnostics: Diagnostics,
  grpcPackage: GrpcPackage | undefined,
): MetricExporter | undefined {
  if (description.kind === 'file') return undefined;
  const preference = withoutUndefined({ temporalityPreference: description.temporalityPreference });
  if (description.kind === 'console') return new ConsoleMetricExporter(preference);
  return createOtlp<MetricExporter>(description, diagnostics, grpcPackage, {
    createHttp: (options) => new OtlpMetricExporter({ ...options, ...preference }),
    createGrpc: (options) => new OtlpGrpcMetricExporter({ ...options, ...preference }),
  });
}

function createOtlp<E>(
  {
    protocol,
    url,
    headers,
    timeoutMillis,
    compression,
    maxRequestBytes,
    tls,
    place,
  }: OtlpDescription,
  diagnostics: Diagnostics,
  grpc: GrpcPackage | undefined,
  {
    createHttp,
    createGrpc,
  }: {
    readonly createHttp: (options: OtlpSpanExporterOptions) => E;
    readonly createGrpc: (options: GrpcExportOptions) => E;
  },
): E {
  const options = {
    ...withoutUndefined({ url, timeoutMillis, compression, maxRequestBytes }),
    headers,
    tls: withoutUndefined(tls),
    diagnostics,
  };
  if (protocol !== 'grpc') return atPlace(place, () => createHttp({ ...options, protocol }));
  if (grpc === undefined) {
    throw place.error(
      'needs the option grpcPackage of the application',
      'not set',
      "Write import * as grpc from '@grpc/grpc-js' and TracingModule.forRoot({ grpcPackage: grpc }), or use otlp_http and the endpoint that receives it.",
    );
  }
  checkGrpcPackage(grpc);
  return atPlace(place, () => createGrpc({ ...options, grpc }));
}

/** Adds the place to what the exporter says about its options. */
function atPlace<E>(place: Place, create: () => E): E {
  try {
    return create();
  } catch (error) {
    throw place.error(
      'must describe an exporter that can be created',
      `not so: ${(error as Error).message}`,
      'Correct its settings.',
    );
  }
}
