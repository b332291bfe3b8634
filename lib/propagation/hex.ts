/** Digits of a trace id. */
export const TRACE_ID_LENGTH = 32;
/** Digits of a span id. */
export const SPAN_ID_LENGTH = 16;

const DIGIT = '[0-9a-f]';

/**
 * The sources of expressions for ids as trace context has them: lower-case hex digits, not all zero.
 *
 * Written out digit by digit. V8 reads such a row several characters at a time, while `{32}` becomes
 * a loop that takes five times as long, and `charCodeAt` in a loop of ours twice as long.
 */
export const TRACE_ID = `(?!0{${TRACE_ID_LENGTH}})${digits(TRACE_ID_LENGTH)}`;
export const SPAN_ID = `(?!0{${SPAN_ID_LENGTH}})${digits(SPAN_ID_LENGTH)}`;

const ONLY_TRACE_ID = new RegExp(`^${TRACE_ID}$`);
const ONLY_SPAN_ID = new RegExp(`^${SPAN_ID}$`);
const ONLY_DIGITS = new RegExp(`^${DIGIT}*$`);

/** True for 32 lower-case hex digits that are not all zero. */
export function isTraceId(text: string): boolean {
  return ONLY_TRACE_ID.test(text);
}

/** True for 16 lower-case hex digits that are not all zero. */
export function isSpanId(text: string): boolean {
  return ONLY_SPAN_ID.test(text);
}

/** True where there is nothing but lower-case hex digits. */
export function isHex(text: string): boolean {
  return ONLY_DIGITS.test(text);
}

/** The value of the lower-case hex digit at a place; anything where there is none. */
export function digitAt(text: string, position: number): number {
  const code = text.charCodeAt(position);
  return code <= 0x39 ? code - 0x30 : code - 0x57;
}

/** The source of an expression for so many lower-case hex digits. */
export function digits(count: number): string {
  return DIGIT.repeat(count);
}
