import { describe, expect, it } from '@jest/globals';
import { graphToJson } from '../../../../lib/viewer/server/graph-answer.js';
import { spanOf } from '../../../support/otlp-requests.js';
import { testStore } from '../../../support/stored-spans.js';

function filled() {
  const test = testStore();
  const startTimeUnixNano = '1700000600000000000';
  test.send([spanOf(1, 1, { kind: 2 })]);
  test.send([spanOf(2, 1, { kind: 2, startTimeUnixNano, endTimeUnixNano: '1700000601000000000' })]);
  test.time += 2_000;
  test.store.graph.settle(test.time, () => false);
  return test.store.graph;
}

describe('graphToJson', () => {
  it('names nodes by ids, and has columns of calls', () => {
    const json = graphToJson(filled(), 1);
    expect(json).toMatchObject({
      minutes: 1,
      fromMillis: 1_700_000_545_000,
      toMillis: 1_700_000_605_000,
      latestMillis: 1_700_000_600_000,
      columnSeconds: 5,
      omittedCallCount: 0,
      omittedTraceCount: 0,
      edges: [{ from: 'caller', to: 'service orders', callCount: 1 }],
    });
    expect(json.nodes.map(({ id, type, label }) => [id, type, label])).toEqual([
      ['caller', 'caller', 'caller'],
      ['service orders', 'service', 'orders'],
    ]);
    expect(json.nodes[1]?.calls).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
  });

  it.each([
    [5, 60, 5],
    [15, 60, 15],
    [60, 60, 60],
    [7, 42, 10],
  ])('has at most 60 columns: %i minutes', (minutes, count, seconds) => {
    const { nodes, columnSeconds } = graphToJson(filled(), minutes);
    expect([nodes[1]?.calls.length, columnSeconds]).toEqual([count, seconds]);
    expect(nodes[1]?.calls.at(-1)).toBe(1);
  });

  it('is empty without traces', () => {
    const json = graphToJson(testStore().store.graph, 5);
    expect(json).toMatchObject({ nodes: [], edges: [], revision: 0 });
    expect(json).not.toHaveProperty('latestMillis');
  });
});
