import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, describe, expect, it } from '@jest/globals';
import { createTracing } from '../../lib/assembly/index.js';
import { BatchLogRecordProcessor } from '../../lib/delivery/index.js';
import {
  type ExportResult,
  ExportResultCode,
  type LogRecordBatch,
  type LogRecordExporter,
} from '../../lib/export/index.js';
import type { ReadableLogRecord } from '../../lib/trace/index.js';
import { emittedLog, emittedLogs, stockLogs } from '../support/log-source.js';
import { until } from '../support/until.js';

/** An exporter and what stands behind it. */
export interface SubjectOfLogExport {
  readonly exporter: LogRecordExporter;
  /** The bodies of the log records that reached the destination. */
  deliveredBodies(): unknown[];
  /** Closes the destination. */
  close?(): unknown;
}

export interface LogExporterSubject {
  readonly name: string;
  create(): SubjectOfLogExport | Promise<SubjectOfLogExport>;
  /** One whose destination accepts nothing; undefined for an exporter that cannot fail. */
  createFailing?: (() => SubjectOfLogExport | Promise<SubjectOfLogExport>) | undefined;
  /** True where `openBatch` opens batches. @default false: there is none, or it returns undefined */
  readonly opensBatches?: boolean;
}

const SUCCESS = { code: ExportResultCode.SUCCESS };
const FAILURE = { code: ExportResultCode.FAILED, error: expect.any(Error) };

/** What every log exporter must hold, ours and those of users. */
export function describeLogExporter(subject: LogExporterSubject): void {
  describe(`${subject.name} as a log exporter`, () => {
    const open: SubjectOfLogExport[] = [];

    async function create(from = subject.create): Promise<SubjectOfLogExport> {
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

    async function expectDelivered(created: SubjectOfLogExport, bodies: unknown[]): Promise<void> {
      const delivered = () => created.deliveredBodies();
      await until(() => delivered().length === bodies.length, delivered);
      expect(delivered()).toEqual(bodies);
    }

    it('delivers log records and calls back once, with success', async () => {
      const created = await create();
      expect(await exportAndWatch(created.exporter, emittedLogs(3))).toEqual([SUCCESS]);
      await expectDelivered(created, ['line 0', 'line 1', 'line 2']);
    });

    it('takes no log records at all', async () => {
      const { exporter } = await create();
      expect(await exportAndWatch(exporter, [])).toEqual([SUCCESS]);
    });

    it('takes several exports at once, as other processors make them, and as many as it declares', async () => {
      const created = await create();
      const count = Math.max(3, created.exporter.maxConcurrentExports ?? 1);
      const results = await Promise.all(
        emittedLogs(count).map((record) => exportAndWatch(created.exporter, [record])),
      );
      expect(results).toEqual(Array(count).fill([SUCCESS]));
      await until(
        () => created.deliveredBodies().length === count,
        () => created.deliveredBodies(),
      );
    });

    it('takes log records with all that a log record can hold', async () => {
      const { exporter } = await create();
      const body = {
        'text \ud800 ☃': ['a\u0000', 1, -0.5, 2 ** 60, true, null, { deep: [[]] }, {}],
      };
      const laden = emittedLog({
        body,
        attributes: { bytes: new Uint8Array([1, 2]), none: [], nan: Number.NaN, '': 1 },
        eventName: 'event',
        severityText: 'warn',
        exception: new Error('boom'),
        time: 1,
      });
      expect(await exportAndWatch(exporter, [laden, emittedLog({ body: undefined })])).toEqual([
        SUCCESS,
      ]);
    });

    it('takes the log records of OpenTelemetry’s own SDK', async () => {
      const created = await create();
      const stock = stockLogs(
        { body: 'stock', severityNumber: 9, attributes: { a: { b: [1] } }, eventName: 'e' },
        { body: 'other' },
      );
      expect(await exportAndWatch(created.exporter, stock)).toEqual([SUCCESS]);
      await expectDelivered(created, ['stock', 'other']);
    });

    it('serves application after application where it is passed to them as an instance', async () => {
      const created = await create();
      for (const body of ['first', 'second']) {
        const tracing = createTracing({
          logExporter: created.exporter,
          spanProcessors: [],
          registerGlobally: false,
        });
        tracing.logSink?.emit({ severityNumber: 9, body });
        await tracing.shutdown();
        expect(tracing.statistics.counts()).toMatchObject({
          lost: 0,
          logs: { emitted: 1, exported: 1 },
        });
      }
      await expectDelivered(created, ['first', 'second']);
    });

    it('fails what comes after its shutdown, and can be shut down again', async () => {
      const { exporter } = await create();
      await exporter.forceFlush?.();
      await Promise.all([exporter.shutdown(), exporter.shutdown()]);
      expect(await exportAndWatch(exporter, emittedLogs(1))).toEqual([FAILURE]);
    });

    const { createFailing } = subject;
    if (createFailing !== undefined) {
      it('calls back once, with a failure, when it cannot deliver', async () => {
        const { exporter } = await create(createFailing);
        expect(await exportAndWatch(exporter, emittedLogs(2))).toEqual([FAILURE]);
      });
    }

    if (subject.opensBatches !== true) {
      it('opens no batches', async () => {
        const { exporter } = await create();
        expect(exporter.openBatch?.()).toBeUndefined();
      });
      return;
    }

    it('gets the log records of a BatchLogRecordProcessor in the batches that it opens', async () => {
      const created = await create();
      const processor = new BatchLogRecordProcessor(created.exporter, { maxExportBatchSize: 2 });
      for (const record of emittedLogs(5)) processor.onEmit(record);
      await processor.forceFlush();
      expect(processor.counts).toEqual({ exported: 5, failed: 0, dropped: {}, queued: 0 });
      await expectDelivered(created, ['line 0', 'line 1', 'line 2', 'line 3', 'line 4']);
    });

    describe('a batch', () => {
      it('takes log records one by one and exports them once, with success', async () => {
        const created = await create();
        const batch = openBatch(created.exporter, emittedLogs(2));
        batch.seal?.();
        expect(await watch((callback) => batch.export(callback))).toEqual([SUCCESS]);
        await expectDelivered(created, ['line 0', 'line 1']);
      });

      it('says how many bytes a log record takes', async () => {
        const { exporter } = await create();
        const batch = openBatch(exporter, []);
        const small = Number(batch.add(emittedLog({ body: 'x' })));
        expect(small).toBeGreaterThan(0);
        expect(batch.add(emittedLog({ body: 'x'.repeat(1000) }))).toBeGreaterThanOrEqual(
          small + 999,
        );
      });

      it('does not hold on to its log records', async () => {
        const { exporter } = await create();
        const batch = openBatch(exporter, []);
        const added = addUnheld(batch);
        setFlagsFromString('--expose-gc');
        const collectGarbage = runInNewContext('gc') as () => void;
        await setImmediate();
        collectGarbage();
        expect(added.deref()).toBeUndefined();
      });

      it('skips a log record that cannot be encoded, and counts it as rejected', async () => {
        const { exporter } = await create();
        const batch = openBatch(exporter, emittedLogs(1));
        const unreadable = Object.create(emittedLog(), {
          severityText: {
            get: () => {
              throw new Error('unreadable');
            },
          },
        }) as ReadableLogRecord;
        expect(batch.add(unreadable)).toBe(0);
        expect(await watch((callback) => batch.export(callback))).toEqual([
          { ...SUCCESS, rejectedCount: 1, error: expect.any(Error) },
        ]);
      });
    });
  });
}

function openBatch(
  exporter: LogRecordExporter,
  records: readonly ReadableLogRecord[],
): LogRecordBatch {
  const batch = exporter.openBatch?.();
  if (batch === undefined) throw new Error('The exporter opened no batch');
  for (const record of records) batch.add(record);
  return batch;
}

/** In a function of its own, so that nothing else holds on to the log record. */
function addUnheld(batch: LogRecordBatch): WeakRef<object> {
  const record = emittedLog({ body: { a: 1 } });
  batch.add(record);
  return new WeakRef(record);
}

function exportAndWatch(
  exporter: LogRecordExporter,
  records: ReadableLogRecord[],
): Promise<ExportResult[]> {
  return watch((callback) => exporter.export(records, callback));
}

/** Exports, and returns all results that came, a while after the first one did. */
async function watch(
  exportRecords: (callback: (result: ExportResult) => void) => void,
): Promise<ExportResult[]> {
  const results: ExportResult[] = [];
  exportRecords((result) => results.push(result));
  await until(
    () => results.length > 0,
    () => 'the exporter has not called back',
  );
  await setImmediate();
  return results;
}
