import { describe, expect, it } from '@jest/globals';
import { EncodedQueue } from '../../../lib/delivery/encoded-queue.js';
import { createExportQueue } from '../../../lib/delivery/export-queue.js';
import {
  InMemorySpanExporter,
  JaegerSpanExporter,
  OtlpSpanExporter,
  type SpanExporter,
  ZipkinSpanExporter,
} from '../../../lib/export/index.js';
import type { ReadableSpan } from '../../../lib/trace/index.js';
import { endedSpans } from '../../support/span-source.js';

const LIMITS = { maxQueueSize: 5, maxQueueBytes: Number.POSITIVE_INFINITY, maxBatchSize: 2 };

class Filtering extends OtlpSpanExporter {
  override export(spans: ReadableSpan[], callback: Parameters<SpanExporter['export']>[1]): void {
    super.export(spans.slice(1), callback);
  }
}

describe('createExportQueue', () => {
  it.each<[string, SpanExporter, boolean]>([
    ['OTLP in protobuf', new OtlpSpanExporter(), true],
    ['OTLP in JSON', new OtlpSpanExporter({ protocol: 'http/json' }), false],
    ['an exporter made of OTLP, which wants to see the spans', new Filtering(), false],
    ['Jaeger, by OTLP', new JaegerSpanExporter(), true],
    [
      'Jaeger, by Thrift',
      new JaegerSpanExporter({ url: 'http://localhost:14268/api/traces' }),
      false,
    ],
    ['Zipkin', new ZipkinSpanExporter(), false],
    ['any exporter', new InMemorySpanExporter(), false],
  ])('has spans encoded as they come for %s: %#', async (_, exporter, isEncoded) => {
    const queue = createExportQueue(exporter, { ...LIMITS, encodesEarly: true });
    expect(queue instanceof EncodedQueue).toBe(isEncoded);
    for (const span of endedSpans(5)) expect(queue.add(span)).toBeUndefined();
    expect(queue.add(endedSpans(1)[0] as ReadableSpan)).toBe('queue_full');
    expect([1, 2, 3, 4].map(() => queue.takeBatch().size)).toEqual([2, 2, 1, 0]);
    expect(queue.size).toBe(0);
    await exporter.shutdown();
  });

  it('keeps spans as they are where nobody wants them encoded', async () => {
    const exporter = new OtlpSpanExporter();
    const queue = createExportQueue(exporter, { ...LIMITS, encodesEarly: false });
    expect(queue).not.toBeInstanceOf(EncodedQueue);
    await exporter.shutdown();
  });
});
