import { describe, expect, it } from '@jest/globals';
import type { LocalSpan } from '../../../../lib/context/index.js';
import { TracingContext } from '../../../../lib/context/index.js';
import { SpanIds } from '../../../../lib/export/otlp/protobuf-span.js';
import { ProtobufWriter } from '../../../../lib/export/otlp/protobuf-writer.js';
import { createTestTracing } from '../../../../lib/testing/index.js';
import type { RecordingSpan } from '../../../../lib/trace/index.js';
import { pick, randomOfSeed } from '../../../support/random-of-seed.js';

function plain({ traceId, spanId, parentSpanContext }: RecordingSpan): string {
  const parent = parentSpanContext === undefined ? '' : `2208${parentSpanContext.spanId}`;
  return `0a10${traceId}1208${spanId}${parent}`;
}

describe('SpanIds', () => {
  const { tracer } = createTestTracing();

  function writtenBy(ids: SpanIds, span: RecordingSpan): string {
    const writer = new ProtobufWriter(1);
    ids.write(writer, span);
    return writer.written().toString('hex');
  }

  function start(parent?: LocalSpan): RecordingSpan {
    return tracer.startSpan('s', {}, TracingContext.ROOT.withSpan(parent)) as RecordingSpan;
  }

  it('writes the ids of spans in any order', () => {
    const random = randomOfSeed(3);
    const ids = new SpanIds();
    const spans = [start()];
    for (let count = 0; count < 300; count++) {
      spans.push(random() < 0.2 ? start() : start(pick(random, spans.slice(-4))));
    }
    for (let time = 0; time < 3000; time++) {
      const span = pick(random, spans);
      expect(writtenBy(ids, span)).toBe(plain(span));
    }
  });

  it('copies the ids that the span before had of its parent', () => {
    const root = start();
    const [first, second] = [start(root), start(root)];
    const ids = new SpanIds();
    const decodedFor = (span: RecordingSpan): number => {
      const writer = new ProtobufWriter();
      const { id } = writer;
      let decoded = 0;
      writer.id = (tag, digits, byteCount) => {
        decoded += byteCount;
        id.call(writer, tag, digits, byteCount);
      };
      ids.write(writer, span);
      return decoded;
    };
    expect([first, second, root].map(decodedFor)).toEqual([32, 8, 0]);
  });
});
