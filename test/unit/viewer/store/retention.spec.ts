import { describe, expect, it } from '@jest/globals';
import { MaxHeap, type Weighted } from '../../../../lib/viewer/store/group-heap.js';
import { Retention } from '../../../../lib/viewer/store/retention.js';
import { attribute, idOf, type OtlpMembers, spanOf } from '../../../support/otlp-requests.js';
import { pick, randomOfSeed } from '../../../support/random-of-seed.js';
import { type TestStore, testStore } from '../../../support/stored-spans.js';

const MIB = 2 ** 20;

/** A request that takes about a millisecond, or as many as `millis`. */
function request(trace: number, name: string, members: OtlpMembers = {}, millis = 1): OtlpMembers {
  const start = 1_700_000_000_000_000_000n;
  return spanOf(trace, trace, {
    name,
    startTimeUnixNano: String(start),
    endTimeUnixNano: String(start + BigInt(millis) * 1_000_000n + BigInt(trace)),
    ...members,
  });
}

function keptTraces({ store }: TestStore): number[] {
  return [...store.entries()].map(({ id }) => Number.parseInt(id, 16));
}

function countsAddUp({ store }: TestStore): boolean {
  const { received, stored, duplicate, refused, evicted } = store.counts().spans;
  return received === stored + duplicate + refused + evicted;
}

describe('the retention of the store', () => {
  it('drops the oldest trace of the fullest group', () => {
    const test = testStore(256 * MIB, 40);
    test.send([request(1, 'POST /orders')]);
    for (let trace = 2; trace <= 100; trace++) test.send([request(trace, 'GET /health')]);
    const kept = keptTraces(test);
    expect(kept).toHaveLength(40);
    expect(kept[0]).toBe(1);
    expect(test.store.get(idOf(2, 32))).toBeUndefined();
    expect(kept.slice(-20)).toEqual(Array.from({ length: 20 }, (_, i) => 81 + i));
    expect(countsAddUp(test)).toBe(true);
  });

  it('keeps the last five failed and the five slowest traces of a group', () => {
    const test = testStore(256 * MIB, 30);
    for (let trace = 1; trace <= 10; trace++) {
      test.send([request(trace, 'GET /', { status: { code: 2 } })]);
    }
    for (let trace = 11; trace <= 20; trace++) test.send([request(trace, 'GET /', {}, 1_000)]);
    for (let trace = 21; trace <= 200; trace++) test.send([request(trace, 'GET /')]);
    const kept = keptTraces(test);
    expect(kept.slice(0, 10)).toEqual([6, 7, 8, 9, 10, 16, 17, 18, 19, 20]);
    expect(kept.slice(10)).toEqual(Array.from({ length: 20 }, (_, i) => 181 + i));
  });

  it('keeps starred traces, until the star is taken back', () => {
    const test = testStore(256 * MIB, 20);
    for (let trace = 1; trace <= 20; trace++) test.send([request(trace, 'GET /')]);
    expect(test.store.star(idOf(1, 32), true)).toBe(true);
    expect(test.store.star(idOf(77, 32), true)).toBe(false);
    for (let trace = 21; trace <= 60; trace++) test.send([request(trace, 'GET /')]);
    expect(keptTraces(test)[0]).toBe(1);
    test.store.star(idOf(1, 32), false);
    test.send([request(61, 'GET /')]);
    expect(keptTraces(test)).not.toContain(1);
  });

  it('drops protected traces only when there is no other trace', () => {
    const test = testStore(256 * MIB, 20);
    // Each trace is the slowest one of its group.
    for (let trace = 1; trace <= 100; trace++) test.send([request(trace, `GET /${trace}`)]);
    expect(keptTraces(test)).toHaveLength(20);
    for (let trace = 101; trace <= 130; trace++) test.send([request(trace, 'GET /same')]);
    const kept = keptTraces(test);
    expect(kept).toHaveLength(20);
    expect(countsAddUp(test)).toBe(true);
  });

  it('weighs a group by what it holds now', () => {
    const test = testStore(256 * MIB, 20);
    for (let trace = 1; trace <= 200; trace++) test.send([request(trace, 'GET /a')]);
    for (let trace = 201; trace <= 240; trace++) test.send([request(trace, 'GET /b')]);
    const ofA = keptTraces(test).filter((trace) => trace <= 200);
    expect(ofA.length).toBeGreaterThanOrEqual(9);
    expect(ofA.length).toBeLessThanOrEqual(11);
  });

  it('moves a trace to the group of its root when that arrives', () => {
    const test = testStore(256 * MIB, 12);
    test.send([spanOf(1, 2, { parentSpanId: idOf(1, 16), name: 'inner' })]);
    test.send([spanOf(1, 1, { name: 'POST /orders' })]);
    for (let trace = 2; trace <= 50; trace++) test.send([request(trace, 'inner', {}, 100)]);
    expect(keptTraces(test)).toContain(1);
  });

  it('stays within its bytes', () => {
    const test = testStore(4 * MIB);
    const text = 'x'.repeat(20_000);
    for (let trace = 1; trace <= 1_000; trace++) {
      test.send([request(trace, `GET /${trace % 3}`, { attributes: [attribute('text', text)] })]);
      expect(test.store.byteCount).toBeLessThanOrEqual(4 * MIB);
    }
    expect(keptTraces(test).length).toBeGreaterThan(100);
    expect(countsAddUp(test)).toBe(true);
  });

  it('drops a trace that is larger than the store', () => {
    const test = testStore(MIB);
    const attributes = [attribute('text', 'x'.repeat(1_000))];
    for (let part = 0; part < 30; part++) {
      test.send(
        Array.from({ length: 100 }, (_, i) => spanOf(1, part * 100 + i + 1, { attributes })),
      );
      expect(test.store.byteCount).toBeLessThanOrEqual(MIB);
    }
    expect(test.store.counts().spans).toMatchObject({ received: 3_000, stored: 0, evicted: 3_000 });
  });

  it.each([11, 12, 13])('accounts for every span of random traffic (seed %i)', (seed) => {
    const random = randomOfSeed(seed);
    const test = testStore(2 * MIB, 60);
    for (let round = 0; round < 400; round++) {
      const spans = Array.from({ length: Math.ceil(random() * 20) }, () =>
        spanOf(Math.ceil(random() * 150), Math.ceil(random() * 8), {
          name: pick(random, ['a', 'b', 'c', `d${round}`]),
          status: { code: random() < 0.1 ? 2 : 0 },
          ...(random() < 0.05 ? { spanId: '' } : {}),
          ...(random() < 0.5 ? { parentSpanId: idOf(Math.ceil(random() * 8), 16) } : {}),
        }),
      );
      test.send(spans);
      if (random() < 0.1) test.store.star(idOf(Math.ceil(random() * 150), 32), random() < 0.5);
      const { spans: counts, traces, byteCount } = test.store.counts();
      expect(countsAddUp(test)).toBe(true);
      expect(traces.kept).toBeLessThanOrEqual(60);
      expect(byteCount).toBeLessThanOrEqual(2 * MIB);
      const held = [...test.store.entries()].reduce((sum, { spanCount }) => sum + spanCount, 0);
      expect(held).toBe(counts.stored);
    }
    expect(test.store.counts().spans.evicted).toBeGreaterThan(0);
  });

  it('keeps nothing of what it has dropped', () => {
    const test = testStore(256 * MIB, 10);
    for (let trace = 1; trace <= 50; trace++) {
      test.send([request(trace, `GET /${trace}`)], { 'service.name': `service ${trace}` });
    }
    const before = test.store.byteCount;
    for (let trace = 51; trace <= 9_000; trace++) {
      test.send([request(trace, `GET /${trace}`)], { 'service.name': `service ${trace}` });
    }
    // Only the ids of dropped traces are added.
    expect(test.store.byteCount - before).toBeLessThan(9_000 * 160);
  });
});

describe('Retention', () => {
  it('has no candidate without traces', () => {
    expect(new Retention({ maxBytes: 1, maxTraces: 1 }).candidate()).toBeUndefined();
  });
});

describe('MaxHeap', () => {
  it('gives the heaviest item while weights change', () => {
    const random = randomOfSeed(14);
    const heap = new MaxHeap<Weighted>();
    const items = Array.from({ length: 50 }, () => ({ weight: random(), heapIndex: -1 }));
    const inside = new Set<Weighted>();
    for (let round = 0; round < 2_000; round++) {
      const item = pick(random, items);
      if (random() < 0.3) {
        heap.remove(item);
        inside.delete(item);
      } else {
        item.weight = random();
        heap.update(item);
        inside.add(item);
      }
      const most = Math.max(...[...inside].map(({ weight }) => weight));
      expect(heap.heaviest?.weight ?? -Infinity).toBe(most);
    }
    heap.clear();
    expect([heap.heaviest, items.every(({ heapIndex }) => heapIndex === -1)]).toEqual([
      undefined,
      true,
    ]);
  });
});
