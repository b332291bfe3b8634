/** Digits of a trace id. */
export const TRACE_ID_LENGTH = 32;
/** Digits of a span id. */
export const SPAN_ID_LENGTH = 16;

const NO_DIGIT = 0x10;

/**
 * The value of each character as a lower-case hex digit. It has an entry for every character there
 * is, because then the loop that runs over every id that comes in needs no branch.
 */
const DIGIT_VALUES = new Uint8Array(0x10000).fill(NO_DIGIT);
for (let value = 0; value < 16; value++) DIGIT_VALUES[value.toString(16).charCodeAt(0)] = value;

/** True when `text` from `start` up to `end` is lower-case hex digits; false also past its end. */
export function isHex(text: string, start: number, end: number): boolean {
  return end <= text.length && combinedDigits(text, start, end) < NO_DIGIT;
}

/**
 * True when `text` from `start` up to `end` is an id as trace context has it: lower-case hex digits
 * that are not all zero.
 */
export function isId(text: string, start: number, end: number): boolean {
  if (end > text.length) return false;
  const combined = combinedDigits(text, start, end);
  return combined > 0 && combined < NO_DIGIT;
}

/** The byte that two lower-case hex digits say; -1 where they are not there. */
export function hexByte(text: string, start: number): number {
  if (start + 2 > text.length) return -1;
  const high = DIGIT_VALUES[text.charCodeAt(start)] as number;
  const low = DIGIT_VALUES[text.charCodeAt(start + 1)] as number;
  return (high | low) < NO_DIGIT ? high * 16 + low : -1;
}

/** All digit values, or-ed: says at once whether each is a digit and whether one is not zero. */
function combinedDigits(text: string, start: number, end: number): number {
  let combined = 0;
  for (let i = start; i < end; i++) combined |= DIGIT_VALUES[text.charCodeAt(i)] as number;
  return combined;
}
