import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type Answer, accept, Collector } from '../export/collector.js';
import { BuiltPrograms, type ProgramEnd } from './child-program.js';

let programs: BuiltPrograms;
let collector: Collector;

beforeAll(async () => {
  programs = await BuiltPrograms.build();
}, 120_000);
afterEach(() => collector.stop());
afterAll(() => programs.remove());

async function runScript(endsBy: string, answer: Answer = accept): Promise<ProgramEnd> {
  collector = await Collector.start(answer);
  const script = programs.start('script', {
    ENDS_BY: endsBy,
    COLLECTOR_URL: collector.url,
    METRICS_URL: collector.metricsUrl,
  });
  await script.said('worked');
  return script.ended;
}

const LOST = 'The process ends with 3 spans and 2 data points of metrics undelivered.';

describe('a script that does not shut its tracing down', () => {
  it('delivers its spans and metrics when the event loop runs dry', async () => {
    const { exitCode, log } = await runScript('nothing');
    expect(collector.spanNames).toHaveLength(3);
    const names = collector.metrics.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['work.done', 'work.duration']));
    expect({ exitCode, log }).toEqual({ exitCode: 0, log: '' });
  });

  it.each([
    ['exit', 0],
    ['exception', 1],
  ])('says by %s how many spans and metrics are lost', async (endsBy, exitCode) => {
    const end = await runScript(endsBy);
    expect(end.log).toContain(LOST);
    expect(end.exitCode).toBe(exitCode);
    expect(collector.requests).toEqual([]);
  });

  it('ends though its spans are refused, and says so', async () => {
    const end = await runScript('nothing', (_request, response) => response.writeHead(400).end());
    expect(end.exitCode).toBe(0);
    expect(end.log).toMatch(/could not deliver 3 spans/);
  });
});
