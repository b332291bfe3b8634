import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from '@jest/globals';
import { DELIVERED_SPANS } from '../../../lib/delivery/delivered-signal.js';
import type { ExportBatch } from '../../../lib/delivery/export-batch.js';
import { ExportQueue } from '../../../lib/delivery/export-queue.js';
import { estimateSpanBytes } from '../../../lib/delivery/span-size.js';
import {
  InMemorySpanExporter,
  JaegerSpanExporter,
  OtlpSpanExporter,
  type SpanBatch,
  type SpanExporter,
  ZipkinSpanExporter,
} from '../../../lib/export/index.js';
import type { ReadableSpan } from '../../../lib/trace/index.js';
import { ReadDiagnostics, ScriptedExporter } from '../../support/exporter-doubles.js';
import { endedSpan, endedSpans } from '../../support/span-source.js';

const UNBOUNDED = Number.POSITIVE_INFINITY;
const MIB = 1024 * 1024;

/** Counts a byte for each character of a span's name. */
class BatchOfNames implements SpanBatch {
  readonly names: string[] = [];
  isSealed = false;

  add({ name }: ReadableSpan): number {
    this.names.push(name);
    return name.length;
  }

  seal(): void {
    this.isSealed = true;
  }

  export(): void {}
}

/** Keeps the batches that it opened. */
class EncodingExporter extends ScriptedExporter {
  readonly opened: BatchOfNames[] = [];

  openBatch(): SpanBatch {
    const batch = new BatchOfNames();
    this.opened.push(batch);
    return batch;
  }
}

function queueOf(
  exporter: SpanExporter,
  maxQueueSize: number,
  maxQueueBytes: number,
  maxBatchSize: number,
): ExportQueue<ReadableSpan> {
  const diagnostics = new ReadDiagnostics();
  return new ExportQueue(exporter, {
    signal: DELIVERED_SPANS,
    maxQueueSize,
    maxQueueBytes,
    maxBatchSize,
    diagnostics,
  });
}

/** The names of the spans in a batch, by exporting it. */
function namesIn(batch: ExportBatch<ReadableSpan>, exporter: ScriptedExporter): string[] {
  batch.deliver(
    1000,
    () => {},
    () => {},
  );
  return exporter.names.at(-1) ?? [];
}

describe.each([
  ['kept', () => new ScriptedExporter()],
  ['encoded', () => new EncodingExporter()],
])('ExportQueue of spans that are %s', (_, createExporter) => {
  it('gives out full batches, the oldest first, then the one that is not full', () => {
    const queue = queueOf(createExporter(), 100, UNBOUNDED, 3);
    for (const span of endedSpans(7)) expect(queue.add(span)).toBeUndefined();
    expect(queue.size).toBe(7);
    expect([1, 2].map(() => queue.takeBatch().size)).toEqual([3, 3]);
    expect(queue.size).toBe(1);
    queue.add(endedSpan('late'));
    expect(queue.takeBatch().size).toBe(2);
    expect(queue.size).toBe(0);
  });

  it('gives out an empty batch where nothing waits, and takes spans afterwards', () => {
    const queue = queueOf(createExporter(), 10, UNBOUNDED, 3);
    expect(queue.takeBatch().size).toBe(0);
    expect([queue.size, queue.bytes]).toEqual([0, 0]);
    queue.add(endedSpan());
    expect(queue.takeBatch().size).toBe(1);
  });

  it('never puts a span into a batch that was taken', () => {
    const queue = queueOf(createExporter(), 10, UNBOUNDED, 3);
    queue.add(endedSpan('a'));
    const batch = queue.takeBatch();
    queue.add(endedSpan('b'));
    expect([batch.size, queue.size]).toEqual([1, 1]);
  });

  it('has a full batch once as many spans as one takes have come', () => {
    const queue = queueOf(createExporter(), 10, UNBOUNDED, 2);
    const seen = endedSpans(4).map((span) => {
      queue.add(span);
      return queue.hasFullBatch;
    });
    expect(seen).toEqual([false, true, true, true]);
    queue.takeBatch();
    expect(queue.hasFullBatch).toBe(true);
    queue.takeBatch();
    expect(queue.hasFullBatch).toBe(false);
  });

  it('drops all that waits, and has room again', () => {
    const queue = queueOf(createExporter(), 3, 1_000_000, 2);
    for (const span of endedSpans(3)) queue.add(span);
    expect(queue.clear()).toBe(3);
    expect([queue.size, queue.bytes, queue.hasFullBatch]).toEqual([0, 0, false]);
    expect(queue.add(endedSpan())).toBeUndefined();
  });

  it('refuses spans beyond its size, until a batch is taken', () => {
    const queue = queueOf(createExporter(), 2, UNBOUNDED, 1);
    const refusals = endedSpans(3).map((span) => queue.add(span));
    expect(refusals).toEqual([undefined, undefined, 'queue_full']);
    queue.takeBatch();
    expect(queue.add(endedSpan())).toBeUndefined();
  });

  it('holds ten thousand batches of one span', () => {
    const queue = queueOf(createExporter(), 10_000, UNBOUNDED, 1);
    const span = endedSpan();
    for (let i = 0; i < 10_000; i++) queue.add(span);
    expect(queue.add(span)).toBe('queue_full');
    for (let i = 0; i < 10_000; i++) expect(queue.takeBatch().size).toBe(1);
    expect(queue.size).toBe(0);
  });
});

describe('ExportQueue of spans that are kept', () => {
  it('gives them out in the order in which they came', () => {
    const exporter = new ScriptedExporter();
    const queue = queueOf(exporter, 3, UNBOUNDED, 2);
    const taken: string[] = [];
    for (const [index, span] of endedSpans(20).entries()) {
      queue.add(span);
      if (index % 2 === 1) taken.push(...namesIn(queue.takeBatch(), exporter));
    }
    expect(taken).toEqual(endedSpans(20).map(({ name }) => name));
  });

  it('refuses a span that does not fit into its bytes, and takes a smaller one', () => {
    const span = endedSpan();
    const large = endedSpan('large', (open) => open.setAttribute('text', 'x'.repeat(1000)));
    const bytes = estimateSpanBytes(span);
    const queue = queueOf(new ScriptedExporter(), 10, bytes * 2, 5);
    expect([span, large, span, span].map((each) => queue.add(each))).toEqual([
      undefined,
      'queue_bytes_full',
      undefined,
      'queue_bytes_full',
    ]);
    expect(queue.bytes).toBe(bytes * 2);
    const batch = queue.takeBatch();
    expect(queue.add(span)).toBe('queue_bytes_full');
    queue.release(batch);
    expect(queue.bytes).toBe(0);
    expect(queue.add(span)).toBeUndefined();
  });

  it('does not cut a batch by the estimated bytes of its spans', () => {
    const queue = queueOf(new ScriptedExporter(), 100, 100 * MIB, 5);
    const large = endedSpan('large', (open) => open.setAttribute('text', 'x'.repeat(MIB)));
    for (let i = 0; i < 5; i++) queue.add(large);
    expect(queue.takeBatch().size).toBe(5);
  });

  it('does not hold on to what was taken', async () => {
    const queue = queueOf(new ScriptedExporter(), 2, UNBOUNDED, 2);
    const watched = addTo(queue);
    queue.takeBatch();
    await collectGarbage();
    expect(watched.deref()).toBeUndefined();
    expect(queue.size).toBe(0);
  });
});

describe('ExportQueue of spans that are encoded', () => {
  it('opens a batch for the first span, and the next when it is full', () => {
    const exporter = new EncodingExporter();
    const queue = queueOf(exporter, 100, UNBOUNDED, 3);
    expect(exporter.opened).toEqual([]);
    for (const span of endedSpans(4)) queue.add(span);
    expect(exporter.opened.map(({ names }) => names)).toEqual([
      ['work 0', 'work 1', 'work 2'],
      ['work 3'],
    ]);
  });

  it('seals a full batch when another begins behind it, and none before', () => {
    const exporter = new EncodingExporter();
    const queue = queueOf(exporter, 100, UNBOUNDED, 3);
    for (const span of endedSpans(3)) queue.add(span);
    queue.takeBatch();
    for (const span of endedSpans(4)) queue.add(span);
    expect(exporter.opened.map(({ isSealed }) => isSealed)).toEqual([false, true, false]);
  });

  it('refuses spans once those that wait take as many bytes as they may', () => {
    const queue = queueOf(new EncodingExporter(), 10, 8, 1);
    const refusals = ['four', 'five+', 'more'].map((name) => queue.add(endedSpan(name)));
    expect(refusals).toEqual([undefined, undefined, 'queue_bytes_full']);
    expect(queue.bytes).toBe(9);
    const batch = queue.takeBatch();
    expect(queue.bytes).toBe(9);
    queue.release(batch);
    expect(queue.bytes).toBe(5);
    expect(queue.add(endedSpan('more'))).toBeUndefined();
  });

  it('begins another batch with the span that the exporter does not want in the last', () => {
    const exporter = new OtlpSpanExporter({ maxRequestBytes: 2.5 * MIB });
    const queue = queueOf(exporter, 100, UNBOUNDED, 50);
    for (let turn = 0; turn < 5; turn++) {
      expect(queue.add(endedSpan('x'.repeat(MIB)))).toBeUndefined();
    }
    expect(queue.size).toBe(5);
    const batches = [1, 2, 3].map(() => queue.takeBatch());
    expect(batches.map(({ size }) => size)).toEqual([2, 2, 1]);
    for (const batch of batches) queue.release(batch);
    expect(queue.bytes).toBe(0);
  });

  it('has a full batch once the exporter wants a span in the next', () => {
    const queue = queueOf(new OtlpSpanExporter({ maxRequestBytes: 1.5 * MIB }), 100, UNBOUNDED, 50);
    queue.add(endedSpan('x'.repeat(MIB)));
    expect(queue.hasFullBatch).toBe(false);
    queue.add(endedSpan('x'.repeat(MIB)));
    expect(queue.hasFullBatch).toBe(true);
  });

  it('counts a first span that the exporter does not take as failed, and goes on', () => {
    const exporter = new EncodingExporter();
    exporter.openBatch = () => ({ add: () => 'full', export: () => {} });
    const queue = queueOf(exporter, 10, UNBOUNDED, 5);
    for (const span of endedSpans(2)) expect(queue.add(span)).toBeUndefined();
    expect([queue.takeBatch().size, queue.takeBatch().size]).toEqual([1, 1]);
  });

  it('does not hold on to its spans while they wait', async () => {
    const queue = queueOf(new OtlpSpanExporter(), 10, UNBOUNDED, 5);
    const watched = addTo(queue);
    await collectGarbage();
    expect(watched.deref()).toBeUndefined();
    expect(queue.size).toBe(1);
  });

  it('asks again for each batch where one could not be opened', () => {
    const exporter = new EncodingExporter();
    const { openBatch } = exporter;
    let callCount = 0;
    exporter.openBatch = () => {
      if (++callCount === 1) throw new Error('not now');
      return openBatch.call(exporter);
    };
    const queue = queueOf(exporter, 10, UNBOUNDED, 2);
    for (const span of endedSpans(3)) expect(queue.add(span)).toBeUndefined();
    expect(namesIn(queue.takeBatch(), exporter)).toEqual(['work 0', 'work 1']);
    expect(exporter.opened.map(({ names }) => names)).toEqual([['work 2']]);
  });
});

describe('the exporters of this library', () => {
  class Filtering extends OtlpSpanExporter {
    override export(spans: ReadableSpan[], callback: Parameters<SpanExporter['export']>[1]): void {
      super.export(spans.slice(1), callback);
    }
  }

  it.each<[string, SpanExporter, boolean]>([
    ['OTLP in protobuf', new OtlpSpanExporter(), true],
    ['OTLP in JSON', new OtlpSpanExporter({ protocol: 'http/json' }), false],
    ['a subclass of the OTLP exporter that overrides export', new Filtering(), false],
    ['Jaeger, by OTLP', new JaegerSpanExporter(), true],
    [
      'Jaeger, by Thrift',
      new JaegerSpanExporter({ url: 'http://localhost:14268/api/traces' }),
      false,
    ],
    ['Zipkin', new ZipkinSpanExporter(), false],
    ['memory', new InMemorySpanExporter(), false],
  ])('encode spans as they come, or keep them: %s', async (_, exporter, isEncoded) => {
    const queue = queueOf(exporter, 5, UNBOUNDED, 2);
    for (const span of endedSpans(5)) expect(queue.add(span)).toBeUndefined();
    expect(queue.takeBatch().isEncoded).toBe(isEncoded);
    await exporter.shutdown();
  });
});

/** In a function of its own, so that nothing else holds on to the span. */
function addTo(queue: ExportQueue<ReadableSpan>): WeakRef<object> {
  const span = endedSpan();
  queue.add(span);
  return new WeakRef(span);
}

async function collectGarbage(): Promise<void> {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  await setImmediate();
  collect();
}
