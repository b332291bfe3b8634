import type { ConnectionWait } from '../connection-wait.js';
import type { Method } from '../stand-in.js';

type Done = (error: unknown, ...values: unknown[]) => unknown;

const pools = new WeakMap<object, PoolWaits>();

/**
 * The waits of one pool's queries for their connections. A pool of `pg` or `mysql2` asks itself for a connection,
 * with a callback, while its `query` runs; this hides that method of the pool object behind one that watches the
 * callback. Without a wait it only calls the original.
 */
export class PoolWaits {
  #next: ConnectionWait | undefined;

  private constructor(
    /** The pool of the driver. */
    readonly pool: object,
    name: string,
    original: Method,
  ) {
    const take = (): ConnectionWait | undefined => {
      const wait = this.#next;
      this.#next = undefined;
      return wait;
    };
    const method: Method = function (this: unknown, ...values) {
      const wait = take();
      const index = values.length - 1;
      const done = values[index];
      if (wait !== undefined && typeof done === 'function') {
        values[index] = watched(wait, done as Done);
      }
      return Reflect.apply(original, this, values);
    };
    for (const [key, value] of Object.entries({ name: original.name, length: original.length })) {
      Object.defineProperty(method, key, { configurable: true, value });
    }
    Reflect.defineProperty(pool, name, { configurable: true, writable: true, value: method });
  }

  /**
   * Finds the pool in a client: the client itself, or the pool that a client with promises calls.
   *
   * @returns undefined for a client that is no pool of a known shape
   */
  static of(client: object): PoolWaits | undefined {
    const { pool, poolNamespace } = client as { pool?: unknown; poolNamespace?: unknown };
    for (const candidate of [pool, poolNamespace, client]) {
      if (typeof candidate !== 'object' || candidate === null) continue;
      const known = pools.get(candidate);
      if (known !== undefined) return known;
      const name = connectingMethodOf(candidate);
      if (name === undefined) continue;
      const original = (candidate as Record<string, unknown>)[name] as Method;
      const waits = new PoolWaits(candidate, name, original);
      pools.set(candidate, waits);
      return waits;
    }
    return undefined;
  }

  /** Runs `send`, which asks the pool for a connection at once, before it returns. */
  watch<T>(wait: ConnectionWait, send: () => T): T {
    this.#next = wait;
    try {
      return send();
    } finally {
      this.#next = undefined;
    }
  }
}

/** The method that hands out connections, of a pool whose `query` calls it. */
function connectingMethodOf(candidate: object): string | undefined {
  const { query, getConnection, connect, waitingCount } = candidate as Record<string, unknown>;
  if (typeof query !== 'function') return undefined;
  if (typeof getConnection === 'function') return 'getConnection';
  // Clients of `pg` have this method too, and no queue.
  return typeof connect === 'function' && typeof waitingCount === 'number' ? 'connect' : undefined;
}

function watched(wait: ConnectionWait, done: Done): Done {
  return function (this: unknown, error, ...values) {
    if (error) wait.fail(error);
    else wait.succeed();
    return Reflect.apply(done, this, [error, ...values]);
  };
}
