import { RANDOMNESS_DIGITS } from './threshold.js';

/**
 * The member of a trace state that belongs to OpenTelemetry: `key:value` pairs joined by `;`, of
 * which sampling reads and writes `th` and reads `rv`; it passes on all others.
 * Spec: OpenTelemetry, `trace/tracestate-handling.md`.
 */
export const OT_KEY = 'ot';

/** Longest value that a trace state member may have. */
const MAX_LENGTH = 256;
const THRESHOLD_PREFIX = 'th:';
const RANDOMNESS_PREFIX = 'rv:';

/** The rejection threshold; undefined where there is none or it is not 1 to 14 lower-case digits. */
export function readThreshold(entry: string): string | undefined {
  const value = read(entry, THRESHOLD_PREFIX);
  if (value === undefined || value.length === 0 || value.length > RANDOMNESS_DIGITS) return;
  return isLowerHex(value) ? value : undefined;
}

/** The explicit randomness; undefined where there is none or it is not 14 lower-case digits. */
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
  return read(entry, THRESHOLD_PREFIX) !== undefined;
}

function read(entry: string, prefix: string): string | undefined {
  for (let start = 0; start < entry.length; ) {
    const end = endOfPair(entry, start);
    if (entry.startsWith(prefix, start)) return entry.slice(start + prefix.length, end);
    start = end + 1;
  }
  return undefined;
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
