/** A sender that does not know the seed cannot choose ids that all fall into one slot. */
const SEED = Math.floor(Math.random() * 2 ** 32);

/**
 * Mixes the two 32-bit words of a span id to a number of 32 bits, for a hash table. The numbers differ from process
 * to process. The lower word is mixed with the seed twice before the other one is added: after one multiplication,
 * two ids that differ in their highest bits would collide under any seed.
 */
export function hashOfId(low: number, high: number): number {
  let mixed = Math.imul(low ^ SEED, 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  mixed = Math.imul(mixed ^ (mixed >>> 16) ^ high, 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}
