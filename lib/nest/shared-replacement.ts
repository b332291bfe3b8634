import type { Method, PrototypeMethod } from './prototype-methods.js';
import { replaceKeepingIdentity } from './provider-methods.js';

/** By the function that replaces a method: how many applications use it. */
const replacements = new WeakMap<object, { userCount: number; readonly restore: () => void }>();

/**
 * Replaces a method of a prototype. All applications of the process share the prototype, and so the replacement: a
 * method that this function has already replaced is not replaced again. The replacement makes no spans.
 *
 * @param method as it is now, which can be the replacement
 * @param create returns a function that calls the given one
 * @returns a function that restores the method when no application uses the replacement
 * @throws TypeError if the prototype is frozen
 */
export function replaceShared(
  { owner, key, function: current }: PrototypeMethod,
  create: (original: Method) => Method,
): () => void {
  let used = replacements.get(current);
  if (used === undefined) {
    const replacement = create(current);
    const method = { target: owner, key, function: current };
    used = { userCount: 0, restore: replaceKeepingIdentity(method, replacement, false) };
    replacements.set(replacement, used);
  }
  const counted = used;
  counted.userCount++;
  return () => {
    counted.userCount--;
    if (counted.userCount === 0) counted.restore();
  };
}
