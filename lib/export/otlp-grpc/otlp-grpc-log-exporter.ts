import type { ReadableLogRecord } from '../../trace/index.js';
import { EncodingExporter } from '../encoding-exporter.js';
import { LOG_RECORD_WORDS } from '../exporter.js';
import { ProtobufEncoding } from '../otlp/protobuf-encoding.js';
import { PROTOBUF_LOG_RECORDS } from '../otlp/protobuf-log-record.js';
import { createGrpcExporterOptions, type GrpcExportOptions } from './grpc-export.js';

/** Where and how log records are sent. Spec: `protocol/exporter.md`. */
export interface OtlpGrpcLogExporterOptions extends GrpcExportOptions {}

const SIGNAL = {
  words: LOG_RECORD_WORDS,
  createEncoding: () => new ProtobufEncoding(PROTOBUF_LOG_RECORDS),
  method: '/opentelemetry.proto.collector.logs.v1.LogsService/Export',
};

/**
 * Sends log records by OTLP over gRPC. The application passes `@grpc/grpc-js`, so that the library works where
 * that package is not installed.
 *
 * @example
 * import * as grpc from '@grpc/grpc-js';
 * new OtlpGrpcLogExporter({ grpc, url: 'http://collector:4317' })
 */
export class OtlpGrpcLogExporter extends EncodingExporter<ReadableLogRecord> {
  /** @throws TracingConfigError for an option that cannot be used */
  constructor(options: OtlpGrpcLogExporterOptions) {
    super(createGrpcExporterOptions('OtlpGrpcLogExporter', SIGNAL, options));
  }
}
