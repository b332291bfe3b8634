import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { LogStatistics, TracingCounts } from '../../../lib/assembly/index.js';
import { until } from '../../support/until.js';
import { type Answer, accept, Collector } from '../export/collector.js';
import { BuiltPrograms, type ChildProgram } from './child-program.js';

let programs: BuiltPrograms;
const collectors: Collector[] = [];
const children: ChildProgram[] = [];

beforeAll(async () => {
  programs = await BuiltPrograms.build();
}, 120_000);

afterEach(async () => {
  for (const child of children.splice(0)) await child.kill();
  for (const collector of collectors.splice(0)) await collector.stop();
});

afterAll(() => programs.remove());

/** Ends a program by SIGTERM while it writes logs. */
async function endWhileWriting(answer: Answer, shutdownTimeoutMillis: number) {
  const collector = await Collector.start(answer);
  collectors.push(collector);
  const writer = programs.start('log-writer', {
    COLLECTOR_URL: collector.logsUrl,
    SHUTDOWN_TIMEOUT_MILLIS: String(shutdownTimeoutMillis),
  });
  children.push(writer);
  await writer.said('started');
  await until(
    () => collector.requests.length > 0,
    () => 'no request',
  );
  writer.terminate();
  const counts = await writer.said<TracingCounts>('counts');
  return { collector, counts, logs: counts.logs as LogStatistics, end: await writer.ended };
}

function droppedCountOf({ dropped }: LogStatistics): number {
  return Object.values(dropped).reduce((sum, count) => sum + count, 0);
}

describe('an application that is told to end while it writes logs', () => {
  it('delivers all log records, each once', async () => {
    const { collector, logs, counts, end } = await endWhileWriting(accept, 60_000);
    expect(logs.emitted).toBeGreaterThan(50);
    expect(logs).toMatchObject({ exported: logs.emitted, failed: 0, queued: 0, dropped: {} });
    expect(counts.lost).toBe(0);
    expect(new Set(collector.logBodies).size).toBe(logs.emitted);
    expect(collector.logBodies).toHaveLength(logs.emitted);
    expect(end).toEqual({ exitCode: 0, signal: null, log: '' });
  });

  it('counts and reports those that a hanging server does not take', async () => {
    const { logs, counts, end } = await endWhileWriting(() => {}, 500);
    expect(logs.exported + logs.failed + droppedCountOf(logs) + logs.queued).toBe(logs.emitted);
    expect(logs).toMatchObject({ exported: 0, queued: 0 });
    expect(counts.lost).toBe(logs.emitted);
    expect(end.log).toMatch(
      /Delivery by OtlpLogExporter has ended; \d+ log records were lost, \d+ of them because the time for the shutdown was over/,
    );
  });
});
