import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { spansOf } from '../../unit/export/otlp/read-otlp.js';
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
  const script = programs.start('script', { ENDS_BY: endsBy, COLLECTOR_URL: collector.url });
  await script.said('worked');
  return script.ended;
}

const LOST = 'The process ends with 3 spans undelivered.';

describe('a script that does not shut its tracing down', () => {
  it('delivers its spans when the event loop runs dry', async () => {
    const { exitCode, log } = await runScript('nothing');
    expect(collector.messages.flatMap(spansOf)).toHaveLength(3);
    expect({ exitCode, log }).toEqual({ exitCode: 0, log: '' });
  });

  it.each([
    ['exit', 0],
    ['exception', 1],
  ])('says by %s how many spans are lost', async (endsBy, exitCode) => {
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
