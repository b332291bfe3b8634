import * as grpc from '@grpc/grpc-js';
import { describe, expect, it } from '@jest/globals';
import {
  createConfiguredLogExporter,
  createConfiguredMetricExporter,
  createConfiguredSpanExporter,
} from '../../../../lib/assembly/configuration-file/configured-exporters.js';
import {
  logExporter,
  metricExporter,
  spanExporter,
} from '../../../../lib/assembly/configuration-file/exporter-section.js';
import { Diagnostics } from '../../../../lib/diagnostics.js';
import type { GrpcPackage } from '../../../../lib/export/index.js';
import { ConfigurationFiles, messageOf, placeInFile } from './configuration-files.js';

const files = new ConfigurationFiles();
const diagnostics = new Diagnostics({ warn() {} });
const grpcPackage = grpc as unknown as GrpcPackage;

type Create = typeof createConfiguredSpanExporter | typeof createConfiguredLogExporter;

function create(
  make: Create | typeof createConfiguredMetricExporter,
  reader: typeof spanExporter,
  value: unknown,
  given?: GrpcPackage,
) {
  const description = reader(value, placeInFile());
  if (description === undefined) throw new Error('It is lacking.');
  return make(description, diagnostics, given);
}

describe('the exporters of a configuration file', () => {
  it.each([
    [createConfiguredSpanExporter, spanExporter, { otlp_http: null }, 'OtlpSpanExporter'],
    [createConfiguredSpanExporter, spanExporter, { otlp_grpc: null }, 'OtlpGrpcSpanExporter'],
    [createConfiguredSpanExporter, spanExporter, { console: null }, 'ConsoleSpanExporter'],
    [createConfiguredLogExporter, logExporter, { otlp_http: null }, 'OtlpLogExporter'],
    [createConfiguredLogExporter, logExporter, { otlp_grpc: null }, 'OtlpGrpcLogExporter'],
    [createConfiguredMetricExporter, metricExporter, { otlp_http: null }, 'OtlpMetricExporter'],
    [createConfiguredMetricExporter, metricExporter, { otlp_grpc: null }, 'OtlpGrpcMetricExporter'],
    [createConfiguredMetricExporter, metricExporter, { console: null }, 'ConsoleMetricExporter'],
  ])('are those of the library', async (make, reader, value, name) => {
    const exporter = create(make, reader, value, grpcPackage);
    expect(exporter?.constructor.name).toBe(name);
    await exporter?.shutdown();
  });

  it('write files beside the one that is named', async () => {
    const output_stream = `file://${files.path('traces.jsonl')}`;
    const exporter = create(createConfiguredSpanExporter, spanExporter, {
      'otlp_file/development': { output_stream },
    });
    expect(exporter?.constructor.name).toBe('FileSpanExporter');
    await exporter?.shutdown();
  });

  it('need the package of gRPC in code', () => {
    const message = messageOf(() =>
      create(createConfiguredSpanExporter, spanExporter, { otlp_grpc: null }),
    );
    expect(message).toMatch(
      /otel\.yaml, otlp_grpc needs the option grpcPackage of the application, but it is not set\. Write import/,
    );
  });

  it('say where certificates that do not fit are named', () => {
    const ca_file = files.write('no certificate', 'ca.pem');
    const cert_file = ca_file;
    const otlp_http = { tls: { cert_file, key_file: ca_file } };
    expect(
      messageOf(() => create(createConfiguredSpanExporter, spanExporter, { otlp_http })),
    ).toMatch(/otel\.yaml, otlp_http must describe an exporter that can be created.*PEM/);
  });
});
