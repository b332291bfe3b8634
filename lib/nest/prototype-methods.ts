/** A method of a class. */
export interface PrototypeMethod {
  /** The prototype that declares the method. */
  readonly owner: object;
  readonly key: string;
  /** The function that decorators attach metadata to. */
  readonly function: Method;
}

/** Any method, with any arguments. */
export type Method = (this: unknown, ...args: unknown[]) => unknown;

/**
 * Returns the methods of a prototype, including inherited ones and without overridden ones, as Nest finds
 * them. Methods with symbols as keys are not included. It does not run accessors.
 */
export function methodsOfPrototype(start: object | null): PrototypeMethod[] {
  const methods: PrototypeMethod[] = [];
  const seen = new Set<string>();
  let owner = start;
  while (owner !== null && owner !== Object.prototype) {
    for (const key of Object.getOwnPropertyNames(owner)) {
      if (seen.has(key) || key === 'constructor') continue;
      seen.add(key);
      const method = ownValue(owner, key);
      if (typeof method === 'function') methods.push({ owner, key, function: method as Method });
    }
    owner = Object.getPrototypeOf(owner);
  }
  return methods;
}

/** Returns the value of an own property, without running accessors. */
export function ownValue(owner: object, key: string): unknown {
  return Object.getOwnPropertyDescriptor(owner, key)?.value;
}
