/** Hexadecimal digits of the 56 bits that randomness and thresholds have. */
export const RANDOMNESS_DIGITS = 14;

/** Digits that a threshold keeps after its leading `f`s. Spec: the default of OpenTelemetry's SDKs. */
const PRECISION_DIGITS = 4;
const HALF = 2 ** 28;
const HALF_DIGITS = 7;

/**
 * Returns the rejection threshold of a sampling probability in the form of `th`: of 2^56 equally likely
 * traces, those with a smaller random number are rejected.
 *
 * The threshold is rounded to four significant digits, so the actual probability differs from the given
 * one by less than 0.02 % down to 10^-13. The minimum probability is 2^-56.
 * Spec: OpenTelemetry, `trace/tracestate-probability-sampling.md#algorithms`.
 *
 * @param ratio more than 0, at most 1
 * @returns 1 to 14 lower-case hex digits without trailing zeros; `0` keeps everything
 */
export function thresholdOf(ratio: number): string {
  const digits = digitsFor(ratio);
  // Computed from the kept share, which is exact for small ratios; `1 - ratio` is not.
  const keptUnits = Math.max(1, Math.ceil(ratio * 16 ** digits - 0.5));
  const kept = keptUnits * 16 ** (RANDOMNESS_DIGITS - digits);
  const keptHigh = Math.floor(kept / HALF);
  const keptLow = kept - keptHigh * HALF;
  const high = keptLow === 0 ? HALF - keptHigh : HALF - keptHigh - 1;
  const low = keptLow === 0 ? 0 : HALF - keptLow;
  return withoutTrailingZeros(hexDigits(high) + hexDigits(low));
}

/**
 * Whether a trace passes the threshold. Digits are compared as text: the first one nearly always decides,
 * and missing digits are trailing zeros.
 *
 * @param threshold a result of {@link thresholdOf}
 * @param randomness a trace id, of which the right-most 14 digits count, or a 14-digit `rv`
 */
export function passes(threshold: string, randomness: string): boolean {
  let position = randomness.length - RANDOMNESS_DIGITS;
  for (let i = 0; i < threshold.length; i++, position++) {
    const difference = randomness.charCodeAt(position) - threshold.charCodeAt(i);
    if (difference !== 0) return difference > 0;
  }
  return true;
}

/**
 * Returns the number of traces that a sampled trace represents.
 *
 * @param threshold 1 to 14 hex digits
 */
export function adjustedCountOf(threshold: string): number {
  const digits = threshold.padEnd(RANDOMNESS_DIGITS, '0');
  const high = HALF - Number.parseInt(digits.slice(0, HALF_DIGITS), 16);
  const low = Number.parseInt(digits.slice(HALF_DIGITS), 16);
  return (HALF * HALF) / (high * HALF - low);
}

/** The threshold of a ratio near zero starts with `f`s, which do not count as significant digits. */
function digitsFor(ratio: number): number {
  let leading = 0;
  for (let rest = ratio * 16; rest < 1; rest *= 16) leading++;
  return Math.min(RANDOMNESS_DIGITS, PRECISION_DIGITS + leading);
}

function hexDigits(half: number): string {
  return half.toString(16).padStart(HALF_DIGITS, '0');
}

function withoutTrailingZeros(digits: string): string {
  let end = digits.length;
  while (end > 1 && digits.charCodeAt(end - 1) === 0x30) end--;
  return digits.slice(0, end);
}
