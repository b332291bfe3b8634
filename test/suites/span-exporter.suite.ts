import { afterEach, describe, expect, it } from '@jest/globals';
import { SpanKind } from '@opentelemetry/api';
import {
  BasicTracerProvider,
  InMemorySpanExporter as StockMemory,
  SimpleSpanProcessor as StockSimple,
} from '@opentelemetry/sdk-trace-base';
import { type ExportResult, ExportResultCode, type SpanExporter } from '../../lib/export/index.js';
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
  });
}

/** Exports, and returns all results that came, a while after the first one did. */
async function exportAndWatch(
  exporter: SpanExporter,
  spans: ReadableSpan[],
): Promise<ExportResult[]> {
  const results: ExportResult[] = [];
  exporter.export(spans, (result) => results.push(result));
  await until(
    () => results.length > 0,
    () => 'the exporter has not called back',
  );
  await new Promise((resolve) => setImmediate(resolve));
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
