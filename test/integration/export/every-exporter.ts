import * as grpc from '@grpc/grpc-js';
import {
  type ExportResult,
  JaegerSpanExporter,
  OtlpGrpcLogExporter,
  OtlpGrpcMetricExporter,
  OtlpGrpcSpanExporter,
  type OtlpGrpcSpanExporterOptions,
  OtlpLogExporter,
  OtlpMetricExporter,
  OtlpSpanExporter,
  type OtlpSpanExporterOptions,
  ZipkinSpanExporter,
} from '../../../lib/export/index.js';
import { emittedLogs } from '../../support/log-source.js';
import { manySeries, readableMetrics } from '../../support/metric-source.js';
import { endedSpans } from '../../support/span-source.js';

/** An exporter of one signal, and two items to export. */
export interface AnyExporter {
  exportTwo(): Promise<ExportResult>;
  shutdown(): Promise<void>;
}

interface Exporting<I> {
  export(items: I, callback: (result: ExportResult) => void): void;
  shutdown(): Promise<void>;
}

function exporterOf<I>(exporter: Exporting<I>, createItems: () => I): AnyExporter {
  return {
    exportTwo: () => new Promise((resolve) => exporter.export(createItems(), resolve)),
    shutdown: () => exporter.shutdown(),
  };
}

const twoSpans = () => endedSpans(2);
const twoLogs = () => emittedLogs(2);
const twoPoints = () => readableMetrics([manySeries(2)]);

export type HttpOptions = Omit<OtlpSpanExporterOptions, 'protocol'>;
export type GrpcOptions = Omit<OtlpGrpcSpanExporterOptions, 'grpc'>;

/** The exporters that send by HTTP, with the path that each of them sends to. */
export const HTTP_EXPORTERS: readonly (readonly [
  name: string,
  path: string,
  create: (options: HttpOptions) => AnyExporter,
])[] = [
  ['OTLP in protobuf', '/v1/traces', (o) => exporterOf(new OtlpSpanExporter(o), twoSpans)],
  [
    'OTLP in JSON',
    '/v1/traces',
    (o) => exporterOf(new OtlpSpanExporter({ ...o, protocol: 'http/json' }), twoSpans),
  ],
  ['logs by OTLP', '/v1/logs', (o) => exporterOf(new OtlpLogExporter(o), twoLogs)],
  ['metrics by OTLP', '/v1/metrics', (o) => exporterOf(new OtlpMetricExporter(o), twoPoints)],
  ['Zipkin', '/api/v2/spans', (o) => exporterOf(new ZipkinSpanExporter(o), twoSpans)],
  ['Jaeger', '/api/traces', (o) => exporterOf(new JaegerSpanExporter(o), twoSpans)],
];

/** The exporters that send by gRPC. */
export const GRPC_EXPORTERS: readonly (readonly [
  name: string,
  create: (options: GrpcOptions) => AnyExporter,
])[] = [
  ['spans', (o) => exporterOf(new OtlpGrpcSpanExporter({ ...o, grpc }), twoSpans)],
  ['logs', (o) => exporterOf(new OtlpGrpcLogExporter({ ...o, grpc }), twoLogs)],
  ['metrics', (o) => exporterOf(new OtlpGrpcMetricExporter({ ...o, grpc }), twoPoints)],
];
