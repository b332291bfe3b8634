export type Method = (this: unknown, ...values: unknown[]) => unknown;

/**
 * Returns what a call of a method does in place of the original, or undefined for a function that the
 * stand-in hands out unchanged.
 *
 * @param original is called with the target as `this`
 */
export type MethodReplacement = (
  name: PropertyKey,
  original: Method,
) => ((values: unknown[]) => unknown) | undefined;

/**
 * A proxy that behaves as its target, except for methods that `replace` replaces. Methods run on the
 * target, so private fields work, and calls of the target on itself do not pass the stand-in. A method
 * that returns the target returns the stand-in. The target is unchanged.
 *
 * Private fields of the driver are why this is a proxy and not a derived object.
 */
export function createStandIn<T extends object>(target: T, replace: MethodReplacement): T {
  const methods = new Map<PropertyKey, { original: unknown; replacement: Method }>();
  const standIn: T = new Proxy(target, {
    get(_, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      const known = methods.get(name);
      if (known?.original === value) return known.replacement;
      if (mustStay(target, name)) return value;
      const call = replace(name, value as Method);
      if (call === undefined) return value;
      const replacement = createMethod(value as Method, call, target, () => standIn);
      methods.set(name, { original: value, replacement });
      return replacement;
    },
  });
  return standIn;
}

/** A proxy must return the very value of such a property; anything else throws in the user's code. */
function mustStay(target: object, name: PropertyKey): boolean {
  const own = Reflect.getOwnPropertyDescriptor(target, name);
  return own !== undefined && own.configurable === false && own.writable === false;
}

/** Has the name and the length of the original. */
function createMethod(
  original: Method,
  call: (values: unknown[]) => unknown,
  target: object,
  standIn: () => object,
): Method {
  const method: Method = function (...values) {
    // Called on another object, the method is that object's.
    if (this !== undefined && this !== target && this !== standIn()) {
      return Reflect.apply(original, this, values);
    }
    const result = call(values);
    return result === target ? standIn() : result;
  };
  Object.defineProperty(method, 'name', { configurable: true, value: original.name });
  Object.defineProperty(method, 'length', { configurable: true, value: original.length });
  return method;
}
