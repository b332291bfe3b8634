import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { BatchSpanProcessor } from '../../delivery/index.js';
import { Diagnostics } from '../../diagnostics.js';
import { ExportResultCode, type SpanBatch, type SpanExporter } from '../../export/index.js';
import type { ReadableSpan } from '../../trace/index.js';
import { type CaseDefinition, ownRule } from './contract-case.js';
import type { Demand } from './demand.js';
import { endedSpan, endedSpans, unreadableSpan } from './ended-spans.js';
import type {
  ExporterCases,
  SpanExporterInability,
  SpanExporterSubject,
} from './span-exporter-contract.js';

const OPEN_BATCH = ownRule('SpanExporter.openBatch');
const ADD = ownRule('SpanBatch.add');
const SEAL = ownRule('SpanBatch.seal');
const EXPORT = ownRule('SpanBatch.export');

/** Adds the cases of an exporter whose batches encode spans as they end. */
export function spanBatchCases(subject: SpanExporterSubject, cases: ExporterCases): void {
  openingCases(subject, cases);
  addingCases(subject, cases);
  exportingCases(subject, cases);
}

function openingCases({ create, cannot }: SpanExporterSubject, cases: ExporterCases): void {
  cases.definitions.push(
    {
      name: 'gets the spans of a BatchSpanProcessor in the batches that it opens',
      rule: OPEN_BATCH,
      run: cases.with(create, async (watched, created, demand) => {
        const processor = new BatchSpanProcessor(created.exporter, {
          maxExportBatchSize: 2,
          diagnostics: new Diagnostics({ warn: () => {} }),
        });
        const spans = endedSpans(5);
        for (const span of spans) processor.onEnd(span);
        await processor.forceFlush();
        const expected = { exported: 5, failed: 0, dropped: {}, queued: 0 };
        demand.equal({ ...processor.counts }, expected, 'the counts of the processor');
        const names = spans.map(({ name }) => name);
        if (cannot?.deliver === undefined) await watched.expectDelivered(created, names);
      }),
    },
    {
      name: 'opens no batch where `export` is overridden',
      rule: OPEN_BATCH,
      run: cases.with(create, async (_watched, { exporter }, demand) => {
        exporter.export = (_spans, callback) => callback({ code: ExportResultCode.SUCCESS });
        demand.equal(exporter.openBatch?.(), undefined, 'openBatch()');
      }),
    },
  );
}

function addingCases({ create }: SpanExporterSubject, cases: ExporterCases): void {
  cases.definitions.push(
    {
      name: 'a batch says how many bytes a span takes, so that a larger one takes more',
      rule: ADD,
      run: cases.with(create, async (_watched, { exporter }, demand) => {
        const batch = openBatch(demand, exporter, []);
        const small = Number(batch.add(endedSpan('small')));
        const text = 'x'.repeat(1000);
        const large = Number(
          batch.add(endedSpan('large', (span) => span.setAttribute('text', text))),
        );
        demand.that(small > 0, 'more than 0 bytes for a small span', small);
        demand.that(
          large >= small + 1000,
          `at least ${small + 1000} bytes for a span with a text of 1000 characters`,
          large,
        );
      }),
    },
    {
      name: 'a batch does not hold on to its spans',
      rule: ADD,
      run: cases.with(create, async (watched, { exporter }, demand) => {
        const batch = openBatch(demand, exporter, []);
        const added = addUnheldSpan(batch);
        setFlagsFromString('--expose-gc');
        const collectGarbage = runInNewContext('gc') as () => void;
        await setImmediate();
        collectGarbage();
        const isCollected = added.deref() === undefined;
        demand.that(
          isCollected,
          'no reference to a span that was added',
          'the span is still there',
        );
        watched.expectOne(await watched.ofBatch(batch));
      }),
    },
    {
      name: 'a batch skips a span that cannot be encoded, and counts it as rejected',
      rule: ADD,
      run: cases.with(create, async (watched, { exporter }, demand) => {
        const batch = openBatch(demand, exporter, endedSpans(1));
        demand.equal(batch.add(unreadableSpan()), 0, 'the bytes of a span that cannot be encoded');
        const results = await watched.ofBatch(batch);
        demand.equal(
          results.map(({ code, rejectedCount }) => ({ code, rejectedCount })),
          [{ code: ExportResultCode.SUCCESS, rejectedCount: 1 }],
          'the results',
        );
        watched.expectReason(results);
      }),
    },
    {
      name: 'a batch can wait sealed while others are filled',
      rule: SEAL,
      run: cases.with(create, async (watched, created, demand) => {
        const spans = endedSpans(4);
        const first = openBatch(demand, created.exporter, spans.slice(0, 2));
        first.seal?.();
        const second = openBatch(demand, created.exporter, spans.slice(2));
        second.seal?.();
        for (const batch of [first, second]) watched.expectSuccess(await watched.ofBatch(batch));
        const names = spans.map(({ name }) => name);
        if (created.deliveredNames !== undefined) await watched.expectDelivered(created, names);
      }),
    },
  );
}

function exportingCases(
  { create, createFailing, cannot }: SpanExporterSubject,
  cases: ExporterCases,
): void {
  const sources = [{ of: 'this library', create: () => endedSpans(3) }, ...cases.foreignSpans];
  cases.definitions.push(
    ...sources.map(
      (source): CaseDefinition<SpanExporterInability> => ({
        name: `a batch takes the spans of ${source.of} and exports them once, with success`,
        rule: EXPORT,
        run: cases.with(create, async (watched, created, demand) => {
          const spans = source.create();
          const names = spans.map(({ name }) => name);
          const batch = openBatch(demand, created.exporter, spans);
          watched.expectSuccess(await watched.ofBatch(batch));
          if (cannot?.deliver === undefined) await watched.expectDelivered(created, names);
        }),
      }),
    ),
    {
      name: 'a batch may be dropped without an export',
      rule: EXPORT,
      run: cases.with(create, async (_watched, created, demand) => {
        openBatch(demand, created.exporter, endedSpans(2)).seal?.();
        openBatch(demand, created.exporter, endedSpans(1));
        await created.exporter.forceFlush?.();
        await created.exporter.shutdown();
        const delivered = (await created.deliveredNames?.()) ?? [];
        demand.equal([...delivered], [], 'the names of the delivered spans');
      }),
    },
    {
      name: 'a batch calls back once, with a failure, when it cannot be delivered',
      rule: EXPORT,
      needs: ['fail'],
      run: cases.with(createFailing, async (watched, { exporter }, demand) => {
        const results = await watched.ofBatch(openBatch(demand, exporter, endedSpans(2)));
        watched.expectFailure(results);
        watched.expectReason(results);
      }),
    },
    {
      name: 'a batch fails after the shutdown of its exporter',
      rule: EXPORT,
      needs: ['stop'],
      run: cases.with(create, async (watched, { exporter }, demand) => {
        const batch = openBatch(demand, exporter, endedSpans(1));
        await exporter.shutdown();
        const results = await watched.ofBatch(batch);
        watched.expectFailure(results);
        watched.expectReason(results);
      }),
    },
  );
}

function openBatch(
  demand: Demand,
  exporter: SpanExporter,
  spans: readonly ReadableSpan[],
): SpanBatch {
  const batch = exporter.openBatch?.();
  demand.that(batch !== undefined, 'a batch from openBatch()', batch);
  for (const span of spans) batch?.add(span);
  return batch as SpanBatch;
}

/** In a function of its own, so that nothing else holds on to the span. */
function addUnheldSpan(batch: SpanBatch): WeakRef<object> {
  const span = endedSpan('unheld');
  batch.add(span);
  return new WeakRef(span);
}
