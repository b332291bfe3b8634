import { describe, expect, it } from '@jest/globals';
import { describeRuns } from '../../../../lib/viewer/server/describe-runs.js';
import { BodyKind } from '../../../../lib/viewer/store/body-keeper.js';
import { Runs } from '../../../../lib/viewer/store/runs.js';
import { protobufRequest, requestOf, spanOf } from '../../../support/otlp-requests.js';
import { testStore } from '../../../support/stored-spans.js';
import { viewersOfTest } from '../../../support/viewer-servers.js';

const startViewer = viewersOfTest();
const bodyOf = (trace: number): Buffer => protobufRequest(requestOf([spanOf(trace, 1)]));

describe('describeRuns', () => {
  it('counts the traces of each start', () => {
    const { store, send } = testStore();
    store.runs.begin(4);
    store.runs.note(2, 1_000);
    store.runs.note(1, 500);
    store.replay(BodyKind.TRACES, bodyOf(1), 2);
    store.replay(BodyKind.TRACES, bodyOf(2), 3);
    expect(describeRuns(store).runs.map(({ run, traceCount }) => [run, traceCount])).toEqual([
      [2, 1],
      [3, 1],
      [4, 0],
    ]);
    send([spanOf(3, 1), spanOf(4, 1)]);
    expect(describeRuns(store)).toEqual({
      run: 4,
      runs: [
        { run: 2, startedEpochMillis: 1_000, traceCount: 1 },
        { run: 3, startedEpochMillis: undefined, traceCount: 1 },
        { run: 4, startedEpochMillis: 1_700_000_000_000, traceCount: 2 },
      ],
    });
  });
});

describe('a viewer with several runs', () => {
  it('tells of them, lists the latest first, and finds them', async () => {
    const { ask, store } = await startViewer();
    store.runs.begin(2);
    store.receiveTraces(bodyOf(2));
    store.replay(BodyKind.TRACES, bodyOf(1), 1);
    const viewer = (await ask({ path: '/api/viewer' })).json();
    expect([viewer.run, viewer.runs.length]).toEqual([2, 2]);
    const runsOf = async (query: string): Promise<number[]> => {
      const { traces } = (await ask({ path: `/api/traces?${query}` })).json();
      return traces.map(({ run }: { run: number }) => run);
    };
    expect(await runsOf('')).toEqual([2, 1]);
    expect(await runsOf('q=run:1')).toEqual([1]);
    expect(await runsOf('q=run:2')).toEqual([2]);
  });
});

describe('Runs', () => {
  it('knows when each began, up to a thousand of them', () => {
    const runs = new Runs(1, 10);
    runs.begin(2_000);
    for (let run = 1; run < 1_500; run++) runs.note(run, run);
    runs.note(1_600, Number.NaN);
    const list = runs.list();
    expect(list).toHaveLength(1_000);
    expect([list[0]?.run, list.at(-1)]).toEqual([501, { run: 2_000, startedEpochMillis: 10 }]);
    runs.clear();
    expect(runs.list()).toEqual([{ run: 2_000, startedEpochMillis: 10 }]);
    expect(runs.current).toBe(2_000);
  });
});
