const LIMIT = 2 ** 63;

/**
 * Whether a number goes as an integer of the protocol: a whole number that fits into 64 bits. Doubles
 * of that size are whole numbers exactly, though not every whole number is such a double.
 */
export function isInt64(value: number): boolean {
  return Number.isInteger(value) && value >= -LIMIT && value < LIMIT;
}
