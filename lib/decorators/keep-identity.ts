/** What the package `reflect-metadata` adds to `Reflect`. */
interface MetadataReflection {
  getOwnMetadataKeys(target: object): unknown[];
  getOwnMetadata(key: unknown, target: object): unknown;
  defineMetadata(key: unknown, value: unknown, target: object): void;
}

/**
 * Makes `wrapper` pass for `original` with everyone who looks at a method before calling it: name,
 * number of parameters, prototype, own properties and metadata. Nest finds routes, listeners, guards
 * and the like by the metadata of a method: a wrapper without it is a route that answers 404.
 *
 * @returns the wrapper
 */
export function keepIdentity<F extends object>(wrapper: F, original: object): F {
  for (const key of Reflect.ownKeys(original)) {
    const descriptor = Reflect.getOwnPropertyDescriptor(original, key);
    // Refused for the few properties that functions of old style cannot change.
    if (descriptor !== undefined) Reflect.defineProperty(wrapper, key, descriptor);
  }
  const prototype = Object.getPrototypeOf(original);
  if (Object.getPrototypeOf(wrapper) !== prototype) Object.setPrototypeOf(wrapper, prototype);
  copyMetadata(wrapper, original);
  return wrapper;
}

/**
 * Looks for `reflect-metadata` at each call: who defines metadata has loaded it by then, in any order
 * of imports, and who does not need it, as a worker without Nest, is not made to load it.
 */
function copyMetadata(wrapper: object, original: object): void {
  const reflection = Reflect as Partial<MetadataReflection>;
  if (typeof reflection.getOwnMetadataKeys !== 'function') return;
  const { getOwnMetadataKeys, getOwnMetadata, defineMetadata } = reflection as MetadataReflection;
  for (const key of getOwnMetadataKeys(original)) {
    defineMetadata(key, getOwnMetadata(key, original), wrapper);
  }
}
