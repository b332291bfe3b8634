import { crc32 } from 'node:zlib';
import { BodyKind } from '../store/body-keeper.js';

/** Begins a segment; the last character is the version of the format. */
export const SEGMENT_HEAD = Buffer.from('NSTJRNL1', 'latin1');

/** The kind of a record that says when a run began; the other kinds are those of bodies. */
export const RUN_RECORD = 0;
export type RecordKind = typeof RUN_RECORD | BodyKind;

/** A body that a viewer has taken, or the start of a run. */
export interface JournalRecord {
  readonly kind: RecordKind;
  /** The run in which it was written. */
  readonly run: number;
  readonly payload: Buffer;
}

/**
 * Before the payload, big endian: its length in 32 bits, the CRC-32 of all that follows in 32 bits, the kind in 8
 * bits, and the run in 32 bits.
 */
export const RECORD_HEAD_BYTES = 13;
const CRC_AT = 4;
const CHECKED_FROM = 8;
const RUN_AT = 9;
const KINDS: readonly number[] = [RUN_RECORD, ...Object.values(BodyKind)];

/** Writes the bytes that stand before the payload of a record. */
export function headOfRecord({ kind, run, payload }: JournalRecord): Buffer {
  const head = Buffer.alloc(RECORD_HEAD_BYTES);
  head.writeUInt32BE(payload.length, 0);
  head.writeUInt8(kind, CHECKED_FROM);
  head.writeUInt32BE(run, RUN_AT);
  head.writeUInt32BE(crc32(payload, crc32(head.subarray(CHECKED_FROM))), CRC_AT);
  return head;
}

/** A record that says when a run began. */
export function runRecord(run: number, epochMillis: number): JournalRecord {
  const payload = Buffer.alloc(8);
  payload.writeDoubleBE(epochMillis);
  return { kind: RUN_RECORD, run, payload };
}

/** When the run of a {@link RUN_RECORD} began, in epoch milliseconds; NaN for a record without a time. */
export function startOfRun({ payload }: JournalRecord): number {
  return payload.length === 8 ? payload.readDoubleBE() : Number.NaN;
}

/**
 * Reads the records of a segment, up to the first that is torn or changed. Does not throw.
 *
 * @returns by `return`, where the last whole record ends; 0 if the bytes are no segment
 */
export function* recordsOf(segment: Buffer): Generator<JournalRecord, number> {
  let position = SEGMENT_HEAD.length;
  if (!segment.subarray(0, position).equals(SEGMENT_HEAD)) return 0;
  while (segment.length - position >= RECORD_HEAD_BYTES) {
    const start = position + RECORD_HEAD_BYTES;
    const end = start + segment.readUInt32BE(position);
    if (end > segment.length) break;
    const kind = segment.readUInt8(position + CHECKED_FROM);
    const isWhole =
      crc32(segment.subarray(position + CHECKED_FROM, end)) ===
      segment.readUInt32BE(position + CRC_AT);
    if (!isWhole || !isKind(kind)) break;
    const run = segment.readUInt32BE(position + RUN_AT);
    yield { kind, run, payload: segment.subarray(start, end) };
    position = end;
  }
  return position;
}

function isKind(kind: number): kind is RecordKind {
  return KINDS.includes(kind);
}
