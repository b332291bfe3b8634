/** The used functions that the package `reflect-metadata` adds to `Reflect`. */
interface MetadataReflection {
  getOwnMetadataKeys(target: object): unknown[];
  getOwnMetadata(key: unknown, target: object): unknown;
  defineMetadata(key: unknown, value: unknown, target: object): void;
}

/**
 * Gives `wrapper` the name, the number of parameters, the prototype, the own properties and the metadata of
 * `original`. Nest finds routes, listeners and guards by the metadata of a method: without it, the route of a
 * wrapped method would respond with 404.
 *
 * @returns the wrapper
 */
export function keepIdentity<F extends object>(wrapper: F, original: object): F {
  for (const key of Reflect.ownKeys(original)) {
    const descriptor = Reflect.getOwnPropertyDescriptor(original, key);
    // Returns false for the few properties that cannot be changed on functions in sloppy mode.
    if (descriptor !== undefined) Reflect.defineProperty(wrapper, key, descriptor);
  }
  const prototype = Object.getPrototypeOf(original);
  if (Object.getPrototypeOf(wrapper) !== prototype) Object.setPrototypeOf(wrapper, prototype);
  copyMetadata(wrapper, original);
  return wrapper;
}

/**
 * Looks up `reflect-metadata` at each call: code that defines metadata has loaded it before, in any order of
 * imports. Code that does not need it, such as a worker without Nest, does not have to load it.
 */
function copyMetadata(wrapper: object, original: object): void {
  const reflection = Reflect as Partial<MetadataReflection>;
  if (typeof reflection.getOwnMetadataKeys !== 'function') return;
  const { getOwnMetadataKeys, getOwnMetadata, defineMetadata } = reflection as MetadataReflection;
  for (const key of getOwnMetadataKeys(original)) {
    defineMetadata(key, getOwnMetadata(key, original), wrapper);
  }
}
