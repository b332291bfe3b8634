import { RANDOMNESS_DIGITS } from './threshold.js';

/**
 * The member of a trace state that belongs to OpenTelemetry: `key:value` pairs joined by `;`, of
 * which sampling reads and writes `th` and reads `rv`; it passes on all others.
 * Spec: OpenTelemetry, `trace/tracestate-handling.md`.
 */
export const OT_KEY = 'ot';

/** Longest value that a trace state member may have. */
const MAX_LENGTH = 256;
/** Longest value that is read. */
const MAX_READ_LENGTH = 2 * MAX_LENGTH;
const THRESHOLD_PREFIX = 'th:';
const RANDOMNESS_PREFIX = 'rv:';

/** The rejection threshold; undefined unless there is one of 1 to 14 lower-case digits. */
export function readThreshold(entry: string): string | undefined {
  const value = read(entry, THRESHOLD_PREFIX);
  if (value === undefined || value.length === 0 || value.length > RANDOMNESS_DIGITS) return;
  return isLowerHex(value) ? value : undefined;
}

/** The explicit randomness; undefined unless there is one of 14 lower-case digits. */
export function readRandomness(entry: string): string | undefined {
  const value = read(entry, RANDOMNESS_PREFIX);
  if (value === undefined || value.length !== RANDOMNESS_DIGITS) return;
  return isLowerHex(value) ? value : undefined;
}

/**
 * The entry with another threshold. One that leaves no room for it loses its threshold: better no
 * statement about the probability than a false one.
 *
 * @param entry the present value, if there is one
 */
export function writeThreshold(entry: string | undefined, threshold: string): string {
  const rest = entry === undefined ? '' : eraseThreshold(entry);
  if (rest === '') return THRESHOLD_PREFIX + threshold;
  const written = `${THRESHOLD_PREFIX}${threshold};${rest}`;
  return written.length > MAX_LENGTH ? rest : written;
}

/** The entry without threshold; empty where nothing else was in it. */
export function eraseThreshold(entry: string): string {
  if (isTooLong(entry)) return '';
  let rest = '';
  for (let start = 0; start < entry.length; ) {
    const end = endOfPair(entry, start);
    if (end > start && !entry.startsWith(THRESHOLD_PREFIX, start)) {
      const pair = entry.slice(start, end);
      rest = rest === '' ? pair : `${rest};${pair}`;
    }
    start = end + 1;
  }
  return rest;
}

/** True where the entry says anything about a threshold, valid or not. */
export function mentionsThreshold(entry: string): boolean {
  return isTooLong(entry) || pairAt(entry, THRESHOLD_PREFIX, 0) >= 0;
}

/** The value of a key; a key that is there twice says nothing. */
function read(entry: string, prefix: string): string | undefined {
  if (isTooLong(entry)) return undefined;
  const start = pairAt(entry, prefix, 0);
  if (start < 0) return undefined;
  const end = endOfPair(entry, start);
  return pairAt(entry, prefix, end + 1) < 0 ? entry.slice(start + prefix.length, end) : undefined;
}

/**
 * A trace state of another implementation may hold an entry that no header can carry. It is not read,
 * and it is removed where a threshold is removed.
 */
function isTooLong(entry: string): boolean {
  return entry.length > MAX_READ_LENGTH;
}

/** Where the first pair with the prefix begins, from a pair's begin on; -1 where there is none. */
function pairAt(entry: string, prefix: string, from: number): number {
  for (let start = from; start < entry.length; start = endOfPair(entry, start) + 1) {
    if (entry.startsWith(prefix, start)) return start;
  }
  return -1;
}

function endOfPair(entry: string, start: number): number {
  const end = entry.indexOf(';', start);
  return end < 0 ? entry.length : end;
}

function isLowerHex(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    const isDigit = code >= 0x30 && code <= 0x39;
    if (!isDigit && (code < 0x61 || code > 0x66)) return false;
  }
  return true;
}
