import type { EventEmitter } from 'node:events';

type Listener = (...args: unknown[]) => void;

const ADDING = [
  'on',
  'addListener',
  'once',
  'prependListener',
  'prependOnceListener',
] as const satisfies (keyof EventEmitter)[];
const REMOVING = ['off', 'removeListener'] as const satisfies (keyof EventEmitter)[];

/**
 * Applies `bind` to every listener that is added to `emitter` after the call. Listeners can be removed by
 * the original function. A further call binds once more, on top of the first binding.
 */
export function bindEmitter<E extends EventEmitter>(
  emitter: E,
  bind: (listener: Listener) => Listener,
): E {
  const boundListeners = new WeakMap<Listener, Listener>();
  const boundOf = (listener: Listener): Listener => {
    // `once` calls `on` with a wrapper of the bound listener. The emitter rejects a value that is not a function.
    if (typeof listener !== 'function' || isWrapperOfBound(listener)) return listener;
    let bound = boundListeners.get(listener);
    if (bound === undefined) {
      bound = bind(listener);
      // Node's `removeListener` also compares this property.
      Object.defineProperty(bound, 'listener', { value: listener });
      boundByUs.add(bound);
      boundListeners.set(listener, bound);
    }
    return bound;
  };
  for (const method of ADDING) {
    const original = emitter[method] as (event: string, listener: Listener) => E;
    define(
      emitter,
      method,
      (event: string, listener: Listener): E => original.call(emitter, event, boundOf(listener)),
    );
  }
  for (const method of REMOVING) {
    const original = emitter[method] as (event: string, listener: Listener) => E;
    define(
      emitter,
      method,
      (event: string, listener: Listener): E =>
        original.call(emitter, event, boundListeners.get(listener) ?? listener),
    );
  }
  return emitter;
}

/** Shared by all bindings, because an emitter can be bound more than once. */
const boundByUs = new WeakSet<object>();

function isWrapperOfBound(listener: Listener & { listener?: unknown }): boolean {
  return typeof listener.listener === 'function' && boundByUs.has(listener.listener);
}

function define(emitter: EventEmitter, method: string, value: unknown): void {
  Object.defineProperty(emitter, method, { configurable: true, writable: true, value });
}
