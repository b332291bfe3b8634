type Method = (this: unknown, ...args: unknown[]) => unknown;

/**
 * Returns an own or inherited field or method of an object, without running accessors.
 *
 * @returns undefined if it does not exist, is an accessor, or if the object throws when it is read
 */
export function memberOf(instance: object, key: string): unknown {
  try {
    let owner: object | null = instance;
    while (owner !== null) {
      const descriptor = Object.getOwnPropertyDescriptor(owner, key);
      if (descriptor !== undefined) return descriptor.value;
      owner = Object.getPrototypeOf(owner);
    }
  } catch {
    // A trap of a Proxy threw.
  }
  return undefined;
}

/** Whether an object has methods with these names. Does not run accessors. */
export function hasMethods(instance: object, keys: readonly string[]): boolean {
  return keys.every((key) => typeof memberOf(instance, key) === 'function');
}

/** One replacement of a member. */
interface Replacement {
  readonly value: unknown;
  /** The own property that it has replaced; undefined if there was none. */
  readonly replaced: PropertyDescriptor | undefined;
  isRestored: boolean;
}

/** By object and key: the replacements that are not undone, from the first to the last one. */
const replacementsOf = new WeakMap<object, Map<string, Replacement[]>>();

/**
 * Replaces a method or field of one object. Other objects with the same prototype keep it. Several replacements of
 * one member, such as those of several applications, can be restored in any order: the member is as before
 * when all of them are.
 *
 * @returns a function that restores it, unless other code has replaced it since
 * @throws TypeError if the object is frozen
 */
export function replaceMember(target: object, key: string, replacement: unknown): () => void {
  const own = Object.getOwnPropertyDescriptor(target, key);
  // Not enumerable, like methods of classes, so that the object looks the same in logs and comparisons.
  Object.defineProperty(target, key, {
    configurable: true,
    writable: true,
    enumerable: own?.enumerable === true,
    value: replacement,
  });
  const entry: Replacement = { value: replacement, replaced: own, isRestored: false };
  const members = replacementsOf.get(target) ?? new Map<string, Replacement[]>();
  replacementsOf.set(target, members);
  const entries = members.get(key) ?? [];
  members.set(key, entries);
  entries.push(entry);
  return () => {
    entry.isRestored = true;
    restoreLast(target, key, entries);
  };
}

/** Restores the last replacements, until one of them is still needed, or other code has replaced the member. */
function restoreLast(target: object, key: string, entries: Replacement[]): void {
  for (let last = entries.at(-1); last?.isRestored; last = entries.at(-1)) {
    if (Object.getOwnPropertyDescriptor(target, key)?.value !== last.value) return;
    if (last.replaced === undefined) delete (target as Record<string, unknown>)[key];
    else Object.defineProperty(target, key, last.replaced);
    entries.pop();
  }
}

/**
 * Replaces a method of one object by a function that calls the original, with the same `this`.
 *
 * @returns a function that restores the method, unless other code has replaced it since
 * @throws TypeError if the object is frozen
 */
export function wrapMethod(
  target: object,
  key: string,
  call: (original: Method, self: unknown, args: unknown[]) => unknown,
): () => void {
  const original = memberOf(target, key) as Method;
  return replaceMember(target, key, function (this: unknown, ...args: unknown[]) {
    return call(original, this, args);
  });
}
