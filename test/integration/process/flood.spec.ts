import { afterEach, describe, expect, it } from '@jest/globals';
import type { LogStatistics, TracingCounts } from '../../../lib/assembly/index.js';
import { RawServer } from '../export/raw-server.js';
import { BuiltPrograms, type ChildProgram } from './child-program.js';
import { placesOf } from './places.js';

/**
 * How long it lasts. The whole minute, with its figures on the console:
 * `FLOOD_SECONDS=60 npm test -- test/integration/process/flood`
 */
const FLOOD_SECONDS = Number(process.env.FLOOD_SECONDS ?? 5);
const SPANS_PER_SECOND = 10_000;

const MIB = 1024 * 1024;
const MAX_QUEUE_BYTES = 16 * MIB;
/**
 * Beside the queue: the batch under way, as spans and as the bytes of its request (1.5 MiB), and what
 * the process itself gathers while it runs, such as compiled code.
 */
const OVERHEAD_BYTES = 8 * MIB;

/** What the program says of its flood. */
interface Flood {
  readonly seconds: number;
  readonly heldBefore: number;
  readonly mostHeld: number;
  readonly heldAfter: number;
  readonly counts: TracingCounts;
  readonly warnings: readonly string[];
}

const stops: (() => unknown)[] = [];

afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

/** Starts the program against a server that never answers. */
async function flood(signal: 'spans' | 'logs'): Promise<{ flood: Flood; program: ChildProgram }> {
  const server = await RawServer.start(() => {});
  stops.push(() => server.stop());
  const programs = await BuiltPrograms.build();
  stops.unshift(() => programs.remove());
  const program = programs.start(
    'flood',
    {
      SIGNAL: signal,
      COLLECTOR_URL: server.url,
      FLOOD_SECONDS: String(FLOOD_SECONDS),
      MAX_QUEUE_BYTES: String(MAX_QUEUE_BYTES),
      MAX_EXPORT_BATCH_SIZE: '512',
    },
    ['--expose-gc'],
  );
  stops.unshift(() => program.kill());
  return { flood: await program.said<Flood>('flood'), program };
}

function expectBoundedMemory({ heldBefore, mostHeld, heldAfter }: Flood): void {
  expect(mostHeld - heldBefore).toBeLessThan(MAX_QUEUE_BYTES + OVERHEAD_BYTES);
  // The queue was full indeed, and was released.
  expect(mostHeld - heldBefore).toBeGreaterThan(MAX_QUEUE_BYTES / 2);
  expect(heldAfter - heldBefore).toBeLessThan(OVERHEAD_BYTES);
}

const TIMEOUT_MILLIS = (2 * FLOOD_SECONDS + 120) * 1000;

describe('10,000 spans a second for a server that hangs', () => {
  it(
    'cost no more memory than the queue was given, and each is counted',
    async () => {
      const { flood: result, program } = await flood('spans');
      const { counts, warnings } = result;
      if (process.env.FLOOD_SECONDS !== undefined) console.log(result);
      expectBoundedMemory(result);

      const { started, exported, dropped, failed, queued, live } = placesOf(counts);
      expect(started).toBe(FLOOD_SECONDS * SPANS_PER_SECOND);
      expect(started).toBe(exported + dropped + failed + queued + live);
      expect({ exported, queued, live }).toEqual({ exported: 0, queued: 0, live: 0 });
      // Batches failed and made room for others; what found none was dropped.
      expect(failed).toBeGreaterThan(2 * 512);
      expect(counts.pipelines[0]?.dropped.queue_bytes_full).toBeGreaterThan(0);
      // A line for each change, none for a batch: those at the end depend on what comes last.
      expect(warnings).toEqual(
        expect.arrayContaining([
          expect.stringMatching(
            /^OtlpSpanExporter could not deliver \d+ spans: .*no response within/,
          ),
          expect.stringMatching(/^Spans for OtlpSpanExporter are dropped: the queue is full with/),
        ]),
      );
      expect(warnings.length).toBeLessThanOrEqual(5);
      expect(await program.ended).toEqual({ exitCode: 0, signal: null, log: '' });
    },
    TIMEOUT_MILLIS,
  );
});

describe('10,000 log records a second for a server that hangs', () => {
  it(
    'cost no more memory than the queue was given, and each is counted',
    async () => {
      const { flood: result, program } = await flood('logs');
      const { counts, warnings } = result;
      if (process.env.FLOOD_SECONDS !== undefined) console.log(result);
      expectBoundedMemory(result);

      const { emitted, exported, failed, dropped, queued } = counts.logs as LogStatistics;
      const droppedCount = Object.values(dropped).reduce((sum, count) => sum + count, 0);
      expect(emitted).toBe(FLOOD_SECONDS * SPANS_PER_SECOND);
      expect(exported + failed + droppedCount + queued).toBe(emitted);
      expect({ exported, queued }).toEqual({ exported: 0, queued: 0 });
      expect(failed).toBeGreaterThan(2 * 512);
      expect(dropped.queue_bytes_full).toBeGreaterThan(0);
      expect(counts.lost).toBe(emitted);
      expect(warnings).toEqual(
        expect.arrayContaining([
          expect.stringMatching(/^Log records for OtlpLogExporter are dropped: the queue is full/),
        ]),
      );
      expect(await program.ended).toEqual({ exitCode: 0, signal: null, log: '' });
    },
    TIMEOUT_MILLIS,
  );
});
