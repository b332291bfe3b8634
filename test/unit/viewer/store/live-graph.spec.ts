import { describe, expect, it } from '@jest/globals';
import { TraceStore } from '../../../../lib/viewer/store/trace-store.js';
import {
  attribute,
  idOf,
  type OtlpMembers,
  protobufRequest,
  requestOf,
  spanOf,
} from '../../../support/otlp-requests.js';
import { type TestStore, testStore } from '../../../support/stored-spans.js';

const SERVER = 2;
const CLIENT = 3;
const CONSUMER = 5;
const never = (): boolean => false;

function settle({ store, time }: TestStore): boolean {
  return store.graph.settle(time, never);
}

/** Begins to count, and stops at once where it can. @returns whether something is left */
function beginOf({ store, time }: TestStore): boolean {
  let asked = 0;
  return store.graph.settle(time, () => asked++ > 0);
}

function edgesOf({ store }: TestStore): string[] {
  const { edges } = store.graph.read(60);
  return edges.map(({ from, to, callCount }) => `${from.label} > ${to.label} ${callCount}`);
}

/** A request to `orders` that calls `stock`. */
function sendCall(test: TestStore, trace: number): void {
  test.send([
    spanOf(trace, 1, { kind: SERVER }),
    spanOf(trace, 2, { kind: CLIENT, parentSpanId: idOf(1, 16), name: 'reserve' }),
  ]);
  test.send([spanOf(trace, 3, { kind: SERVER, parentSpanId: idOf(2, 16) })], {
    'service.name': 'stock',
  });
}

describe('LiveGraph', () => {
  it('counts a trace when it has been quiet for two seconds', () => {
    const test = testStore();
    sendCall(test, 1);
    test.time += 1_999;
    expect(settle(test)).toBe(false);
    expect(edgesOf(test)).toEqual([]);
    test.time += 1;
    const { revision } = test.store.graph;
    expect(settle(test)).toBe(false);
    expect(edgesOf(test)).toEqual(['caller > orders 1', 'orders > stock 1']);
    expect(test.store.graph.revision).toBe(revision + 1);
  });

  it('counts a trace anew when spans come late', () => {
    const test = testStore();
    sendCall(test, 1);
    test.time += 2_000;
    settle(test);
    const { byteCount } = test.store.graph;
    const late: OtlpMembers = { kind: SERVER, parentSpanId: idOf(2, 16) };
    test.send([spanOf(1, 4, late)], { 'service.name': 'stock' });
    settle(test);
    expect(edgesOf(test)).toEqual(['caller > orders 1', 'orders > stock 1']);
    test.time += 2_000;
    settle(test);
    expect(edgesOf(test)).toEqual(['caller > orders 1', 'orders > stock 2']);
    expect(test.store.graph.byteCount).toBeGreaterThan(byteCount);
  });

  it('keeps the calls of traces that were dropped, also of those that were not quiet yet', () => {
    const test = testStore(256 * 2 ** 20, 2);
    for (const trace of [1, 2, 3, 4]) sendCall(test, trace);
    expect(test.store.counts().traces.kept).toBe(2);
    expect(test.store.graph.pendingCount).toBe(2);
    test.time += 2_000;
    settle(test);
    expect(edgesOf(test)).toEqual(['caller > orders 4', 'orders > stock 4']);
  });

  it('counts what was not quiet when it was dropped in a tenth of the time, and the others as omitted', () => {
    let time = 0;
    const store = new TraceStore({ maxBytes: 256 * 2 ** 20, maxTraces: 1 }, () => time);
    const { graph } = store;
    const callSteps = graph.callSteps.bind(graph);
    graph.callSteps = (entry) => {
      time += 30;
      return callSteps(entry);
    };
    const send = (trace: number): void => {
      store.receiveTraces(protobufRequest(requestOf([spanOf(trace, 1, { kind: SERVER })])));
    };
    for (let trace = 1; trace <= 6; trace++) send(trace);
    expect(graph.omittedTraceCount).toBe(3);
    time += 1_000;
    send(7);
    expect(graph.omittedTraceCount).toBe(3);
    expect(graph.read(60).edges[0]?.callCount).toBe(3);
    store.clear();
    expect(graph.omittedTraceCount).toBe(0);
  });

  it('counts once what was settled before it was dropped', () => {
    const test = testStore(256 * 2 ** 20, 2);
    sendCall(test, 1);
    test.time += 2_000;
    settle(test);
    const { byteCount } = test.store.graph;
    for (const trace of [2, 3]) sendCall(test, trace);
    test.time += 2_000;
    settle(test);
    expect(edgesOf(test)).toEqual(['caller > orders 3', 'orders > stock 3']);
    const contributions = 2;
    expect(test.store.graph.byteCount).toBeLessThan(byteCount * contributions);
  });

  /** A trace that takes several steps to be counted. */
  function sendLong(test: TestStore, trace: number): void {
    const child = (i: number): OtlpMembers => ({
      kind: CLIENT,
      parentSpanId: idOf(1, 16),
      name: `c${i}`,
    });
    test.send([
      spanOf(trace, 1, { kind: SERVER }),
      ...Array.from({ length: 1_200 }, (_, i) => spanOf(trace, i + 2, child(i))),
    ]);
  }

  it('counts a long trace in steps, between which others have a turn', () => {
    const test = testStore();
    const { graph } = test.store;
    sendLong(test, 1);
    test.time += 2_000;
    let turnCount = 0;
    while (turnCount < 10 && beginOf(test)) {
      turnCount++;
      expect([edgesOf(test), graph.pendingCount]).toEqual([[], 1]);
    }
    expect(turnCount).toBe(2);
    expect(edgesOf(test)).toEqual(['caller > orders 1']);
    expect(graph.pendingCount).toBe(0);
  });

  it('begins anew with a long trace that has changed meanwhile', () => {
    const test = testStore();
    const { graph } = test.store;
    sendLong(test, 1);
    test.time += 2_000;
    expect(beginOf(test)).toBe(true);
    test.send([spanOf(1, 5_000, { kind: SERVER, parentSpanId: idOf(2, 16) })], {
      'service.name': 'stock',
    });
    expect([settle(test), graph.pendingCount]).toEqual([false, 1]);
    test.time += 2_000;
    settle(test);
    expect(edgesOf(test)).toEqual(['caller > orders 1', 'orders > stock 1']);
  });

  it('counts a long trace that is dropped meanwhile, but not the longest', () => {
    const test = testStore(256 * 2 ** 20, 1);
    const { graph } = test.store;
    sendLong(test, 1);
    test.time += 2_000;
    expect(beginOf(test)).toBe(true);
    sendCall(test, 2);
    expect(test.store.get(idOf(1, 32))).toBeUndefined();
    expect([edgesOf(test), graph.omittedTraceCount]).toEqual([['caller > orders 1'], 0]);
    test.time += 2_000;
    settle(test);
    const many = Array.from({ length: 20_001 }, (_, i) => spanOf(3, i + 1));
    test.send(many);
    sendCall(test, 4);
    expect(graph.omittedTraceCount).toBe(1);
    expect(beginOf(test)).toBe(false);
    test.store.clear();
    expect(graph.pendingCount).toBe(0);
  });

  it('stops when its time is up', () => {
    const test = testStore();
    for (const trace of [1, 2, 3]) sendCall(test, trace);
    test.time += 2_000;
    let asked = 0;
    expect(test.store.graph.settle(test.time, () => asked++ > 0)).toBe(true);
    expect(test.store.graph.pendingCount).toBe(2);
    expect(settle(test)).toBe(false);
    expect(test.store.graph.pendingCount).toBe(0);
  });

  it('finds the service of a linked span in another trace', () => {
    const test = testStore();
    const kafka = [
      attribute('messaging.system', 'kafka'),
      attribute('messaging.destination.name', 'paid'),
    ];
    test.send([spanOf(1, 1, { kind: 4, attributes: kafka })]);
    const links = [{ traceId: idOf(1, 32), spanId: idOf(1, 16) }];
    test.send([spanOf(2, 1, { kind: CONSUMER, attributes: kafka, links })], {
      'service.name': 'mail',
    });
    test.time += 2_000;
    settle(test);
    expect(edgesOf(test)).toContain('orders > mail 1');
  });

  it('is empty after the store is cleared', () => {
    const test = testStore();
    sendCall(test, 1);
    test.time += 2_000;
    settle(test);
    sendCall(test, 2);
    test.store.clear();
    expect(edgesOf(test)).toEqual([]);
    expect(test.store.graph).toMatchObject({ pendingCount: 0, byteCount: 0 });
    expect(test.store.graph.latestMillis).toBeUndefined();
  });

  it('reads up to now, or up to the latest call where that is more than an hour ago', () => {
    const test = testStore();
    sendCall(test, 1);
    test.time += 2_000;
    settle(test);
    const old = test.store.graph.read(5);
    expect(old.toBucket).toBe(1_700_000_000 / 5);
    expect(old.edges[0]?.rate).toBeCloseTo(1 / 300, 6);
    const startTimeUnixNano = String(BigInt(Date.now() - 60_000) * 1_000_000n);
    test.send([
      spanOf(2, 1, { kind: SERVER, startTimeUnixNano, endTimeUnixNano: startTimeUnixNano }),
    ]);
    test.time += 2_000;
    settle(test);
    const current = test.store.graph.read(5);
    expect(current.toBucket).toBeGreaterThan(old.toBucket);
    expect(current.toBucket - current.fromBucket).toBe(59);
    expect(current.edges).toHaveLength(1);
  });
});
