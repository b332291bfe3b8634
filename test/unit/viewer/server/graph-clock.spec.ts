import { afterEach, describe, expect, it } from '@jest/globals';
import { Diagnostics } from '../../../../lib/diagnostics.js';
import { GraphClock } from '../../../../lib/viewer/server/graph-clock.js';
import { spanOf } from '../../../support/otlp-requests.js';
import { testStore } from '../../../support/stored-spans.js';
import { until } from '../../../support/until.js';

let clock: GraphClock | undefined;
afterEach(() => clock?.stop());

describe('GraphClock', () => {
  it('counts traces that are quiet', async () => {
    const test = testStore();
    for (let trace = 1; trace <= 500; trace++) test.send([spanOf(trace, 1, { kind: 2 })]);
    test.time += 2_000;
    clock = new GraphClock(test.store, new Diagnostics());
    clock.start();
    await until(
      () => test.store.graph.pendingCount === 0,
      () => test.store.graph.pendingCount,
    );
    expect(test.store.graph.read(60).edges[0]?.callCount).toBe(500);
  });

  it('goes on after an error, which it reports', async () => {
    const test = testStore();
    const reports: string[] = [];
    const { graph } = test.store;
    const settle = graph.settle.bind(graph);
    let isBroken = true;
    graph.settle = (...parameters) => {
      if (isBroken) throw new Error('broken');
      return settle(...parameters);
    };
    test.send([spanOf(1, 1, { kind: 2 })]);
    test.time += 2_000;
    clock = new GraphClock(test.store, new Diagnostics({ warn: (text) => reports.push(text) }));
    clock.start();
    await until(
      () => reports.length > 0,
      () => reports,
    );
    expect(reports[0]).toContain('broken');
    isBroken = false;
    await until(
      () => graph.pendingCount === 0,
      () => graph.pendingCount,
    );
  });
});
