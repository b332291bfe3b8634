import type { SpanExporter } from '../../export/index.js';
import { checkArray, checkBoolean, checkMillis, checkOption } from '../../option-checks.js';
import type { ReadableSpan } from '../../trace/index.js';
import { createTestTracing } from '../create-test-tracing.js';
import {
  type CaseDefinition,
  type ContractCase,
  type ContractSubject,
  checkSubject,
  defineContract,
  ownRule,
  specification,
} from './contract-case.js';
import type { Demand } from './demand.js';
import { endedSpans, ladenSpan, spansOfOtherSdk } from './ended-spans.js';
import { spanBatchCases } from './span-batch-cases.js';
import { WatchedExport } from './watched-export.js';

/**
 * What an exporter can be unable to do by design: `deliver` (one that has no destination), `fail` (one
 * whose destination takes everything), `stop` (one that exports after its shutdown too).
 */
export type SpanExporterInability = 'deliver' | 'fail' | 'stop';

/** An exporter of a case, and its destination. */
export interface ExporterUnderTest {
  /** The exporter. The case shuts it down. */
  readonly exporter: SpanExporter;
  /**
   * Returns the names of the spans that have reached the destination, in any order. Required, except for
   * exporters that cannot `deliver`.
   */
  deliveredNames?(): readonly string[] | Promise<readonly string[]>;
  /** Releases the destination, after the shutdown of the exporter. @default nothing is released */
  close?(): unknown;
}

/** Spans of another library that a processor can pass to the exporter. */
export interface ForeignSpans {
  /** The library, for the name of the case: `OpenTelemetry's SDK 2`. */
  readonly of: string;
  /** Creates spans that have ended. Called once for each case. */
  create(): readonly ReadableSpan[];
}

/** A span exporter that faces the {@link spanExporterContract}. */
export interface SpanExporterSubject extends ContractSubject<SpanExporterInability> {
  /** Creates an exporter with a destination that is empty and takes everything. Called once for each case. */
  readonly create: () => ExporterUnderTest | Promise<ExporterUnderTest>;
  /**
   * Creates an exporter with a destination that takes nothing. Required, except for exporters that cannot
   * `fail`. It must give up before the deadline: configure few retries.
   */
  readonly createFailing?: () => ExporterUnderTest | Promise<ExporterUnderTest>;
  /**
   * True if `openBatch` opens batches, which must then keep the contract of `SpanBatch`. False if there is
   * no `openBatch`, or it returns undefined. @default false
   */
  readonly opensBatches?: boolean;
  /** Spans of further libraries. Those of OpenTelemetry's SDK 2 are always tried. @default none */
  readonly foreignSpans?: readonly ForeignSpans[];
  /** Time for one export, in milliseconds, 1 to 2,147,483,647. @default 5,000 */
  readonly deadlineMillis?: number;
}

/** What the cases of a contract of exporters share. */
export interface ExporterCases {
  readonly definitions: CaseDefinition<SpanExporterInability>[];
  readonly foreignSpans: readonly ForeignSpans[];
  /** Makes the body of a case with one exporter, which it shuts down. */
  with(
    create: SpanExporterSubject['create'] | undefined,
    body: (watched: WatchedExport, created: ExporterUnderTest, demand: Demand) => Promise<void>,
  ): (demand: Demand) => Promise<void>;
}

const INABILITIES: readonly SpanExporterInability[] = ['deliver', 'fail', 'stop'];

/** Exports at once that any exporter takes. */
const FEWEST_AT_ONCE = 3;

const EXPORT = specification('trace/sdk.md#exportbatch');
const SHUTDOWN = specification('trace/sdk.md#shutdown-2');
const FLUSH = specification('trace/sdk.md#forceflush-2');
const ANY_SPAN = specification('trace/sdk.md#additional-span-interfaces');
const OVERLAPPING = ownRule('SpanExporter: several processors can export at once');
const CONCURRENT = ownRule('SpanExporter.maxConcurrentExports');
const REASON = ownRule('ExportResult.error: warnings and the health indicator show it');
const INSTANCE = ownRule('SpanExporter: an instance belongs to the code that created it');

/**
 * Returns the contract of span exporters: what every `SpanExporter` must do, in an application of
 * nestjs-traced and with OpenTelemetry's SDK. With `opensBatches` also that of `SpanBatch`.
 *
 * @throws TracingConfigError for an invalid subject
 * @example
 * const cases = spanExporterContract({
 *   name: 'ClickHouseExporter',
 *   create: async () => {
 *     const server = await startFakeServer();
 *     const exporter = new ClickHouseExporter({ url: server.url });
 *     return { exporter, deliveredNames: () => server.spanNames, close: () => server.stop() };
 *   },
 *   createFailing: () => ({ exporter: new ClickHouseExporter({ url: 'http://localhost:1' }) }),
 * });
 */
export function spanExporterContract(subject: SpanExporterSubject): ContractCase[] {
  const owner = 'spanExporterContract';
  checkSubject(owner, subject, ['create']);
  const { cannot, createFailing, opensBatches, foreignSpans = [], deadlineMillis } = subject;
  checkOption(
    typeof createFailing === 'function' || cannot?.fail !== undefined,
    `${owner}.createFailing`,
    'must be a function',
    createFailing,
    'If the destination takes everything, say so in `cannot.fail`.',
  );
  checkArray(`${owner}.foreignSpans`, foreignSpans);
  const deadline = checkMillis(`${owner}.deadlineMillis`, deadlineMillis, 5_000, 1);
  const cases = exporterCases(foreignSpans, deadline);
  exportCases(subject, cases);
  troubleCases(subject, cases);
  endCases(subject, cases);
  if (checkBoolean(`${owner}.opensBatches`, opensBatches, false)) spanBatchCases(subject, cases);
  else noBatchCase(subject, cases);
  return defineContract(owner, INABILITIES, subject, cases.definitions);
}

function exporterCases(given: readonly ForeignSpans[], deadlineMillis: number): ExporterCases {
  return {
    definitions: [],
    foreignSpans: [{ of: 'OpenTelemetry’s SDK 2', create: spansOfOtherSdk }, ...given],
    with: (create, body) => async (demand) => {
      const created = await (create as SpanExporterSubject['create'])();
      const end = async (): Promise<void> => {
        await created.exporter.shutdown();
        await created.close?.();
      };
      try {
        await body(new WatchedExport(demand, deadlineMillis), created, demand);
      } catch (error) {
        // What fails now must not hide the first failure.
        await end().catch(() => {});
        throw error;
      }
      await end();
    },
  };
}

function exportCases({ create, cannot }: SpanExporterSubject, cases: ExporterCases): void {
  const canDeliver = cannot?.deliver === undefined;
  cases.definitions.push(
    {
      name: 'calls back once, with success',
      rule: EXPORT,
      run: cases.with(create, async (watched, { exporter }) => {
        watched.expectSuccess(await watched.ofSpans(exporter, endedSpans(3)));
      }),
    },
    {
      name: 'delivers the spans',
      rule: EXPORT,
      needs: ['deliver'],
      run: cases.with(create, async (watched, created) => {
        await watched.ofSpans(created.exporter, endedSpans(3));
        await watched.expectDelivered(created, ['work 0', 'work 1', 'work 2']);
      }),
    },
    {
      name: 'takes no spans at all',
      rule: EXPORT,
      run: cases.with(create, async (watched, { exporter }) => {
        watched.expectSuccess(await watched.ofSpans(exporter, []));
      }),
    },
    {
      name: 'takes several exports at once, as several processors make them, and as many as it declares',
      rule: OVERLAPPING,
      run: cases.with(create, async (watched, created) => {
        const { maxConcurrentExports: declared = 1 } = created.exporter;
        const partCount = Math.max(FEWEST_AT_ONCE, declared);
        const spans = endedSpans(partCount * 2);
        const parts = Array.from({ length: partCount }, (_, i) => spans.slice(i * 2, i * 2 + 2));
        const results = await Promise.all(
          parts.map((part) => watched.ofSpans(created.exporter, part)),
        );
        for (const each of results) watched.expectSuccess(each);
        const names = spans.map(({ name }) => name);
        if (canDeliver) await watched.expectDelivered(created, names);
      }),
    },
    {
      name: 'declares how many exports of one processor it takes at once, if several',
      rule: CONCURRENT,
      run: cases.with(create, async (_watched, { exporter }, demand) => {
        const { maxConcurrentExports: declared = 1 } = exporter;
        demand.that(
          Number.isInteger(declared) && declared >= 1 && declared <= 1000,
          'a whole number from 1 to 1000 as `maxConcurrentExports`',
          declared,
        );
      }),
    },
    {
      name: 'takes a span with all that a span can hold',
      rule: ANY_SPAN,
      run: cases.with(create, async (watched, { exporter }) => {
        watched.expectSuccess(await watched.ofSpans(exporter, [ladenSpan()]));
      }),
    },
    ...cases.foreignSpans.map(
      (foreign): CaseDefinition<SpanExporterInability> => ({
        name: `takes the spans of ${foreign.of}`,
        rule: ANY_SPAN,
        run: cases.with(create, async (watched, created) => {
          const spans = [...foreign.create()];
          const names = spans.map(({ name }) => name);
          watched.expectSuccess(await watched.ofSpans(created.exporter, spans));
          if (canDeliver) await watched.expectDelivered(created, names);
        }),
      }),
    ),
    {
      name: 'serves application after application where it is passed to them as an instance',
      rule: INSTANCE,
      run: cases.with(create, async (watched, created, demand) => {
        for (const name of ['work 0', 'work 1']) {
          const { tracing, tracer } = createTestTracing({ exporter: created.exporter });
          tracer.startSpan(name).end();
          await tracing.shutdown();
          const { lost, pipelines } = tracing.statistics.counts();
          const exported = pipelines.map((pipeline) => pipeline.exported);
          demand.equal({ lost, exported }, { lost: 0, exported: [1] }, `the counts for "${name}"`);
        }
        if (canDeliver) await watched.expectDelivered(created, ['work 0', 'work 1']);
      }),
    },
  );
}

function troubleCases({ createFailing }: SpanExporterSubject, cases: ExporterCases): void {
  cases.definitions.push(
    {
      name: 'calls back once, with a failure, when it cannot deliver',
      rule: EXPORT,
      needs: ['fail'],
      run: cases.with(createFailing, async (watched, { exporter }) => {
        watched.expectFailure(await watched.ofSpans(exporter, endedSpans(2)));
      }),
    },
    {
      name: 'says with an error why it could not deliver',
      rule: REASON,
      needs: ['fail'],
      run: cases.with(createFailing, async (watched, { exporter }) => {
        watched.expectReason(await watched.ofSpans(exporter, endedSpans(2)));
      }),
    },
  );
}

function endCases({ create }: SpanExporterSubject, cases: ExporterCases): void {
  cases.definitions.push(
    {
      name: 'fails what comes after its shutdown',
      rule: SHUTDOWN,
      needs: ['stop'],
      run: cases.with(create, async (watched, { exporter }) => {
        await exporter.shutdown();
        watched.expectFailure(await watched.ofSpans(exporter, endedSpans(1)));
      }),
    },
    {
      name: 'says with an error that it was shut down',
      rule: REASON,
      needs: ['stop'],
      run: cases.with(create, async (watched, { exporter }) => {
        await exporter.shutdown();
        watched.expectReason(await watched.ofSpans(exporter, endedSpans(1)));
      }),
    },
    {
      name: 'calls back once for an export that is under way at its shutdown',
      rule: SHUTDOWN,
      run: cases.with(create, async (watched, { exporter }) => {
        const results = watched.ofSpans(exporter, endedSpans(1));
        await exporter.shutdown();
        watched.expectOne(await results);
      }),
    },
    {
      name: 'can be flushed and shut down at any time, and again',
      rule: FLUSH,
      run: cases.with(create, async (watched, { exporter }) => {
        await exporter.forceFlush?.();
        await Promise.all([exporter.shutdown(), exporter.shutdown()]);
        await exporter.forceFlush?.();
        await exporter.shutdown();
        watched.expectOne(await watched.ofSpans(exporter, endedSpans(1)));
      }),
    },
  );
}

function noBatchCase({ create }: SpanExporterSubject, cases: ExporterCases): void {
  cases.definitions.push({
    name: 'opens no batches',
    rule: ownRule('SpanExporter.openBatch; set `opensBatches` if it opens them'),
    run: cases.with(create, async (_watched, { exporter }, demand) => {
      demand.equal(exporter.openBatch?.(), undefined, 'openBatch()');
    }),
  });
}
