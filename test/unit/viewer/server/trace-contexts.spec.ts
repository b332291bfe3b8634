import { describe, expect, it } from '@jest/globals';
import { analyse } from '../../../../lib/viewer/analysis/analyse.js';
import { TraceContexts } from '../../../../lib/viewer/server/trace-contexts.js';
import type { TraceEntry } from '../../../../lib/viewer/store/trace-entry.js';
import { idOf, type OtlpMembers, spanOf } from '../../../support/otlp-requests.js';
import { type TestStore, testStore } from '../../../support/stored-spans.js';

const SERVER = 2;
const START = 1_700_000_000_000_000_000n;

const lasting = (millis: number, members: OtlpMembers = {}): OtlpMembers => ({
  name: 'GET /orders',
  kind: SERVER,
  startTimeUnixNano: String(START),
  endTimeUnixNano: String(START + BigInt(millis) * 1_000_000n),
  ...members,
});

function entryOf({ store }: TestStore, trace: number): TraceEntry {
  return store.get(idOf(trace, 32)) as TraceEntry;
}

/** Traces 1, 2, … of the given durations in milliseconds. */
function withGroup(...millis: number[]): TestStore {
  const test = testStore();
  millis.forEach((each, i) => {
    test.send([spanOf(i + 1, 1, lasting(each))]);
  });
  return test;
}

describe('the usual duration', () => {
  it.each([
    [[10], 1, undefined],
    [[10, 30, 20], 1, { sampleCount: 2, medianNanos: 20e6, medianTraceId: idOf(3, 32) }],
    [[10, 30, 20], 2, { sampleCount: 2, medianNanos: 10e6, medianTraceId: idOf(1, 32) }],
    [[10, 30, 20], 3, { sampleCount: 2, medianNanos: 10e6, medianTraceId: idOf(1, 32) }],
    [[10, 30, 20, 40], 1, { sampleCount: 3, medianNanos: 30e6, medianTraceId: idOf(2, 32) }],
  ])('of %j without trace %i', (millis, trace, expected) => {
    const test = withGroup(...millis);
    expect(new TraceContexts(test.store).usual(entryOf(test, trace))).toEqual(expected);
  });

  it('is that of traces with the same service and name', () => {
    const test = withGroup(10, 20);
    test.send([spanOf(3, 1, lasting(900, { name: 'POST /orders' }))]);
    test.send([spanOf(4, 1, lasting(900))], { 'service.name': 'gateway' });
    const contexts = new TraceContexts(test.store);
    expect(contexts.usual(entryOf(test, 1))?.medianNanos).toBe(20e6);
    expect(contexts.usual(entryOf(test, 3))).toBeUndefined();
  });

  it('leaves out traces without a root', () => {
    const test = withGroup(10, 20);
    test.send([spanOf(3, 1, lasting(900, { parentSpanId: idOf(9, 16) }))]);
    expect(new TraceContexts(test.store).usual(entryOf(test, 1))?.sampleCount).toBe(1);
  });

  it('is read anew after a second', () => {
    const test = withGroup(10, 20);
    const contexts = new TraceContexts(test.store);
    contexts.usual(entryOf(test, 1));
    test.send([spanOf(3, 1, lasting(30))]);
    test.time += 1_000;
    expect(contexts.usual(entryOf(test, 1))?.sampleCount).toBe(2);
  });
});

describe('the findings that need other traces', () => {
  function textsOf(test: TestStore, trace: number): string[] {
    const entry = entryOf(test, trace);
    const { findings } = new TraceContexts(test.store).json(entry, analyse(entry.columns()));
    return findings.map(({ kind, text }) => `${kind}: ${text}`);
  }

  it('tell what is slower than usual, and where', () => {
    const test = withGroup(...new Array<number>(8).fill(10));
    const child = lasting(80, { name: 'SELECT', kind: 3, parentSpanId: idOf(1, 16) });
    test.send([spanOf(9, 1, lasting(100)), spanOf(9, 2, child)]);
    expect(textsOf(test, 9)).toEqual([
      'slower-than-usual: GET /orders in orders took 100 ms, usually 10.0 ms, mostly by 80.0 ms more in GET /orders › SELECT',
    ]);
    expect(textsOf(test, 1)).toEqual([]);
  });

  it('tell whose context was probably lost', () => {
    const test = testStore();
    test.send([spanOf(1, 1, lasting(100))]);
    test.send([spanOf(2, 1, lasting(100))], { 'service.name': 'gateway' });
    test.send([spanOf(3, 1, lasting(10, { name: 'mail', kind: 1 }))]);
    expect(textsOf(test, 3)).toEqual([
      `context-lost: mail in orders began while its process worked on GET /orders only (trace ${idOf(1, 32)}), but has no parent: its context was probably lost`,
    ]);
    test.send([spanOf(4, 1, lasting(100))]);
    expect(textsOf(test, 3)).toEqual([]);
  });

  it('know the other process of a service', () => {
    const test = testStore();
    test.send([spanOf(1, 1, lasting(100))], { 'service.name': 'orders', 'process.pid': 1 });
    test.send([spanOf(3, 1, lasting(10, { kind: 1 }))], {
      'service.name': 'orders',
      'process.pid': 2,
    });
    expect(textsOf(test, 3)).toEqual([]);
  });

  it.each([
    [
      'that ended before',
      { startTimeUnixNano: String(START - 9_000n), endTimeUnixNano: String(START - 1n) },
    ],
    ['that began later', { startTimeUnixNano: String(START + 1n) }],
  ])('know no request %s', (_case, times) => {
    const test = testStore();
    test.send([spanOf(1, 1, lasting(100, times))]);
    test.send([spanOf(3, 1, lasting(10, { kind: 1 }))]);
    expect(textsOf(test, 3)).toEqual([]);
  });

  it('know a request that was dropped no more', () => {
    const test = testStore();
    test.send([spanOf(1, 1, lasting(100))]);
    test.send([spanOf(3, 1, lasting(10, { name: 'mail', kind: 1 }))]);
    const entry = entryOf(test, 3);
    const contexts = new TraceContexts(test.store);
    const read = () => contexts.json(entry, analyse(entry.columns())).findings.length;
    expect(read()).toBe(1);
    test.store.clear();
    expect(read()).toBe(0);
  });
});
