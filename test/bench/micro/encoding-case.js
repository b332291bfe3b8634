import { SpanKind } from '@opentelemetry/api';
import { BATCH_SPANS, exportedAttributes, SERVER_NAMES, VARIANTS, WORK_NAMES } from './subjects.js';

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
  const batches = Array.from({ length: BATCHES }, (_, batch) =>
    batchOf(tracer, ended, batch * BATCH_SPANS),
  );
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

function batchOf(tracer, ended, first) {
  ended.length = 0;
  for (let turn = first; turn < first + BATCH_SPANS; turn += 4) {
    const name = SERVER_NAMES[turn % VARIANTS];
    tracer.startActiveSpan(name, { kind: SpanKind.SERVER }, (root) => {
      for (let child = turn + 1; child < turn + 4; child++) {
        fill(tracer.startSpan(WORK_NAMES[child % VARIANTS]), child);
      }
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
