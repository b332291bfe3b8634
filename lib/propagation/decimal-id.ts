const HALF = 2 ** 32;
const HALF_DIGITS = 8;
const MAX_DECIMAL_DIGITS = 20;
/** Decimal digits are computed five at a time, so that the remainder is exact. */
const CHUNK = 100_000;
const CHUNK_DIGITS = 5;

/**
 * Converts a 64-bit id from decimal digits to 16 hex digits. Computes two halves, because a number has 53
 * bits and BigInt takes several times as long.
 *
 * @returns undefined if the text is not a decimal number below 2^64
 */
export function hexFromDecimal(text: string): string | undefined {
  if (text.length === 0 || text.length > MAX_DECIMAL_DIGITS) return undefined;
  let high = 0;
  let low = 0;
  for (let i = 0; i < text.length; i++) {
    const digit = text.charCodeAt(i) - 0x30;
    if (digit < 0 || digit > 9) return undefined;
    const grown = low * 10 + digit;
    const carry = Math.floor(grown / HALF);
    low = grown - carry * HALF;
    high = high * 10 + carry;
  }
  return high < HALF ? hexDigits(high) + hexDigits(low) : undefined;
}

/**
 * Converts a 64-bit id to decimal digits.
 *
 * @param hex 16 hex digits
 */
export function decimalFromHex(hex: string): string {
  let high = Number.parseInt(hex.slice(0, HALF_DIGITS), 16);
  let low = Number.parseInt(hex.slice(HALF_DIGITS), 16);
  let decimal = '';
  while (high > 0 || low >= CHUNK) {
    const rest = (high % CHUNK) * HALF + low;
    high = Math.floor(high / CHUNK);
    low = Math.floor(rest / CHUNK);
    decimal = String(rest % CHUNK).padStart(CHUNK_DIGITS, '0') + decimal;
  }
  return low === 0 && decimal !== '' ? decimal : low + decimal;
}

function hexDigits(half: number): string {
  return half.toString(16).padStart(HALF_DIGITS, '0');
}
