import { describe, expect, it } from '@jest/globals';
import { ExportResultCode } from '../../../../lib/export/index.js';
import type { ReadableSpan } from '../../../../lib/trace/index.js';
import {
  BatchingExporter,
  contractOf,
  LineBatch,
  LineExporter,
  type Mutant,
} from './line-exporter.js';
import { failingCases, violationsOf } from './violations.js';

const { SUCCESS } = ExportResultCode;
const INSTANCE = 'serves application after application where it is passed to them as an instance';
const IN_PROCESSOR = 'gets the spans of a BatchSpanProcessor in the batches that it opens';
const OVERRIDDEN = 'opens no batch where `export` is overridden';
const BYTES = 'a batch says how many bytes a span takes, so that a larger one takes more';
const UNHELD = 'a batch does not hold on to its spans';
const SKIPS = 'a batch skips a span that cannot be encoded, and counts it as rejected';
const SEALED = 'a batch can wait sealed while others are filled';
const [OF_OURS, OF_SDK] = ['this library', 'OpenTelemetry’s SDK 2'].map(
  (source) => `a batch takes the spans of ${source} and exports them once, with success`,
) as [string, string];
const DROPPED = 'a batch may be dropped without an export';
const BATCH_FAILS = 'a batch calls back once, with a failure, when it cannot be delivered';
const BATCH_ENDS = 'a batch fails after the shutdown of its exporter';

/** @param members of each batch */
function batchesWith(members: (batch: LineBatch) => Partial<LineBatch>) {
  return (exporter: BatchingExporter): void => {
    exporter.createBatch = () => {
      const batch = new LineBatch(exporter);
      return Object.assign(batch, members(batch));
    };
  };
}

const add = (batch: LineBatch, span: ReadableSpan) => LineBatch.prototype.add.call(batch, span);

const MUTANTS: Mutant<BatchingExporter>[] = [
  {
    fault: 'opens no batch',
    change: (exporter) => Object.assign(exporter, { openBatch: () => undefined }),
    fails: [BYTES, UNHELD, SKIPS, SEALED, OF_OURS, OF_SDK, DROPPED, BATCH_FAILS, BATCH_ENDS],
    message: 'Demanded: a batch from openBatch()\n  Received: undefined',
  },
  {
    fault: 'loses every other span',
    change: batchesWith((batch) => {
      let count = 0;
      return { add: (span) => (count++ % 2 === 0 ? add(batch, span) : 1) };
    }),
    fails: [IN_PROCESSOR, BYTES, SKIPS, SEALED, OF_OURS, OF_SDK],
    message: 'Demanded: the names of the delivered spans',
  },
  {
    fault: 'opens batches where `export` is overridden',
    change: (exporter) => Object.assign(exporter, { openBatch: () => exporter.createBatch() }),
    fails: [OVERRIDDEN],
    message: 'Demanded: openBatch(): undefined',
  },
  {
    fault: 'counts spans and not bytes',
    change: batchesWith((batch) => ({ add: (span) => Math.min(add(batch, span), 1) })),
    fails: [BYTES],
    message:
      'Demanded: at least 1001 bytes for a span with a text of 1000 characters\n  Received: 1',
  },
  {
    fault: 'keeps the spans',
    change: batchesWith((batch) => {
      const kept: ReadableSpan[] = [];
      return {
        add: (span) => {
          kept.push(span);
          return add(batch, span);
        },
        export(callback) {
          if (kept.length > 0) LineBatch.prototype.export.call(batch, callback);
        },
      };
    }),
    fails: [UNHELD],
    message: 'Demanded: no reference to a span that was added',
  },
  {
    fault: 'throws for a span that cannot be encoded',
    change: batchesWith((batch) => ({
      add: (span) => {
        const line = batch.exporter.encode(span);
        batch.lines.push(line);
        return line.length;
      },
    })),
    fails: [SKIPS],
    message: 'Received: Error: unreadable',
  },
  {
    fault: 'forgets its spans when it is sealed',
    change: batchesWith((batch) => ({ seal: () => void batch.lines.splice(0) })),
    fails: [IN_PROCESSOR, SEALED],
    message: 'SpanBatch.seal',
  },
  {
    fault: 'expects the resource of its own library',
    change: batchesWith((batch) => ({
      add: (span) => (span.resource.constructor.name === 'Resource' ? add(batch, span) : 0),
    })),
    fails: [OF_SDK],
    message: 'Received: []',
  },
  {
    fault: 'exports a batch twice',
    change: batchesWith((batch) => ({
      export(callback) {
        LineBatch.prototype.export.call(batch, callback);
        LineBatch.prototype.export.call(batch, callback);
      },
    })),
    fails: [
      INSTANCE,
      IN_PROCESSOR,
      UNHELD,
      SKIPS,
      SEALED,
      OF_OURS,
      OF_SDK,
      BATCH_FAILS,
      BATCH_ENDS,
    ],
    message: 'one call with success',
  },
  {
    fault: 'exports a batch when it is sealed',
    change: batchesWith((batch) => ({
      seal: () => void batch.exporter.lines.push(...batch.lines.splice(0)),
    })),
    fails: [DROPPED],
    message: "Demanded: the names of the delivered spans: []\n  Received: [ 'work 0', 'work 1' ]",
  },
  {
    fault: 'says success where a batch failed',
    change: batchesWith((batch) => ({
      export: (callback) =>
        LineBatch.prototype.export.call(batch, ({ code: _, ...rest }) =>
          callback({ ...rest, code: SUCCESS }),
        ),
    })),
    fails: [BATCH_FAILS, BATCH_ENDS],
    message:
      'one call with FAILED, which is about all spans: [ { code: 1, rejectedCount: 0 } ]\n  Received: [ { code: 0, rejectedCount: 0 } ]',
  },
];

describe('the contract of batches', () => {
  it('accepts a correct exporter', async () => {
    const cases = contractOf(BatchingExporter, () => {}, { opensBatches: true });
    expect(await failingCases(cases)).toEqual([]);
  });

  it.each(MUTANTS)('refuses one that $fault', async ({ change, fails, message }) => {
    const violations = await violationsOf(
      contractOf(BatchingExporter, change, { opensBatches: true }),
    );
    expect(Object.keys(violations)).toEqual(fails);
    const messages = Object.values(violations).map((violation) => violation.message);
    expect(messages.join('\n')).toContain(message);
  });

  it('has no case that accepts all of them', () => {
    const failed = new Set(MUTANTS.flatMap(({ fails }) => fails));
    const withoutBatches = contractOf(LineExporter, () => {}).map(({ name }) => name);
    const names = contractOf(BatchingExporter, () => {}, { opensBatches: true })
      .map(({ name }) => name)
      .filter((name) => !withoutBatches.includes(name));
    expect(names).toHaveLength(11);
    expect(names.filter((name) => !failed.has(name))).toEqual([]);
  });
});
