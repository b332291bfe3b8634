import { describe, expect, it } from '@jest/globals';
import type { DeliveredItem } from '../../../lib/delivery/delivered-signal.js';
import type { ExportBatch } from '../../../lib/delivery/export-batch.js';
import { ExportsUnderWay } from '../../../lib/delivery/exports-under-way.js';

type Batch = ExportBatch<DeliveredItem>;

/** What the exports under way know of a batch. */
function batchOf(size: number, giveUp: (error: Error) => void = () => {}): Batch {
  return { size, giveUp } as unknown as Batch;
}

/** Begins exports of one item while there is room. @returns all that are under way */
function fill(underWay: ExportsUnderWay<DeliveredItem>, batches: Batch[] = []): Batch[] {
  while (underWay.hasRoom && batches.length < 10) {
    const batch = batchOf(1);
    underWay.begin(batch, 0);
    batches.push(batch);
  }
  return batches;
}

describe('ExportsUnderWay', () => {
  it('lets one more begin for each that delivered, up to the maximum', () => {
    const underWay = new ExportsUnderWay(3);
    let batches: Batch[] = [];
    const counts: number[] = [];
    for (let round = 0; round < 4; round++) {
      batches = fill(underWay, batches);
      counts.push(batches.length);
      underWay.end(batches.shift()!, true);
    }
    expect(counts).toEqual([1, 2, 3, 3]);
  });

  it('never lets two be under way where one is the maximum', () => {
    const underWay = new ExportsUnderWay(1);
    for (let round = 0; round < 3; round++) {
      const batches = fill(underWay);
      expect(batches).toHaveLength(1);
      underWay.end(batches[0]!, true);
    }
  });

  it('begins with one again after an export that delivered nothing', () => {
    const underWay = new ExportsUnderWay(3);
    const [first] = fill(underWay);
    underWay.end(first!, true);
    const [second, third] = fill(underWay);
    underWay.end(second!, false);
    expect(underWay.hasRoom).toBe(false);
    underWay.end(third!, false);
    expect(fill(underWay)).toHaveLength(1);
  });

  it('lets none begin beside one that is tried again, also when another delivers', () => {
    const underWay = new ExportsUnderWay(5);
    const [first] = fill(underWay);
    underWay.end(first!, true);
    const [retried, other] = fill(underWay);
    underWay.retries(retried!);
    underWay.end(other!, true);
    expect(underWay.hasRoom).toBe(false);
    underWay.end(retried!, true);
    expect(fill(underWay)).toHaveLength(3);
  });

  it('knows how many items were taken before the oldest', () => {
    const underWay = new ExportsUnderWay(2);
    const [first, second] = [batchOf(5), batchOf(7)];
    expect([underWay.oldestStart, underWay.itemCount]).toEqual([undefined, 0]);
    underWay.begin(first, 3);
    underWay.begin(second, 8);
    expect([underWay.oldestStart, underWay.itemCount]).toEqual([3, 12]);
    underWay.end(first, true);
    expect([underWay.oldestStart, underWay.itemCount]).toEqual([8, 7]);
  });

  it('gives all of them up', () => {
    const errors: Error[] = [];
    const underWay = new ExportsUnderWay(2);
    for (const size of [1, 2])
      underWay.begin(
        batchOf(size, (error) => errors.push(error)),
        0,
      );
    underWay.giveUp(new Error('over'));
    expect(errors).toEqual([new Error('over'), new Error('over')]);
  });
});
