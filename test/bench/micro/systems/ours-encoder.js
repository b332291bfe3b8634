import { ProtobufEncoding } from '../../node_modules/nestjs-traced/dist/esm/export/otlp/protobuf-encoding.js';

const protobuf = new ProtobufEncoding();

/**
 * The encoder that `OtlpSpanExporter` uses. It is no public part, so it is taken by its path. The
 * buffer is given back for the next message, as the exporter does.
 */
export async function encodeSpans(spans) {
  const { body, skippedCount, release } = await protobuf.encode(spans);
  if (skippedCount > 0) throw new Error(`${skippedCount} spans were not encoded`);
  release();
  return body;
}
