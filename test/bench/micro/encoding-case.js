import { SpanKind } from '@opentelemetry/api';
import { BATCH_SPANS, exportedAttributes } from './subjects.js';

const BATCHES = 4;

/**
 * One operation is the OTLP protobuf message of one batch of spans: 512 spans of eight attributes
 * and one event, in traces of four.
 *
 * @param tracer makes the spans
 * @param ended the array that the spans of `tracer` arrive in when they end
 * @param encode spans to bytes, or a promise of them
 */
export function encoding(tracer, ended, encode) {
  const batches = Array.from({ length: BATCHES }, () => batchOf(tracer, ended));
  let turn = 0;
  return {
    operations: 1,
    async run() {
      const bytes = await encode(batches[turn++ % BATCHES]);
      if (bytes.length < BATCH_SPANS * 100) throw new Error(`only ${bytes.length} bytes`);
    },
    verify: async () => ({ messageBytes: (await encode(batches[0])).length }),
  };
}

function batchOf(tracer, ended) {
  ended.length = 0;
  for (let turn = 0; turn < BATCH_SPANS; turn += 4) {
    tracer.startActiveSpan('GET /orders/:id', { kind: SpanKind.SERVER }, (root) => {
      for (let child = 1; child < 4; child++) fill(tracer.startSpan('reserve stock'), turn + child);
      fill(root, turn);
    });
  }
  if (ended.length !== BATCH_SPANS) throw new Error(`${ended.length} spans ended`);
  return ended.slice();
}

function fill(span, turn) {
  span.setAttributes(exportedAttributes(turn));
  span.addEvent('stock reserved', { sku: 'A-1', quantity: 2 });
  span.end();
}
