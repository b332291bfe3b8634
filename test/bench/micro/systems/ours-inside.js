import { SqlReader } from '../../node_modules/nestjs-traced/inside/database/sql/sql-reader.js';
import { ProtobufEncoding } from '../../node_modules/nestjs-traced/inside/export/otlp/protobuf-encoding.js';
import {
  AlwaysOnSampler,
  createTracing,
  ParentBasedSampler,
} from '../../node_modules/nestjs-traced/inside/index.js';
import { encoding } from '../encoding-case.js';
import { readingSql } from '../query-cases.js';

// Parts of nestjs-traced that no door exports, from the build that `peers.js` makes for them.

/**
 * The encoder that `OtlpSpanExporter` uses. The buffer is given back for the next message, as the
 * exporter does.
 */
export function encodeOtlp() {
  const ended = [];
  const { tracer } = createTracing({
    serviceName: 'bench',
    sampler: new ParentBasedSampler({ root: new AlwaysOnSampler() }),
    spanProcessors: [
      {
        onStart() {},
        onEnd: (span) => ended.push(span),
        forceFlush: async () => {},
        shutdown: async () => {},
      },
    ],
  });
  const protobuf = new ProtobufEncoding();
  return encoding(tracer, ended, async (spans) => {
    const open = protobuf.openBody(Number.POSITIVE_INFINITY);
    for (const span of spans) open.add(span);
    if (open.spanCount < spans.length) throw new Error(`only ${open.spanCount} spans were encoded`);
    const { body, release } = open.finish();
    release();
    return body;
  });
}

/** What the spans of queries are named by. */
export function readSql() {
  const reader = new SqlReader('postgresql', 2048);
  return readingSql((text) => reader.read(text).summary);
}
