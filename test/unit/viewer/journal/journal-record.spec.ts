import { describe, expect, it } from '@jest/globals';
import {
  headOfRecord,
  type JournalRecord,
  RUN_RECORD,
  recordsOf,
  runRecord,
  SEGMENT_HEAD,
  startOfRun,
} from '../../../../lib/viewer/journal/journal-record.js';
import { BodyKind } from '../../../../lib/viewer/store/body-keeper.js';
import { pick, randomOfSeed } from '../../../support/random-of-seed.js';

function segmentOf(records: readonly JournalRecord[]): Buffer {
  const parts = records.flatMap((record) => [headOfRecord(record), record.payload]);
  return Buffer.concat([SEGMENT_HEAD, ...parts]);
}

/** All records, and where the last one ends. */
function read(segment: Buffer): { records: JournalRecord[]; end: number } {
  const reader = recordsOf(segment);
  const records: JournalRecord[] = [];
  for (let next = reader.next(); ; next = reader.next()) {
    if (next.done) return { records, end: next.value };
    records.push(next.value);
  }
}

const KINDS = Object.values(BodyKind);

function randomRecords(random: () => number): JournalRecord[] {
  return Array.from({ length: Math.floor(random() * 8) }, (_, i) => ({
    kind: pick(random, KINDS),
    run: i + 1,
    payload: Buffer.from(Array.from({ length: Math.floor(random() * 40) }, () => random() * 256)),
  }));
}

describe('a segment of the journal', () => {
  it('has its records in a form of its own', () => {
    const payload = Buffer.from('ab');
    const head = headOfRecord({ kind: BodyKind.LOGS, run: 258, payload });
    expect(head.subarray(0, 4).toString('hex')).toBe('00000002');
    expect(head.subarray(8).toString('hex')).toBe('0300000102');
    expect(SEGMENT_HEAD.toString()).toBe('NSTJRNL1');
  });

  it('says when a run began', () => {
    const record = runRecord(7, 1_700_000_000_000.5);
    expect([record.kind, record.run, startOfRun(record)]).toEqual([RUN_RECORD, 7, 1.7e12 + 0.5]);
    expect(startOfRun({ ...record, payload: Buffer.alloc(3) })).toBeNaN();
  });

  it('is read as it was written', () => {
    for (let seed = 0; seed < 50; seed++) {
      const records = randomRecords(randomOfSeed(seed));
      const segment = segmentOf(records);
      expect(read(segment)).toEqual({ records, end: segment.length });
    }
  });

  it('gives its whole records wherever it breaks off', () => {
    for (let seed = 0; seed < 20; seed++) {
      const records = randomRecords(randomOfSeed(seed));
      const segment = segmentOf(records);
      for (let length = 0; length <= segment.length; length++) {
        const { records: whole, end } = read(segment.subarray(0, length));
        expect(whole).toEqual(records.slice(0, whole.length));
        expect(end).toBe(length < SEGMENT_HEAD.length ? 0 : segmentOf(whole).length);
        const next = segmentOf(records.slice(0, whole.length + 1)).length;
        if (whole.length < records.length) expect(length).toBeLessThan(next);
      }
    }
  });

  it('gives only the records before a byte that has changed', () => {
    for (let seed = 0; seed < 300; seed++) {
      const random = randomOfSeed(seed);
      const records = randomRecords(random);
      const segment = segmentOf(records);
      const at = Math.floor(random() * segment.length);
      segment[at] = (segment[at] as number) ^ (1 << Math.floor(random() * 8));
      const { records: whole, end } = read(segment);
      expect(whole).toEqual(records.slice(0, whole.length));
      expect(end).toBeLessThanOrEqual(at);
    }
  });

  it('gives nothing of other bytes', () => {
    for (let seed = 0; seed < 100; seed++) {
      const random = randomOfSeed(seed);
      const bytes = Buffer.from(Array.from({ length: 200 }, () => random() * 256));
      expect(read(bytes)).toEqual({ records: [], end: 0 });
      const { records } = read(Buffer.concat([SEGMENT_HEAD, bytes]));
      expect(records).toEqual([]);
    }
  });
});
