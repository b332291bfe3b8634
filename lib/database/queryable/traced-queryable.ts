import { types } from 'node:util';
import { contextStorage } from '../../context/index.js';
import type { DatabaseHandler } from '../database.handler.js';
import type { DatabaseAdapterOptions } from '../database-options.js';
import type { DatabaseSource } from '../database-source.js';
import { type Adapter, setUpAdapter } from '../set-up-adapter.js';
import { createStandIn, type Method } from '../stand-in.js';
import { NotificationListeners } from './notification-listeners.js';
import { PoolWaits } from './pool-waits.js';
import { prepareStatement } from './prepare-statement.js';
import { readProcedureArguments, readQueryArguments } from './query-arguments.js';
import { readQueryTemplate } from './query-template.js';
import { runQuery } from './run-query.js';
import { tracedTagStore } from './traced-statement.js';
import { tracedTransactionFunction } from './traced-transaction-function.js';

/** Options of {@link tracedQueryable}. `system` is required: a client does not name its database system. */
export interface QueryableOptions extends DatabaseAdapterOptions {
  /** A value of `db.system.name`, such as `postgresql`; see {@link DatabaseSource.system}. */
  readonly system: DatabaseSource['system'];
}

const QUERYABLE: Adapter<object> = {
  name: 'tracedQueryable',
  target: 'client',
  requirement: 'must have a method query, execute, exec, prepare or getConnection',
  remedy: 'Give a client or a pool of pg, mysql2, PGlite, better-sqlite3 or a similar driver.',
  read: (value) => (isQueryable(value) ? value : undefined),
};

/**
 * Returns a client or a pool whose queries have spans, for any driver with `query(text, parameters)`,
 * such as `pg`, `mysql2`, PGlite and mssql, or with `prepare(text)`, such as better-sqlite3 and `node:sqlite`.
 *
 * Use the returned client in place of `client`. `client` itself works as before and its queries have no
 * spans. Clients from `connect` and `getConnection`, pools from `of` of a cluster, statements from `prepare`,
 * and the client that `transaction` passes to its callback are traced too. A span covers the whole call: for
 * `query` of a pool also the wait for a connection, which has a span `connect` if it was long; see the option
 * `connectionWaitThresholdMillis`.
 *
 * @param client an object with at least one of the methods `query`, `execute`, `exec`, `prepare` and
 *   `getConnection`
 * @throws TracingConfigError for a client without such a method, and for an invalid option
 * @example
 * const pool = tracedQueryable(new Pool(), { system: 'postgresql', namespace: 'shop' });
 */
export function tracedQueryable<T extends object>(client: T, options: QueryableOptions): T {
  const { handler } = setUpAdapter(QUERYABLE, client, options);
  return new QueryableTracing(handler).traced(client);
}

function isQueryable(client: unknown): client is object {
  if (typeof client !== 'object' || client === null) return false;
  return ['query', 'execute', 'exec', 'prepare', 'getConnection'].some(
    (name) => typeof (client as Record<string, unknown>)[name] === 'function',
  );
}

type MethodKind =
  | 'query'
  | 'execute'
  | 'batch'
  | 'template'
  | 'connect'
  | 'client'
  | 'prepare'
  | 'tags'
  | 'transaction';

const KINDS = new Map<PropertyKey, MethodKind>([
  ['query', 'query'],
  ['execute', 'execute'],
  ['exec', 'query'],
  ['batch', 'batch'],
  // A pool of mssql.
  ['request', 'client'],
  ['connect', 'connect'],
  ['getConnection', 'connect'],
  // A client of `mysql2` with callbacks returns its client with promises.
  ['promise', 'client'],
  // A cluster of `mysql2` returns the pool of some of its servers.
  ['of', 'client'],
  ['sql', 'template'],
  ['prepare', 'prepare'],
  ['createTagStore', 'tags'],
  ['transaction', 'transaction'],
]);

/** A function `sql` with members is more than the template function. */
function kindOf(name: PropertyKey, method: Method): MethodKind | undefined {
  const kind = KINDS.get(name);
  return kind === 'template' && Object.keys(method).length > 0 ? undefined : kind;
}

/** Stand-ins of all clients: tracing one again would give its queries two spans. */
const standIns = new WeakSet<object>();

/** Traces a client and the clients that it hands out. */
class QueryableTracing {
  readonly #handler: DatabaseHandler;
  /** By client, because a pool hands out the same client again and again. */
  readonly #standIns = new WeakMap<object, object>();

  constructor(handler: DatabaseHandler) {
    this.#handler = handler;
  }

  /** Returns the stand-in of a client; any other value, and a stand-in, unchanged. */
  traced<T>(client: T): T {
    if (!isQueryable(client) || standIns.has(client)) return client;
    const known = this.#standIns.get(client);
    if (known !== undefined) return known as T;
    const notifications = new NotificationListeners(client);
    const standIn = createStandIn(client, (name, original) => {
      const kind = kindOf(name, original);
      if (kind !== undefined) return this.#replacementOf(kind, original, client);
      // A class, or a function that somebody assigned to the client, expects its own `this`.
      if (name === 'constructor' || Object.hasOwn(client, name)) return undefined;
      const call = (values: unknown[]): unknown => Reflect.apply(original, client, values);
      return notifications.replacementOf(name, call) ?? call;
    });
    standIns.add(standIn);
    this.#standIns.set(client, standIn);
    return standIn;
  }

  #replacementOf(
    kind: MethodKind,
    original: Method,
    client: object,
  ): (values: unknown[]) => unknown {
    const handler = this.#handler;
    const pool = PoolWaits.of(client);
    const call = (values: unknown[]): unknown => Reflect.apply(original, client, values);
    switch (kind) {
      case 'query':
        return (values) =>
          runQuery(handler, readQueryArguments, original, client, values, true, false, pool);
      case 'execute':
        return (values) =>
          isProcedure(values[0], handler)
            ? runQuery(
                handler,
                readProcedureArguments,
                original,
                client,
                values,
                false,
                false,
                pool,
              )
            : runQuery(handler, readQueryArguments, original, client, values, true, true, pool);
      // Of mssql. The `batch` of other drivers takes a list.
      case 'batch':
        return (values) =>
          typeof values[0] === 'string' || readQueryTemplate(values) !== undefined
            ? runQuery(handler, readQueryArguments, original, client, values, true, false, pool)
            : call(values);
      case 'template':
        return (values) =>
          readQueryTemplate(values) === undefined
            ? call(values)
            : runQuery(handler, readQueryArguments, original, client, values, false, false);
      case 'connect':
        return (values) => this.#connect(call, values, client, pool?.pool ?? false);
      case 'client':
        return (values) => this.traced(call(values));
      case 'prepare':
        return (values) => prepareStatement(handler, call, values);
      case 'tags':
        return (values) => tracedTagStore(call(values), handler);
      case 'transaction':
        return (values) => {
          const result = call(values.map((value) => this.#tracedScope(value)));
          if (typeof result === 'function') {
            return tracedTransactionFunction(result as Method, client, handler);
          }
          return isTransactionOfMssql(result) ? this.#tracedRequestsOf(result) : result;
        };
    }
  }

  /** Calls a method that waits for a connection: of a pool for one of its clients, of a client for itself. */
  #connect(
    call: (values: unknown[]) => unknown,
    values: unknown[],
    client: object,
    pool: object | false,
  ): unknown {
    const wait = this.#handler.beginWait(undefined, pool);
    const succeed = (handedOut: unknown): unknown => {
      wait.succeed(isQueryable(handedOut) ? handedOut : client);
      return this.traced(handedOut);
    };
    const index = values.length - 1;
    const callback = values[index];
    if (typeof callback === 'function') {
      values[index] = contextStorage.bind(
        contextStorage.active(),
        (error: unknown, handedOut: unknown, ...rest: unknown[]): unknown => {
          if (error) wait.fail(error);
          return callback(error, error ? handedOut : succeed(handedOut), ...rest);
        },
      );
    }
    const result = wait.run(() => call(values));
    if (!types.isPromise(result)) return this.traced(result);
    return result.then(succeed, (error: unknown) => {
      wait.fail(error);
      throw error;
    });
  }

  /** A transaction of mssql, whose requests are traced. */
  #tracedRequestsOf(transaction: object): object {
    return createStandIn(transaction, (name, original) => {
      const call = (values: unknown[]): unknown => Reflect.apply(original, transaction, values);
      if (name === 'request') return (values) => this.traced(call(values));
      return name === 'constructor' ? undefined : call;
    });
  }

  /** `transaction(async (client) => …)`. A callback whose first argument is not a client gets it unchanged. */
  #tracedScope(value: unknown): unknown {
    if (typeof value !== 'function') return value;
    const traced = (client: unknown): unknown => this.traced(client);
    return function (this: unknown, first: unknown, ...rest: unknown[]): unknown {
      return Reflect.apply(value, this, [traced(first), ...rest]);
    };
  }
}

/** `execute` of mssql takes the name of a procedure. */
function isProcedure(value: unknown, { source }: DatabaseHandler): boolean {
  if (source.system !== 'microsoft.sql_server' || typeof value !== 'string') return false;
  return /^[\w.[\]"#@$]+$/.test(value);
}

function isTransactionOfMssql(value: unknown): value is object {
  if (typeof value !== 'object' || value === null || types.isPromise(value)) return false;
  const members = value as Record<string, unknown>;
  return ['begin', 'commit', 'request'].every((name) => typeof members[name] === 'function');
}
