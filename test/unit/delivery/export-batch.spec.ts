import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { DELIVERED_SPANS } from '../../../lib/delivery/delivered-signal.js';
import { ExportBatch, type ExportOutcome } from '../../../lib/delivery/export-batch.js';
import { estimateSpanBytes } from '../../../lib/delivery/span-size.js';
import type { ExportResult, SpanBatch, SpanExporter } from '../../../lib/export/index.js';
import type { ReadableSpan } from '../../../lib/trace/index.js';
import { ReadDiagnostics, ScriptedExporter, SUCCESS } from '../../support/exporter-doubles.js';
import { endedSpan, endedSpans } from '../../support/span-source.js';
import { unhandledRejectionsOf } from '../../support/unhandled-rejections.js';

const UNBOUNDED = Number.POSITIVE_INFINITY;
const boom = new Error('boom');

function throwBoom(): never {
  throw boom;
}

/** A batch of an exporter that does what the test says. */
class ScriptedBatch implements SpanBatch {
  readonly names: string[] = [];
  sealCount = 0;

  constructor(private readonly bytes: (span: ReadableSpan) => unknown = () => 10) {}

  add(span: ReadableSpan): number {
    const bytes = this.bytes(span);
    this.names.push(span.name);
    return bytes as number;
  }

  seal(): void {
    this.sealCount++;
  }

  export(resultCallback: (result: ExportResult) => void): void {
    resultCallback(SUCCESS);
  }
}

/** @param openBatch undefined for an exporter without that method */
function create(openBatch?: () => unknown, capacity = 5) {
  const diagnostics = new ReadDiagnostics();
  const exporter = new ScriptedExporter();
  if (openBatch !== undefined) (exporter as SpanExporter).openBatch = openBatch as () => SpanBatch;
  const batch = new ExportBatch(exporter, DELIVERED_SPANS, diagnostics, capacity);
  return { batch, exporter, lines: diagnostics.lines };
}

function addAll(batch: ExportBatch<ReadableSpan>, spans: readonly ReadableSpan[]): void {
  for (const span of spans) expect(batch.add(span, UNBOUNDED)).toBeUndefined();
}

function outcomesOf(batch: ExportBatch<ReadableSpan>): ExportOutcome[] {
  const outcomes: ExportOutcome[] = [];
  batch.deliver(
    1000,
    (outcome) => outcomes.push(outcome),
    () => {},
  );
  return outcomes;
}

const delivered = (deliveredCount: number): ExportOutcome => ({
  deliveredCount,
  undeliveredCount: 0,
  error: undefined,
});

describe('ExportBatch of an exporter that opens no batches', () => {
  it.each<[string, (() => unknown) | undefined]>([
    ['has no method for it', undefined],
    ['returns undefined', () => undefined],
  ])('keeps its spans for the export where the exporter %s', (_, openBatch) => {
    const { batch, exporter, lines } = create(openBatch);
    const spans = endedSpans(3);
    addAll(batch, spans);
    batch.seal();
    expect([batch.isEncoded, batch.size]).toEqual([false, 3]);
    expect(outcomesOf(batch)).toEqual([delivered(3)]);
    expect(exporter.batches).toEqual([spans]);
    expect(lines).toEqual([]);
  });

  it('takes more spans than its capacity', () => {
    const { batch, exporter } = create(undefined, 2);
    const spans = endedSpans(5);
    addAll(batch, spans);
    expect(outcomesOf(batch)).toEqual([delivered(5)]);
    expect(exporter.batches).toEqual([spans]);
  });

  it('refuses a span that does not fit, and counts the bytes of those that do', () => {
    const { batch } = create();
    const span = endedSpan();
    const bytes = estimateSpanBytes(span);
    expect(batch.add(span, bytes - 1)).toBe('no_room');
    expect(batch.add(span, bytes)).toBeUndefined();
    expect([batch.size, batch.byteCount]).toEqual([1, bytes]);
  });

  it('counts no bytes where they are not bounded', () => {
    const { batch } = create();
    addAll(batch, endedSpans(2));
    expect(batch.byteCount).toBe(0);
  });
});

describe('ExportBatch of an exporter that opens batches', () => {
  it('has its spans encoded as they come, and exports what was opened', () => {
    const opened = new ScriptedBatch();
    const { batch, exporter, lines } = create(() => opened);
    addAll(batch, endedSpans(2));
    expect(opened.names).toEqual(['work 0', 'work 1']);
    expect([batch.isEncoded, batch.size, batch.byteCount]).toEqual([true, 2, 20]);
    batch.seal();
    expect(opened.sealCount).toBe(1);
    expect(outcomesOf(batch)).toEqual([delivered(2)]);
    expect(exporter.batches).toEqual([]);
    expect(lines).toEqual([]);
  });

  it('takes a span that exceeds the room, because its length is not known before', () => {
    const { batch } = create(() => new ScriptedBatch());
    expect(batch.add(endedSpan(), 1)).toBeUndefined();
  });

  it('needs no method to seal', () => {
    const { batch, lines } = create(() => ({ add: () => 1, export: () => {} }));
    batch.seal();
    expect(lines).toEqual([]);
  });

  it.each<[string, () => unknown, string]>([
    ['throws', throwBoom, 'Error: boom'],
    ['returns null', () => null, 'what it returned lacks the methods add and export'],
    ['returns a number', () => 1, 'what it returned lacks the methods add and export'],
    ['returns half a batch', () => ({ add: () => 1 }), 'what it returned lacks the methods add'],
    [
      'returns a promise',
      async () => new ScriptedBatch(),
      'what it returned lacks the methods add and export',
    ],
    ['is no function', 5 as never, 'TypeError'],
  ])('exports its spans unencoded where openBatch %s', (_, openBatch, reason) => {
    const { batch, exporter, lines } = create(openBatch);
    const spans = endedSpans(2);
    addAll(batch, spans);
    expect(outcomesOf(batch)).toEqual([delivered(2)]);
    expect(exporter.batches).toEqual([spans]);
    expect(lines).toEqual([
      expect.stringContaining(
        `A span exporter failed to open a batch; its spans are exported unencoded: ${reason}`,
      ),
    ]);
  });

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['a negative number', -1],
    ['NaN', Number.NaN],
    ['Infinity', UNBOUNDED],
    ['a text', '10'],
    ['a BigInt', 10n],
    ['a promise', Promise.resolve(10)],
  ])('estimates the length of a span where add returns %s', (_, bytes) => {
    const { batch, lines } = create(() => new ScriptedBatch(() => bytes));
    const span = endedSpan();
    addAll(batch, [span]);
    expect([batch.size, batch.byteCount]).toEqual([1, estimateSpanBytes(span)]);
    expect(lines).toEqual([
      expect.stringMatching(/^A span exporter returned an invalid length of an encoded span; /),
    ]);
    expect(outcomesOf(batch)).toEqual([delivered(1)]);
  });

  it.each<[string, ExportResult, number]>([
    ['success', SUCCESS, 1],
    ['success but for one', { code: 0, rejectedCount: 1 } as ExportResult, 2],
    ['failure', { code: 1 }, 3],
  ])('counts a span as failed where add throws, beside a result of %s', (_, result, count) => {
    const opened = new ScriptedBatch(({ name }) => (name === 'work 1' ? throwBoom() : 10));
    opened.export = (callback) => callback(result);
    const { batch, lines } = create(() => opened);
    addAll(batch, endedSpans(3));
    expect([batch.size, batch.byteCount]).toEqual([3, 20]);
    expect(outcomesOf(batch)).toEqual([
      { deliveredCount: 3 - count, undeliveredCount: count, error: boom },
    ]);
    expect(lines).toEqual([
      'A span exporter threw when it encoded a span; the span is counted as failed: Error: boom',
    ]);
  });

  it('fails without an export where add throws for every span', () => {
    const opened = new ScriptedBatch(throwBoom);
    opened.export = () => {
      throw new Error('an empty batch was exported');
    };
    const { batch } = create(() => opened);
    addAll(batch, endedSpans(2));
    expect(outcomesOf(batch)).toEqual([{ deliveredCount: 0, undeliveredCount: 2, error: boom }]);
  });

  it('is exported all the same where seal throws', () => {
    const opened = new ScriptedBatch();
    opened.seal = throwBoom;
    const { batch, lines } = create(() => opened);
    addAll(batch, endedSpans(1));
    batch.seal();
    expect(outcomesOf(batch)).toEqual([delivered(1)]);
    expect(lines).toEqual([
      'A span exporter failed to seal a batch; it is exported all the same: Error: boom',
    ]);
  });

  it('leaves no rejection of methods that are asynchronous by mistake', async () => {
    const rejects = () => Promise.reject(boom);
    const opened = new ScriptedBatch(rejects);
    opened.seal = rejects as never;
    let lines: string[] = [];
    const rejections = await unhandledRejectionsOf(() => {
      const encoded = create(() => opened);
      encoded.batch.add(endedSpan(), UNBOUNDED);
      encoded.batch.seal();
      lines = encoded.lines;
      create(rejects);
    });
    expect(rejections).toEqual([]);
    expect(lines).toContain(
      'A span exporter failed to seal a batch; it is exported all the same: Error: boom',
    );
  });
});

describe('the resources of an ExportBatch', () => {
  type SpanResource = ReadableSpan['resource'];

  const complete = { attributes: {} } as SpanResource;
  const pendingResource = (wait?: () => Promise<void>): SpanResource =>
    ({
      attributes: {},
      asyncAttributesPending: true,
      waitForAsyncAttributes: wait,
    }) as SpanResource;
  const spanOf = (resource: unknown): ReadableSpan =>
    ({ ...endedSpan(), attributes: {}, resource }) as unknown as ReadableSpan;

  it.each([
    ['kept', undefined],
    ['encoded', () => new ScriptedBatch()],
  ])('are waited for once each, where spans are %s', async (_, openBatch) => {
    let waitCount = 0;
    const first = pendingResource(async () => void waitCount++);
    const second = pendingResource(async () => void waitCount++);
    const { batch } = create(openBatch);
    addAll(batch, [first, complete, first, second].map(spanOf));
    const outcomes = outcomesOf(batch);
    expect(outcomes).toEqual([]);
    await setImmediate();
    expect(outcomes).toEqual([delivered(4)]);
    expect(waitCount).toBe(2);
  });

  it('delay nothing where all are complete, or are so by the time of the export', () => {
    const resource = { ...pendingResource() } as { asyncAttributesPending: boolean };
    const { batch } = create();
    addAll(batch, [...endedSpans(1), spanOf(complete), spanOf(undefined), spanOf(resource)]);
    resource.asyncAttributesPending = false;
    expect(outcomesOf(batch)).toEqual([delivered(4)]);
  });

  it('do not last where they have no method to wait', async () => {
    const { batch } = create();
    addAll(batch, [spanOf(pendingResource())]);
    const outcomes = outcomesOf(batch);
    await setImmediate();
    expect(outcomes).toEqual([delivered(1)]);
  });
});

describe('the undelivered spans of an ExportBatch', () => {
  it.each<[string, unknown, number]>([
    ['success', { code: 0 }, 0],
    ['success with an error beside', { code: 0, error: new Error('a warning') }, 0],
    ['success but for two', { code: 0, rejectedCount: 2 }, 2],
    ['more rejected than were exported', { code: 0, rejectedCount: 99 }, 5],
    ['a fraction', { code: 0, rejectedCount: 2.9 }, 2],
    ['less than none', { code: 0, rejectedCount: -1 }, 0],
    ['no number', { code: 0, rejectedCount: Number.NaN }, 0],
    ['a text', { code: 0, rejectedCount: '3' }, 0],
    ['failure', { code: 1 }, 5],
    ['failure with a count', { code: 1, rejectedCount: 2 }, 5],
    ['an unknown code', { code: 7 }, 5],
    ['nothing', undefined, 5],
    ['null', null, 5],
  ])('are counted by a result of %s', (_, result, count) => {
    const { batch, exporter } = create();
    exporter.export = (_spans, callback) => callback(result as ExportResult);
    addAll(batch, endedSpans(5));
    expect(outcomesOf(batch)).toMatchObject([
      { deliveredCount: 5 - count, undeliveredCount: count },
    ]);
  });
});
