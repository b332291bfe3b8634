/** Longer lists are rare, and copying them takes longer. */
const MAX_COPIED = 16;

/**
 * Adds a value to a list that is usually short. A `push` makes room for 17 values at once, which for the lists of a
 * small trace is more than everything else that its objects take.
 *
 * @returns the list to use instead: a new one while it is short
 */
export function appended<T>(list: T[], value: T): T[] {
  if (list.length < MAX_COPIED) return list.concat([value]);
  list.push(value);
  return list;
}
