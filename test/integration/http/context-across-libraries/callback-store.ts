import { AsyncResource } from 'node:async_hooks';
import type { CallbackPool } from '../application/callback-pool.js';
import { steps } from './steps.js';

// biome-ignore lint/suspicious/noExplicitAny: The libraries have types of their own for sessions.
type Callback = (error?: any, session?: any) => void;

/** The methods of a session store. They call back from a pool, outside of all requests. */
export class CallbackStoreMethods {
  readonly #sessions = new Map<string, string>();

  constructor(private readonly pool: CallbackPool) {}

  get(id: string, callback: Callback): void {
    const text = this.#sessions.get(id);
    const session = text === undefined ? null : JSON.parse(text);
    steps.take('store.get', userOf(session));
    this.pool.run(() => callback(null, session));
  }

  set(id: string, session: object, callback: Callback = () => {}): void {
    steps.take('store.set', userOf(session));
    this.#sessions.set(id, JSON.stringify(session));
    this.pool.run(() => callback(null));
  }

  /** Passport goes on in this callback, within one middleware: it must keep the context by itself. */
  destroy(id: string, callback: Callback = () => {}): void {
    this.#sessions.delete(id);
    this.pool.run(AsyncResource.bind(() => callback(null)));
  }
}

/** Passport keeps an object in the session, `@fastify/passport` the id of the user itself. */
function userOf(session: { readonly passport?: unknown } | null): string {
  const { passport } = session ?? {};
  return String((passport as { user?: unknown } | undefined)?.user ?? passport);
}
