import { randomFillSync } from 'node:crypto';

/** The ids of a span as bytes, in a row: its trace, its own, its parent's. */
const TRACE_BYTES = 16;
const SPAN_BYTES = 8;
export const OWN_AT = TRACE_BYTES;
export const PARENT_AT = TRACE_BYTES + SPAN_BYTES;
export const IDS_BYTES = PARENT_AT + SPAN_BYTES;

const ROWS = 512;
const TRACEPARENT_LENGTH = 55;
const DASHES = [2, 35, 52];
const DASH = 0x2d;
const INVALID = 0x80;

/** The value of each hexadecimal digit in lower case by its character code. */
const DIGIT_VALUES = new Uint8Array(128).fill(INVALID);
for (let value = 0; value < 16; value++) DIGIT_VALUES[value.toString(16).charCodeAt(0)] = value;

let rows = Buffer.alloc(0);
let next = 0;

/**
 * Room for the ids of one span, at `takenAt` of the returned bytes. It is random already: one call of the system's
 * generator serves hundreds of spans, and a root span keeps what it finds.
 */
export function takeIds() {
  next += IDS_BYTES;
  if (next >= rows.length) {
    // Spans still refer to the rows before.
    rows = randomFillSync(Buffer.allocUnsafeSlow(ROWS * IDS_BYTES));
    next = 0;
  }
  return rows;
}

export function takenAt() {
  return next;
}

/** Makes the row at `at` that of a child of the span at `parentAt`. */
export function followParent(ids, at, parentIds, parentAt) {
  for (let i = 0; i < TRACE_BYTES; i++) ids[at + i] = parentIds[parentAt + i];
  for (let i = 0; i < SPAN_BYTES; i++) ids[at + PARENT_AT + i] = parentIds[parentAt + OWN_AT + i];
}

/**
 * Makes the row at `at` that of a child of the caller. Spec: W3C Trace Context, version 00.
 *
 * @returns the caller's flags; undefined if the header has no valid context: the row is then of no use
 */
export function followCaller(ids, at, traceparent) {
  if (traceparent.length !== TRACEPARENT_LENGTH) return undefined;
  for (const dash of DASHES) if (traceparent.charCodeAt(dash) !== DASH) return undefined;
  if (readByte(traceparent, 0) !== 0) return undefined;
  if (!readId(ids, at, TRACE_BYTES, traceparent, 3)) return undefined;
  if (!readId(ids, at + PARENT_AT, SPAN_BYTES, traceparent, 36)) return undefined;
  const flags = readByte(traceparent, 53);
  return flags < 0 ? undefined : flags;
}

/** @returns false for an id with other characters, or of zeros */
function readId(ids, at, byteCount, text, start) {
  let all = 0;
  for (let i = 0; i < byteCount; i++) {
    const byte = readByte(text, start + 2 * i);
    all |= byte;
    ids[at + i] = byte;
  }
  return all > 0;
}

/** @returns -1 for anything but two digits in lower case */
function readByte(text, at) {
  const high = DIGIT_VALUES[text.charCodeAt(at) & 0x7f];
  const low = DIGIT_VALUES[text.charCodeAt(at + 1) & 0x7f];
  return ((high | low) & INVALID) === 0 ? (high << 4) | low : -1;
}
