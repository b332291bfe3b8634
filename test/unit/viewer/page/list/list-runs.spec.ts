import { describe, expect, it } from '@jest/globals';
import { answerFetches, installPageWindow } from '../../../../support/page-window.js';
import { traceRow } from '../../../../support/trace-rows.js';

installPageWindow();
const { ListRuns } = await import('../../../../../lib/viewer/page/list/list-runs.js');
const fetches = answerFetches();

function answerRuns(...numbers: readonly number[]): void {
  const runs = numbers.map((run) => ({ run, startedEpochMillis: run * 1_000, traceCount: 1 }));
  fetches.answer = () => new Response(JSON.stringify({ runs }));
}

async function loadedRuns(...numbers: readonly number[]) {
  answerRuns(...numbers);
  const runs = new ListRuns();
  await runs.load();
  return runs;
}

const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));
const numbersOf = ({ runs }: InstanceType<typeof ListRuns>) => runs.value.map(({ run }) => run);

describe('ListRuns', () => {
  it('has the runs that the server has, whatever the list has loaded', async () => {
    const runs = await loadedRuns(1, 2);
    expect(fetches.asked.map(({ path }) => path)).toEqual(['/api/viewer']);
    expect(numbersOf(runs)).toEqual([1, 2]);
  });

  it('asks again for a run that it does not know, and when it may be another server', async () => {
    const runs = await loadedRuns(1, 2);
    runs.follow({ rows: [traceRow(1, { run: 2 })], removed: [] }, false);
    expect(fetches.asked).toHaveLength(1);
    answerRuns(1, 2, 3);
    const event = { rows: [traceRow(1, { run: 3 })], removed: [] };
    runs.follow(event, false);
    runs.follow(event, false);
    await settled();
    expect([fetches.asked.length, numbersOf(runs)]).toEqual([2, [1, 2, 3]]);
    answerRuns(1);
    runs.follow({ rows: [], removed: [] }, true);
    await settled();
    expect(numbersOf(runs)).toEqual([1]);
  });

  it('keeps what it knows where the server does not answer', async () => {
    const runs = await loadedRuns(1, 2);
    fetches.answer = () => Promise.reject(new TypeError('Failed to fetch'));
    await runs.load();
    expect(numbersOf(runs)).toEqual([1, 2]);
  });
});
