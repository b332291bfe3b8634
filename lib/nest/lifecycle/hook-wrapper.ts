import { memberOf, replaceMember } from '../../operation/index.js';

/** The used members of Nest's `InstanceWrapper`: the entry of a class in the container of an application. */
export interface Wrapper {
  readonly metatype: unknown;
  /** True for values and for what factories return, which can exist longer than a request. */
  readonly isNotMetatype?: boolean;
}

/** The instance of a class for one context. */
interface InstanceHost {
  readonly instance?: unknown;
  /** False while Nest creates the instance. */
  readonly isResolved?: boolean;
}

type GetInstance = (
  this: unknown,
  contextId: { readonly id?: unknown },
  ...others: unknown[]
) => InstanceHost;

/** The id of the context of instances that live as long as the application. */
const STATIC_CONTEXT_ID = 1;

/**
 * Calls `visit` once with each instance before Nest uses it: Nest asks the wrapper for the instance whenever it
 * registers a handler, and for each request if the instance belongs to a request.
 *
 * @param visit must not throw; `isStatic` is false for instances of one request. If it returns false, it is
 *   called again when Nest asks for the instance again
 * @returns a function that removes the hook; undefined for an unknown version of Nest
 */
export function hookWrapper(
  wrapper: Wrapper,
  visit: (instance: object, isStatic: boolean) => boolean,
): (() => void) | undefined {
  const original = memberOf(wrapper, 'getInstanceByContextId') as GetInstance | undefined;
  if (typeof original !== 'function') return undefined;
  const visited = new WeakSet<object>();
  const getInstance: GetInstance = function (contextId, ...others) {
    const host = original.call(this, contextId, ...others);
    const instance = host?.instance;
    if (typeof instance !== 'object' || instance === null || host.isResolved !== true) return host;
    if (visited.has(instance)) return host;
    const isStatic = contextId?.id === STATIC_CONTEXT_ID;
    // Restoring a method of a shared object would need a list of all objects of all requests.
    if (!isStatic && wrapper.isNotMetatype === true) return host;
    if (visit(instance, isStatic)) visited.add(instance);
    return host;
  };
  return replaceMember(wrapper, 'getInstanceByContextId', getInstance);
}
