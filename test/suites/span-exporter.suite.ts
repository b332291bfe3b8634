import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, describe, expect, it } from '@jest/globals';
import { SpanKind } from '@opentelemetry/api';
import {
  BasicTracerProvider,
  InMemorySpanExporter as StockMemory,
  SimpleSpanProcessor as StockSimple,
} from '@opentelemetry/sdk-trace-base';
import { createTracing } from '../../lib/assembly/index.js';
import { BatchSpanProcessor } from '../../lib/delivery/index.js';
import {
  type ExportResult,
  ExportResultCode,
  type SpanBatch,
  type SpanExporter,
} from '../../lib/export/index.js';
import type { ReadableSpan } from '../../lib/trace/index.js';
import { endedSpan, endedSpans } from '../support/span-source.js';
import { until } from '../support/until.js';

/** An exporter and what stands behind it. */
export interface SubjectOfExport {
  readonly exporter: SpanExporter;
  /** The names of the spans that reached the destination; for exporters that can `deliver`. */
  deliveredNames?(): string[];
  /** Lets go of the destination. */
  close?(): unknown;
}

export interface SpanExporterSubject {
  readonly name: string;
  create(): SubjectOfExport | Promise<SubjectOfExport>;
  /** One whose destination takes nothing; for exporters that can `fail`. */
  createFailing?(): SubjectOfExport | Promise<SubjectOfExport>;
  /** True where `openBatch` opens batches. @default false: there is none, or it returns undefined */
  readonly opensBatches?: boolean;
  /** What it cannot do, with the reason. */
  readonly cannot?: { readonly deliver?: string; readonly fail?: string };
}

/** What every span exporter must hold, ours and those of users. */
export function describeSpanExporter(subject: SpanExporterSubject): void {
  describe(`${subject.name} as a span exporter`, () => {
    const open: SubjectOfExport[] = [];

    async function create(from: () => SubjectOfExport | Promise<SubjectOfExport>) {
      const created = await from();
      open.push(created);
      return created;
    }

    afterEach(async () => {
      for (const { exporter, close } of open.splice(0)) {
        await exporter.shutdown();
        await close?.();
      }
    });

    const canDeliver = subject.cannot?.deliver === undefined;

    async function expectDelivered(
      { deliveredNames }: SubjectOfExport,
      names: string[],
    ): Promise<void> {
      if (!canDeliver) return;
      await until(
        () => deliveredNames?.().length === names.length,
        () => deliveredNames?.(),
      );
      expect(deliveredNames?.().sort()).toEqual([...names].sort());
    }

    it('delivers spans and calls back once, with success', async () => {
      const created = await create(subject.create);
      expect(await exportAndWatch(created.exporter, endedSpans(3))).toEqual([
        { code: ExportResultCode.SUCCESS },
      ]);
      await created.exporter.forceFlush?.();
      await expectDelivered(created, ['work 0', 'work 1', 'work 2']);
    });

    it('takes no spans at all', async () => {
      const { exporter } = await create(subject.create);
      expect(await exportAndWatch(exporter, [])).toEqual([{ code: ExportResultCode.SUCCESS }]);
    });

    it('takes several exports at once, as other processors make them', async () => {
      const created = await create(subject.create);
      const spans = endedSpans(6);
      const results = await Promise.all([
        exportAndWatch(created.exporter, spans.slice(0, 2)),
        exportAndWatch(created.exporter, spans.slice(2, 4)),
        exportAndWatch(created.exporter, spans.slice(4)),
      ]);
      expect(results).toEqual(Array(3).fill([{ code: ExportResultCode.SUCCESS }]));
      await created.exporter.forceFlush?.();
      await expectDelivered(
        created,
        spans.map(({ name }) => name),
      );
    });

    it('takes spans with all that a span can hold', async () => {
      const created = await create(subject.create);
      const span = endedSpan('laden \ud800 ünï ☃ 𝄞', (filled) => {
        filled.setAttributes({
          text: 'a\nb\u0000\udfff',
          empty: '',
          number: -0.5,
          huge: 2 ** 60,
          notANumber: Number.NaN,
          flag: false,
          texts: ['a', null, undefined, 'b'],
          numbers: [1, 2.5],
          none: [],
        });
        filled.addEvent('event', { 'event.attribute': 'x'.repeat(100_000) });
        filled.addLink({ context: filled.spanContext(), attributes: { a: 1 } });
        filled.recordError(new Error('boom'));
      });
      expect(await exportAndWatch(created.exporter, [span])).toEqual([
        { code: ExportResultCode.SUCCESS },
      ]);
    });

    it('takes the spans of OpenTelemetry’s own SDK', async () => {
      const created = await create(subject.create);
      expect(await exportAndWatch(created.exporter, stockSpans())).toEqual([
        { code: ExportResultCode.SUCCESS },
      ]);
      await created.exporter.forceFlush?.();
      await expectDelivered(created, ['stock child', 'stock root']);
    });

    if (subject.cannot?.fail === undefined) {
      it('calls back once, with a failure, when it cannot deliver', async () => {
        const { exporter } = await create(subject.createFailing as typeof subject.create);
        const results = await exportAndWatch(exporter, endedSpans(2));
        expect(results).toEqual([{ code: ExportResultCode.FAILED, error: expect.any(Error) }]);
      });
    }

    it('serves application after application where it is passed to them as an instance', async () => {
      const created = await create(subject.create);
      const { exporter } = created;
      for (const name of ['work 0', 'work 1']) {
        const tracing = createTracing({ exporter, registerGlobally: false });
        tracing.tracer.startSpan(name).end();
        await tracing.shutdown();
        expect(tracing.statistics.counts()).toMatchObject({
          lost: 0,
          pipelines: [{ exported: 1 }],
        });
      }
      await expectDelivered(created, ['work 0', 'work 1']);
    });

    it('fails what comes after its shutdown', async () => {
      const { exporter } = await create(subject.create);
      await exporter.shutdown();
      expect(await exportAndWatch(exporter, endedSpans(1))).toEqual([
        { code: ExportResultCode.FAILED, error: expect.any(Error) },
      ]);
    });

    it('calls back once for an export that is under way at its shutdown', async () => {
      const { exporter } = await create(subject.create);
      const watched = exportAndWatch(exporter, endedSpans(1));
      await exporter.shutdown();
      expect(await watched).toHaveLength(1);
    });

    it('can be flushed and shut down at any time, and again', async () => {
      const { exporter } = await create(subject.create);
      await exporter.forceFlush?.();
      await Promise.all([exporter.shutdown(), exporter.shutdown()]);
      await exporter.forceFlush?.();
      await exporter.shutdown();
      expect(await exportAndWatch(exporter, endedSpans(1))).toHaveLength(1);
    });

    if (subject.opensBatches !== true) {
      it('opens no batches', async () => {
        const { exporter } = await create(subject.create);
        expect(exporter.openBatch?.()).toBeUndefined();
      });
      return;
    }

    it('gets the spans of a BatchSpanProcessor in the batches that it opens', async () => {
      const created = await create(subject.create);
      const processor = new BatchSpanProcessor(created.exporter, { maxExportBatchSize: 2 });
      for (const span of endedSpans(5)) processor.onEnd(span);
      await processor.forceFlush();
      expect(processor.counts).toEqual({ exported: 5, failed: 0, dropped: {}, queued: 0 });
      await expectDelivered(created, ['work 0', 'work 1', 'work 2', 'work 3', 'work 4']);
    });

    it('opens no batch where `export` is overridden', async () => {
      const { exporter } = await create(subject.create);
      exporter.export = (_spans, callback) => callback({ code: ExportResultCode.SUCCESS });
      expect(exporter.openBatch?.()).toBeUndefined();
    });

    describe('a batch', () => {
      it('takes spans one by one and exports them once, with success', async () => {
        const created = await create(subject.create);
        const batch = openBatch(created.exporter, endedSpans(3));
        expect(await watchExport(batch)).toEqual([{ code: ExportResultCode.SUCCESS }]);
        await created.exporter.forceFlush?.();
        await expectDelivered(created, ['work 0', 'work 1', 'work 2']);
      });

      it('takes the spans of OpenTelemetry’s own SDK', async () => {
        const created = await create(subject.create);
        const batch = openBatch(created.exporter, stockSpans());
        expect(await watchExport(batch)).toEqual([{ code: ExportResultCode.SUCCESS }]);
        await created.exporter.forceFlush?.();
        await expectDelivered(created, ['stock child', 'stock root']);
      });

      it('can wait sealed while others are filled', async () => {
        const created = await create(subject.create);
        const spans = endedSpans(4);
        const first = openBatch(created.exporter, spans.slice(0, 2));
        first.seal?.();
        const second = openBatch(created.exporter, spans.slice(2));
        second.seal?.();
        for (const batch of [first, second]) {
          expect(await watchExport(batch)).toEqual([{ code: ExportResultCode.SUCCESS }]);
        }
        await created.exporter.forceFlush?.();
        await expectDelivered(created, ['work 0', 'work 1', 'work 2', 'work 3']);
      });

      it('says how many bytes a span takes, so that a larger one takes more', async () => {
        const { exporter } = await create(subject.create);
        const batch = openBatch(exporter, []);
        const small = Number(batch.add(endedSpan('small')));
        const large = batch.add(
          endedSpan('large', (span) => span.setAttribute('text', 'x'.repeat(1000))),
        );
        expect(small).toBeGreaterThan(0);
        expect(large).toBeGreaterThanOrEqual(small + 1000);
      });

      it('does not hold on to its spans', async () => {
        const { exporter } = await create(subject.create);
        const batch = openBatch(exporter, []);
        const added = addUnheldSpan(batch);
        setFlagsFromString('--expose-gc');
        const collectGarbage = runInNewContext('gc') as () => void;
        await setImmediate();
        collectGarbage();
        expect(added.deref()).toBeUndefined();
        expect(await watchExport(batch)).toHaveLength(1);
      });

      it('skips a span that cannot be encoded, and counts it as rejected', async () => {
        const { exporter } = await create(subject.create);
        const [span] = endedSpans(1);
        const unreadable = Object.create(span as ReadableSpan, {
          name: {
            get: () => {
              throw new Error('unreadable');
            },
          },
        }) as ReadableSpan;
        const batch = openBatch(exporter, [span as ReadableSpan]);
        expect(batch.add(unreadable)).toBe(0);
        expect(await watchExport(batch)).toEqual([
          { code: ExportResultCode.SUCCESS, rejectedCount: 1, error: expect.any(Error) },
        ]);
      });

      it('may be dropped without an export', async () => {
        const created = await create(subject.create);
        openBatch(created.exporter, endedSpans(2)).seal?.();
        openBatch(created.exporter, endedSpans(1));
        await created.exporter.forceFlush?.();
        await created.exporter.shutdown();
        expect(created.deliveredNames?.() ?? []).toEqual([]);
      });

      if (subject.cannot?.fail === undefined) {
        it('calls back once, with a failure, when it cannot be delivered', async () => {
          const { exporter } = await create(subject.createFailing as typeof subject.create);
          expect(await watchExport(openBatch(exporter, endedSpans(2)))).toEqual([
            { code: ExportResultCode.FAILED, error: expect.any(Error) },
          ]);
        });
      }

      it('fails after the shutdown of its exporter', async () => {
        const { exporter } = await create(subject.create);
        const batch = openBatch(exporter, endedSpans(1));
        await exporter.shutdown();
        expect(await watchExport(batch)).toEqual([
          { code: ExportResultCode.FAILED, error: expect.any(Error) },
        ]);
      });
    });
  });
}

function openBatch(exporter: SpanExporter, spans: readonly ReadableSpan[]): SpanBatch {
  const batch = exporter.openBatch?.();
  if (batch === undefined) throw new Error('The exporter opened no batch');
  for (const span of spans) batch.add(span);
  return batch;
}

/** In a function of its own, so that nothing else holds on to the span. */
function addUnheldSpan(batch: SpanBatch): WeakRef<object> {
  const span = endedSpan();
  batch.add(span);
  return new WeakRef(span);
}

function watchExport(batch: SpanBatch): Promise<ExportResult[]> {
  return watch((callback) => batch.export(callback));
}

function exportAndWatch(exporter: SpanExporter, spans: ReadableSpan[]): Promise<ExportResult[]> {
  return watch((callback) => exporter.export(spans, callback));
}

/** Exports, and returns all results that came, a while after the first one did. */
async function watch(
  exportSpans: (callback: (result: ExportResult) => void) => void,
): Promise<ExportResult[]> {
  const results: ExportResult[] = [];
  exportSpans((result) => results.push(result));
  await until(
    () => results.length > 0,
    () => 'the exporter has not called back',
  );
  await setImmediate();
  return results;
}

/** Two spans of OpenTelemetry's SDK, the child first. */
export function stockSpans(): ReadableSpan[] {
  const memory = new StockMemory();
  const provider = new BasicTracerProvider({ spanProcessors: [new StockSimple(memory)] });
  const tracer = provider.getTracer('stock', '1.2.3');
  const root = tracer.startSpan('stock root', {
    kind: SpanKind.SERVER,
    attributes: { text: 'a', number: 1, double: 0.5, flag: true, list: ['x', 'y'] },
    links: [{ context: { traceId: '1'.repeat(32), spanId: '2'.repeat(16), traceFlags: 1 } }],
  });
  root.addEvent('event', { key: 'value' });
  root.recordException(new Error('boom'));
  root.setStatus({ code: 2, message: 'it failed' });
  root.end();
  const child = tracer.startSpan('stock child');
  child.end();
  return memory.getFinishedSpans() as unknown as ReadableSpan[];
}
