import { afterEach, describe, expect, it } from '@jest/globals';
import {
  MeterProvider,
  PeriodicExportingMetricReader as StockReader,
} from '@opentelemetry/sdk-metrics';
import { PeriodicMetricReader } from '../../lib/delivery/index.js';
import {
  type ExportResult,
  ExportResultCode,
  type MetricExporter,
  type ReadableMetrics,
} from '../../lib/export/index.js';
import { GivenProducer, manySeries, readableMetrics } from '../support/metric-source.js';
import { until } from '../support/until.js';

/** An exporter and what stands behind it. */
export interface SubjectOfMetricExport {
  readonly exporter: MetricExporter;
  /** The values of the data points that reached the destination. */
  deliveredValues(): unknown[];
  /** Closes the destination. */
  close?(): unknown;
}

export interface MetricExporterSubject {
  readonly name: string;
  create(): SubjectOfMetricExport | Promise<SubjectOfMetricExport>;
  /** One whose destination accepts nothing; undefined for an exporter that cannot fail. */
  createFailing?: (() => SubjectOfMetricExport | Promise<SubjectOfMetricExport>) | undefined;
}

const SUCCESS = { code: ExportResultCode.SUCCESS };
const FAILURE = { code: ExportResultCode.FAILED, error: expect.any(Error) };

/** What every metric exporter must hold, ours and those of users. */
export function describeMetricExporter(subject: MetricExporterSubject): void {
  describe(`${subject.name} as a metric exporter`, () => {
    const open: SubjectOfMetricExport[] = [];

    async function create(from = subject.create): Promise<SubjectOfMetricExport> {
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

    async function expectDelivered(created: SubjectOfMetricExport, values: unknown[]) {
      const delivered = () => created.deliveredValues();
      await until(() => delivered().length === values.length, delivered);
      expect(delivered()).toEqual(values);
    }

    it('delivers metrics and calls back once, with success', async () => {
      const created = await create();
      expect(await exportAndWatch(created.exporter, readableMetrics([manySeries(3)]))).toEqual([
        SUCCESS,
      ]);
      await expectDelivered(created, [1, 2, 3]);
    });

    it('takes metrics without data points', async () => {
      const { exporter } = await create();
      expect(await exportAndWatch(exporter, readableMetrics([manySeries(0)]))).toEqual([SUCCESS]);
    });

    it('flushes what is under way', async () => {
      const created = await create();
      const results: ExportResult[] = [];
      created.exporter.export(readableMetrics([manySeries(2)]), (result) => results.push(result));
      await created.exporter.forceFlush();
      expect(results).toEqual([SUCCESS]);
      await expectDelivered(created, [1, 2]);
    });

    it('refuses exports after its shutdown', async () => {
      const created = await create();
      await created.exporter.shutdown();
      expect(await exportAndWatch(created.exporter, readableMetrics([manySeries(1)]))).toEqual([
        FAILURE,
      ]);
      expect(created.deliveredValues()).toEqual([]);
    });

    it('delivers for the reader of this library, and answers for the temporality', async () => {
      const created = await create();
      const producer = new GivenProducer();
      producer.metrics = [manySeries(2)];
      const reader = new PeriodicMetricReader(producer, created.exporter);
      await reader.shutdown();
      await expectDelivered(created, [1, 2]);
      expect(reader.counts).toEqual({ exported: 2, failed: 0, dropped: {}, queued: 0 });
      expect([0, 1, undefined]).toContain(
        created.exporter.selectAggregationTemporality?.('HISTOGRAM'),
      );
    });

    it('delivers for the reader of OpenTelemetry', async () => {
      const created = await create();
      const reader = new StockReader({ exporter: created.exporter as never });
      const provider = new MeterProvider({ readers: [reader] });
      provider.getMeter('stock').createCounter('sold').add(7);
      await provider.forceFlush();
      await expectDelivered(created, [7]);
      await reader.shutdown();
    });

    if (subject.createFailing !== undefined) {
      it('calls back with an error where the destination refuses', async () => {
        const { exporter } = await create(subject.createFailing);
        const results = await exportAndWatch(exporter, readableMetrics([manySeries(1)]));
        expect(results).toEqual([FAILURE]);
      });
    }
  });
}

async function exportAndWatch(
  exporter: MetricExporter,
  metrics: ReadableMetrics,
): Promise<ExportResult[]> {
  const results: ExportResult[] = [];
  await new Promise<void>((resolve) =>
    exporter.export(metrics, (result) => {
      results.push(result);
      resolve();
    }),
  );
  await exporter.forceFlush();
  return results;
}
