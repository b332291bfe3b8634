import type { ReadableSpan } from '../../trace/index.js';
import { EncodingExporter } from '../encoding-exporter.js';
import { SPAN_WORDS } from '../exporter.js';
import { ProtobufEncoding } from '../otlp/protobuf-encoding.js';
import { PROTOBUF_SPANS } from '../otlp/protobuf-span.js';
import { createGrpcExporterOptions, type GrpcExportOptions } from './grpc-export.js';

/** Where and how spans are sent. Spec: `protocol/exporter.md`. */
export interface OtlpGrpcSpanExporterOptions extends GrpcExportOptions {}

const SIGNAL = {
  words: SPAN_WORDS,
  createEncoding: () => new ProtobufEncoding(PROTOBUF_SPANS),
  method: '/opentelemetry.proto.collector.trace.v1.TraceService/Export',
};

/**
 * Sends spans by OTLP over gRPC. The application passes `@grpc/grpc-js`, so that the library works where
 * that package is not installed.
 *
 * @example
 * import * as grpc from '@grpc/grpc-js';
 * new OtlpGrpcSpanExporter({ grpc, url: 'http://collector:4317' })
 */
export class OtlpGrpcSpanExporter extends EncodingExporter<ReadableSpan> {
  /** @throws TracingConfigError for an option that cannot be used */
  constructor(options: OtlpGrpcSpanExporterOptions) {
    super(createGrpcExporterOptions('OtlpGrpcSpanExporter', SIGNAL, options));
  }
}
