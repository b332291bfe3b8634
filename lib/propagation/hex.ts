/** Number of digits of a trace id. */
export const TRACE_ID_LENGTH = 32;
/** Number of digits of a span id. */
export const SPAN_ID_LENGTH = 16;

const DIGIT = '[0-9a-f]';

/**
 * Regular expression sources for ids of trace context: lower-case hex digits, not all zero.
 *
 * Each digit is written out: V8 compares several such characters at a time. `{32}` becomes a loop that
 * takes five times as long, and a loop with `charCodeAt` takes twice as long.
 */
export const TRACE_ID = `(?!0{${TRACE_ID_LENGTH}})${digits(TRACE_ID_LENGTH)}`;
export const SPAN_ID = `(?!0{${SPAN_ID_LENGTH}})${digits(SPAN_ID_LENGTH)}`;

const ONLY_TRACE_ID = new RegExp(`^${TRACE_ID}$`);
const ONLY_SPAN_ID = new RegExp(`^${SPAN_ID}$`);
const ONLY_DIGITS = new RegExp(`^${DIGIT}*$`);

/** Whether a text is 32 lower-case hex digits that are not all zero. */
export function isTraceId(text: string): boolean {
  return ONLY_TRACE_ID.test(text);
}

/** Whether a text is 16 lower-case hex digits that are not all zero. */
export function isSpanId(text: string): boolean {
  return ONLY_SPAN_ID.test(text);
}

/** Whether a text contains only lower-case hex digits. */
export function isHex(text: string): boolean {
  return ONLY_DIGITS.test(text);
}

/** Returns the value of the lower-case hex digit at a position; unspecified for other characters. */
export function digitAt(text: string, position: number): number {
  const code = text.charCodeAt(position);
  return code <= 0x39 ? code - 0x30 : code - 0x57;
}

/** Returns the regular expression source for `count` lower-case hex digits. */
export function digits(count: number): string {
  return DIGIT.repeat(count);
}
