import type { LocalTracer } from '../../context/index.js';
import { memberOf } from '../../operation/index.js';
import type { Method } from '../prototype-methods.js';
import { replacementOf } from './shared-member.js';

/**
 * Puts an object with traced methods between an instance and its prototype. For gateways and resolvers: Nest
 * reads their methods from the prototype of the instance, which belongs to all instances of the class.
 *
 * @param tracer the tracer of the application; another application of the same instance has its own layer
 * @param trace returns the function that replaces the method with a key
 * @returns a function that removes the layer
 * @throws TypeError if the instance is frozen
 */
export function insertHandlerLayer(
  instance: object,
  keys: readonly string[],
  tracer: LocalTracer,
  trace: (key: string, original: Method, users: readonly LocalTracer[]) => Method,
): () => void {
  const prototype = Object.getPrototypeOf(instance) as object;
  const users = [tracer];
  const layer = Object.create(prototype) as object;
  for (const key of keys) {
    const method = memberOf(prototype, key);
    if (typeof method !== 'function') continue;
    const value = replacementOf(method as Method, users, (original) => trace(key, original, users));
    Object.defineProperty(layer, key, { configurable: true, writable: true, value });
  }
  // Nest reads the metadata of the class from here, if it does not know the prototype.
  const metatype = memberOf(prototype, 'constructor');
  Object.defineProperty(layer, 'constructor', {
    configurable: true,
    writable: true,
    value: metatype,
  });
  Object.setPrototypeOf(instance, layer);
  return () => {
    users.length = 0;
    removeLayer(instance, layer);
  };
}

/** Other code can have inserted a layer before this one. */
function removeLayer(instance: object, layer: object): void {
  let owner: object | null = instance;
  while (owner !== null) {
    const prototype = Object.getPrototypeOf(owner) as object | null;
    if (prototype === layer) {
      Object.setPrototypeOf(owner, Object.getPrototypeOf(layer));
      return;
    }
    owner = prototype;
  }
}
