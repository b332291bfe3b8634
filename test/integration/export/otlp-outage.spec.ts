import { setTimeout } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import { BatchSpanProcessor } from '../../../lib/delivery/index.js';
import { OtlpSpanExporter } from '../../../lib/export/index.js';
import type { PipelineCounts } from '../../../lib/trace/index.js';
import { ReadDiagnostics } from '../../support/exporter-doubles.js';
import { providerFor } from '../../support/span-source.js';
import { Collector } from './collector.js';
import { findRefusingUrl } from './raw-server.js';

/**
 * How long connections are refused. The whole minute, with its figures on the console:
 * `OUTAGE_SECONDS=60 npm test -- test/integration/export/otlp-outage`
 */
const OUTAGE_SECONDS = Number(process.env.OUTAGE_SECONDS ?? 3);
const TICK_MILLIS = 10;
const SPANS_PER_TICK = 5;
const TICK_COUNT = (OUTAGE_SECONDS * 1000) / TICK_MILLIS;

const stops: (() => unknown)[] = [];

afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

function total({ exported, failed, dropped, queued }: PipelineCounts): number {
  return Object.values(dropped).reduce((sum, count) => sum + count, exported + failed + queued);
}

describe('a collector that refuses connections for long', () => {
  it(
    'gets each span after that once, and all others are counted',
    async () => {
      const url = await findRefusingUrl();
      const diagnostics = new ReadDiagnostics();
      const exporter = new OtlpSpanExporter({
        url,
        diagnostics,
        retry: { maxRetries: 2, initialBackoffMillis: 50 },
      });
      const processor = new BatchSpanProcessor(exporter, {
        diagnostics,
        maxQueueSize: 100,
        maxExportBatchSize: 25,
        scheduledDelayMillis: 50,
      });
      stops.push(() => processor.shutdown());
      const { tracer } = providerFor(processor);
      let endedCount = 0;
      const endSome = async (word: string): Promise<void> => {
        for (let i = 0; i < SPANS_PER_TICK; i++) tracer.startSpan(`${word} ${endedCount++}`).end();
        expect(total(processor.counts)).toBe(endedCount);
        await setTimeout(TICK_MILLIS);
      };

      for (let tick = 0; tick < TICK_COUNT; tick++) await endSome('refused');
      expect(processor.counts.exported).toBe(0);
      expect(processor.counts.failed).toBeGreaterThan(0);

      const collector = await Collector.start(undefined, undefined, Number(new URL(url).port));
      stops.push(() => collector.stop());
      await processor.forceFlush();
      expect(processor.counts.exported).toBeGreaterThan(0);
      const lostCount = endedCount - processor.counts.exported;
      const firstLate = endedCount;
      for (let tick = 0; tick < 20; tick++) await endSome('late');
      await processor.forceFlush();

      const { counts } = processor;
      if (process.env.OUTAGE_SECONDS !== undefined) console.log(counts, diagnostics.lines);
      expect(counts.queued).toBe(0);
      expect(counts.exported).toBe(endedCount - lostCount);
      const arrived = collector.spanNames;
      expect(new Set(arrived).size).toBe(counts.exported);
      expect(arrived).toHaveLength(counts.exported);
      const late = Array.from(
        { length: endedCount - firstLate },
        (_, i) => `late ${firstLate + i}`,
      );
      expect(arrived.slice(-late.length)).toEqual(late);
      // Which comes first is up to the machine.
      expect(diagnostics.lines).toHaveLength(4);
      expect(diagnostics.lines).toEqual(
        expect.arrayContaining([
          expect.stringMatching(
            /^OtlpSpanExporter has not delivered \d+ spans yet: .*ECONNREFUSED/,
          ),
          expect.stringMatching(
            /^Spans for OtlpSpanExporter are dropped: the queue is full with 100/,
          ),
          `OtlpSpanExporter delivers again; ${counts.failed} spans were lost.`,
          `Spans for OtlpSpanExporter are no longer dropped; ${counts.dropped.queue_full} spans were lost.`,
        ]),
      );
    },
    (2 * OUTAGE_SECONDS + 60) * 1000,
  );
});
