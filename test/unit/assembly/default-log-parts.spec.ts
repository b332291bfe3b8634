import * as grpc from '@grpc/grpc-js';
import { describe, expect, it } from '@jest/globals';
import {
  createDefaultLogExporter,
  createLogProcessor,
} from '../../../lib/assembly/default-log-parts.js';
import { readEnvironment } from '../../../lib/assembly/environment.js';
import type { EnvironmentVariables } from '../../../lib/assembly/environment-reader.js';
import { createOtlpExporter } from '../../../lib/assembly/otlp-from-environment.js';
import { UnusableLogExporter } from '../../../lib/assembly/unusable-exporter.js';
import { BatchLogRecordProcessor, SimpleLogRecordProcessor } from '../../../lib/delivery/index.js';
import {
  InMemoryLogExporter,
  OtlpGrpcLogExporter,
  OtlpLogExporter,
} from '../../../lib/export/index.js';
import { ReadDiagnostics } from '../../support/exporter-doubles.js';
import { emittedLog } from '../../support/log-source.js';

function create(variables: EnvironmentVariables, grpcPackage?: typeof grpc) {
  const diagnostics = new ReadDiagnostics();
  const environment = readEnvironment(diagnostics, variables);
  const exporter = createDefaultLogExporter(environment, diagnostics, grpcPackage as never);
  return { exporter, lines: diagnostics.lines };
}

describe('createDefaultLogExporter', () => {
  it.each<[EnvironmentVariables, unknown]>([
    [{}, undefined],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318' }, undefined],
    [{ OTEL_LOGS_EXPORTER: 'none', OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: 'http://c' }, undefined],
    [{ OTEL_LOGS_EXPORTER: 'otlp' }, OtlpLogExporter],
    [{ OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: 'http://collector:4318/v1/logs' }, OtlpLogExporter],
  ])('makes of %o', (variables, type) => {
    const { exporter, lines } = create(variables);
    expect(exporter?.constructor).toBe(type);
    expect(lines).toEqual([]);
  });

  it('speaks gRPC with the package', async () => {
    const variables = { OTEL_LOGS_EXPORTER: 'otlp', OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' };
    const { exporter } = create(variables, grpc);
    expect(exporter).toBeInstanceOf(OtlpGrpcLogExporter);
    await exporter?.shutdown();
  });

  it('exports nothing where the environment asks for what cannot be, and says why', () => {
    const { exporter, lines } = create({
      OTEL_LOGS_EXPORTER: 'otlp',
      OTEL_EXPORTER_OTLP_LOGS_CERTIFICATE: '/missing.pem',
    });
    expect(exporter).toBeInstanceOf(UnusableLogExporter);
    expect(lines).toEqual([
      'No log records are exported: the file that OTEL_EXPORTER_OTLP_[LOGS_]CERTIFICATE names, "/missing.pem", cannot be read (ENOENT). Correct the path or the permissions of the file, or unset the variable.',
    ]);
    expect(() =>
      createOtlpExporter(
        { variablePart: '[LOGS_]', createHttp: () => 1, createGrpc: () => 2 },
        { otlp: { protocol: 'grpc' }, hasOtlpEndpoint: true },
        new ReadDiagnostics(),
        undefined,
      ),
    ).toThrow(/^OTEL_EXPORTER_OTLP_\[LOGS_\]PROTOCOL is grpc, but the option grpcPackage/);
  });

  it.each(['console', 'logging'])('reports and ignores %s', (name) => {
    const { exporter, lines } = create({ OTEL_LOGS_EXPORTER: name });
    expect(exporter).toBeUndefined();
    expect(lines).toEqual([
      `The environment variable OTEL_LOGS_EXPORTER must be one of otlp, none, but it is "${name}". Correct it, or set the option in code. The variable is ignored.`,
    ]);
  });
});

describe('createLogProcessor', () => {
  const environment = readEnvironment(new ReadDiagnostics(), {
    OTEL_BLRP_MAX_QUEUE_SIZE: '7',
    OTEL_BLRP_MAX_EXPORT_BATCH_SIZE: '5',
  });

  it('batches log records, with the settings of options and environment', () => {
    const processor = createLogProcessor(
      new OtlpLogExporter(),
      { logBatch: { maxExportBatchSize: 6 } },
      environment,
      false,
      new ReadDiagnostics(),
    );
    expect(processor).toBeInstanceOf(BatchLogRecordProcessor);
    expect((processor as BatchLogRecordProcessor).state.queueCapacity).toBe(7);
  });

  it('keeps log records in memory at once', () => {
    const exporter = new InMemoryLogExporter();
    const diagnostics = new ReadDiagnostics();
    const processor = createLogProcessor(exporter, {}, environment, false, diagnostics);
    expect(processor).toBeInstanceOf(SimpleLogRecordProcessor);
    processor.onEmit(emittedLog());
    expect(exporter.getFinishedLogRecords()).toHaveLength(1);
  });

  it('names the option of a value that is no exporter', () => {
    expect(() =>
      createLogProcessor({} as never, {}, environment, false, new ReadDiagnostics()),
    ).toThrow(/^logExporter must have the methods export, shutdown/);
  });
});
