import { contextStorage } from '../../context/index.js';
import { contextToEnter } from '../../http/server/index.js';
import { hasMethods, wrapMethod } from '../../operation/index.js';

/** The hooks of a request that receive the request and the reply. */
const HOOKS_OF_REQUESTS: ReadonlySet<unknown> = new Set([
  'onRequest',
  'preParsing',
  'preValidation',
  'preHandler',
  'preSerialization',
  'onSend',
  'onResponse',
  'onError',
  'onTimeout',
]);

type Hook = (this: unknown, ...values: unknown[]) => unknown;

/**
 * Wraps the hooks that are added to a Fastify instance from now on, also those of plugins, whose instances inherit
 * `addHook`. They then run in the context of their request, also if a hook before them has lost it, such as that of a
 * session store that calls back from a connection pool.
 *
 * @returns a function that restores `addHook`
 */
export function wrapFastifyHooks(fastify: object): () => void {
  // Adapters of other frameworks can have the type of Fastify.
  if (!hasMethods(fastify, ['addHook'])) return () => {};
  return wrapMethod(fastify, 'addHook', (original, self, args) => {
    const [name, hook] = args;
    const isOfRequest = HOOKS_OF_REQUESTS.has(name) && typeof hook === 'function';
    return Reflect.apply(original, self, isOfRequest ? [name, enteringAgain(hook as Hook)] : args);
  });
}

function enteringAgain(hook: Hook): Hook {
  const wrapper: Hook = function (...values) {
    const { raw } = (values[1] ?? {}) as { readonly raw?: object };
    const context = contextToEnter(raw);
    return context === undefined
      ? Reflect.apply(hook, this, values)
      : contextStorage.call(context, hook as never, this, values);
  };
  // Fastify refuses async functions with a parameter for a callback: it reads the constructor and the length.
  Object.setPrototypeOf(wrapper, Object.getPrototypeOf(hook) as object);
  Object.defineProperty(wrapper, 'length', { configurable: true, value: hook.length });
  return Object.defineProperty(wrapper, 'name', { configurable: true, value: hook.name });
}
