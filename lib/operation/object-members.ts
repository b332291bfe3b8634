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

/**
 * Replaces a method or field of one object. Other objects with the same prototype keep it.
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
  return () => {
    if (Object.getOwnPropertyDescriptor(target, key)?.value !== replacement) return;
    if (own === undefined) delete (target as Record<string, unknown>)[key];
    else Object.defineProperty(target, key, own);
  };
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
