import { BatchLogRecordProcessor, SimpleLogRecordProcessor } from '../delivery/index.js';
import type { Diagnostics } from '../diagnostics.js';
import {
  type GrpcPackage,
  InMemoryLogExporter,
  type LogRecordExporter,
  OtlpGrpcLogExporter,
  OtlpLogExporter,
} from '../export/index.js';
import { checkGrpcPackage } from '../export/otlp-grpc/grpc-package.js';
import type { LogRecordProcessor } from '../trace/index.js';
import { batchOptionsOf, logBatches } from './batch-options.js';
import { checkLogExporter } from './check-parts.js';
import { createConfiguredLogExporter } from './configuration-file/configured-exporters.js';
import { deliveryTimeoutMillis } from './default-parts.js';
import type { EnvironmentSettings } from './environment.js';
import { createOtlpExporter } from './otlp-from-environment.js';
import type { TracingSettings } from './tracing-options.js';
import { UnusableLogExporter } from './unusable-exporter.js';

/**
 * Creates the log exporter for applications without the option `logExporter`: none, unless a variable asks
 * for it. The lines of a logger are on the console too, where most platforms collect them, so an export by
 * default would make each of them twice.
 *
 * @param grpcPackage the package `@grpc/grpc-js`, for `OTEL_EXPORTER_OTLP_PROTOCOL=grpc`
 * @throws TracingConfigError for a `grpcPackage` that is not the package `@grpc/grpc-js`
 */
export function createDefaultLogExporter(
  { logs, configured }: EnvironmentSettings,
  diagnostics: Diagnostics,
  grpcPackage?: GrpcPackage,
): LogRecordExporter | undefined {
  if (configured !== undefined) {
    const { exporter } = configured.logs ?? {};
    return exporter && createConfiguredLogExporter(exporter, diagnostics, grpcPackage);
  }
  const name = logs.exporterName ?? (logs.hasOwnEndpoint ? 'otlp' : 'none');
  if (name === 'none') return undefined;
  if (grpcPackage !== undefined) checkGrpcPackage(grpcPackage);
  try {
    return createOtlpExporter<LogRecordExporter>(
      {
        variablePart: '[LOGS_]',
        createHttp: (options) => new OtlpLogExporter(options),
        createGrpc: (options) => new OtlpGrpcLogExporter(options),
      },
      logs,
      diagnostics,
      grpcPackage,
    );
  } catch (error) {
    const exporter = new UnusableLogExporter((error as Error).message);
    diagnostics.say(exporter.reason.message);
    return exporter;
  }
}

/**
 * Creates the processor that passes log records to an exporter: a `SimpleLogRecordProcessor` for memory, a
 * `BatchLogRecordProcessor` for all others.
 *
 * @param exporterStaysOpen whether the exporter belongs to the user
 * @throws TracingConfigError for a value that is not an exporter, and for invalid options
 */
export function createLogProcessor(
  exporter: LogRecordExporter,
  settings: TracingSettings,
  environment: EnvironmentSettings,
  exporterStaysOpen: boolean,
  diagnostics: Diagnostics,
): LogRecordProcessor {
  // Before the processor checks it, so that the error names the option `logExporter`.
  checkLogExporter(exporter);
  const isSimple = environment.configured?.logs?.isSimple === true && !exporterStaysOpen;
  if (isSimple || exporter instanceof InMemoryLogExporter) {
    return new SimpleLogRecordProcessor(exporter, { exporterStaysOpen, diagnostics });
  }
  return new BatchLogRecordProcessor(exporter, {
    exporterStaysOpen,
    diagnostics,
    shutdownTimeoutMillis: deliveryTimeoutMillis(settings),
    ...batchOptionsOf(
      settings.logBatch,
      environment.logs.batch,
      logBatches(environment),
      diagnostics,
    ),
  });
}
