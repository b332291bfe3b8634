import 'reflect-metadata';

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
  for (const key of Reflect.getOwnMetadataKeys(original)) {
    Reflect.defineMetadata(key, Reflect.getOwnMetadata(key, original), wrapper);
  }
  return wrapper;
}
