import { RANDOMNESS_DIGITS } from './threshold.js';

/**
 * The member of OpenTelemetry in a trace state: `key:value` pairs separated by `;`. Sampling reads and
 * writes `th`, reads `rv`, and keeps all other pairs.
 * Spec: OpenTelemetry, `trace/tracestate-handling.md`.
 */
export const OT_KEY = 'ot';

/** Maximum length of the value of a trace state member. */
const MAX_LENGTH = 256;
/** Maximum length of a value that is read. */
const MAX_READ_LENGTH = 2 * MAX_LENGTH;
const THRESHOLD_PREFIX = 'th:';
const RANDOMNESS_PREFIX = 'rv:';

/** Returns the rejection threshold; undefined if there is no valid one of 1 to 14 lower-case digits. */
export function readThreshold(entry: string): string | undefined {
  const value = read(entry, THRESHOLD_PREFIX);
  if (value === undefined || value.length === 0 || value.length > RANDOMNESS_DIGITS) return;
  return isLowerHex(value) ? value : undefined;
}

/** Returns the explicit randomness; undefined if there is no valid one of 14 lower-case digits. */
export function readRandomness(entry: string): string | undefined {
  const value = read(entry, RANDOMNESS_PREFIX);
  if (value === undefined || value.length !== RANDOMNESS_DIGITS) return;
  return isLowerHex(value) ? value : undefined;
}

/**
 * Returns the entry with another threshold. If the result is too long, the entry has no threshold: no
 * probability is better than a wrong one.
 *
 * @param entry the current value; undefined if there is none
 */
export function writeThreshold(entry: string | undefined, threshold: string): string {
  const rest = entry === undefined ? '' : eraseThreshold(entry);
  if (rest === '') return THRESHOLD_PREFIX + threshold;
  const written = `${THRESHOLD_PREFIX}${threshold};${rest}`;
  return written.length > MAX_LENGTH ? rest : written;
}

/** Returns the entry without a threshold; empty if it contains nothing else. */
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

/** Whether the entry contains a threshold, valid or not. */
export function mentionsThreshold(entry: string): boolean {
  return isTooLong(entry) || pairAt(entry, THRESHOLD_PREFIX, 0) >= 0;
}

/** Returns the value of a key; undefined if the key occurs twice. */
function read(entry: string, prefix: string): string | undefined {
  if (isTooLong(entry)) return undefined;
  const start = pairAt(entry, prefix, 0);
  if (start < 0) return undefined;
  const end = endOfPair(entry, start);
  return pairAt(entry, prefix, end + 1) < 0 ? entry.slice(start + prefix.length, end) : undefined;
}

/**
 * A trace state of another implementation can contain an entry that is too long for a header. Such an
 * entry is not read, and is removed together with a threshold.
 */
function isTooLong(entry: string): boolean {
  return entry.length > MAX_READ_LENGTH;
}

/** Returns the start of the first pair with the prefix, or -1. `from` is the start of a pair. */
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
