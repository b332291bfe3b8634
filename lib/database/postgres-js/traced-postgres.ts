import { contextStorage, TracingContext } from '../../context/index.js';
import type { DatabaseHandler } from '../database.handler.js';
import type { DatabaseAdapterOptions } from '../database-options.js';
import { type Adapter, setUpAdapter } from '../set-up-adapter.js';
import type { Method } from '../stand-in.js';
import { sendQuery } from '../watch-query.js';
import {
  isPostgres,
  isPostgresQuery,
  type PostgresShape,
  sourceOfPostgres,
} from './postgres-shape.js';
import { runTransaction, type ScopeTracing } from './postgres-transaction.js';
import { watchPostgresQuery } from './watch-postgres-query.js';

/** Options of {@link tracedPostgres}. They take precedence over what the instance says about its database. */
export interface PostgresTracingOptions extends DatabaseAdapterOptions {}

const POSTGRES_JS: Adapter<PostgresShape> = {
  name: 'tracedPostgres',
  target: 'sql',
  requirement: 'must be an instance of postgres.js',
  remedy: 'Give what postgres(url) returns. For a pool or client of pg use tracedQueryable.',
  read: (value) => (isPostgres(value) ? value : undefined),
  findSource: sourceOfPostgres,
};

/**
 * Returns an instance of postgres.js whose queries and transactions have spans: tagged templates, `unsafe`,
 * `file`, cursors, `forEach`, `notify`, `listen`, and the instances that `begin`, `savepoint` and `reserve`
 * hand out. Use it in place of `sql`; `sql` itself is unchanged and its queries have no spans.
 *
 * The span of a query starts when a connection takes the query, in the context of the code that awaits it.
 * A wait for a connection that fails, or takes at least `connectionWaitThresholdMillis`, has a span `connect`. A query
 * that is not awaited is not sent and has no span. Functions that get rows run in the context of their query. Functions that get notifications run in
 * no trace.
 *
 * @param sql what `postgres(url)` returns
 * @throws TracingConfigError for any other value, and for an invalid option
 * @example
 * const sql = tracedPostgres(postgres(process.env.DATABASE_URL));
 * const orders = await sql`SELECT * FROM orders WHERE id = ${id}`;
 */
export function tracedPostgres<T extends (...values: never[]) => unknown>(
  sql: T,
  options: PostgresTracingOptions = {},
): T {
  const { handler, target } = setUpAdapter(POSTGRES_JS, sql, options);
  return new PostgresTracing(handler).traced(target) as unknown as T;
}

/** Stand-ins of all instances: tracing one again would give its queries two spans. */
const standIns = new WeakSet<object>();

/** Traces an instance and the instances that it hands out. */
class PostgresTracing {
  readonly #handler: DatabaseHandler;

  constructor(handler: DatabaseHandler) {
    this.#handler = handler;
  }

  /** @param scope of the transaction or savepoint whose queries the instance sends */
  traced(sql: PostgresShape, scope?: ScopeTracing): PostgresShape {
    if (standIns.has(sql)) return sql;
    const methods = new Map<PropertyKey, { original: unknown; replacement: Method }>();
    const standIn = new Proxy(sql, {
      apply: (_, self, values) => this.#watched(Reflect.apply(sql, self, values), scope),
      get: (_, name) => {
        const value: unknown = Reflect.get(sql, name, sql);
        if (typeof value !== 'function') return value;
        const known = methods.get(name);
        if (known?.original === value) return known.replacement;
        const replacement = this.#replacementOf(name, value as Method, scope);
        if (replacement === undefined) return value;
        methods.set(name, { original: value, replacement });
        return replacement;
      },
    });
    standIns.add(standIn);
    return standIn;
  }

  #watched(value: unknown, scope: ScopeTracing | undefined): unknown {
    if (isPostgresQuery(value)) {
      watchPostgresQuery(value, this.#handler, (error) => scope?.noteFailure(error));
    }
    return value;
  }

  #replacementOf(
    name: PropertyKey,
    original: Method,
    scope: ScopeTracing | undefined,
  ): Method | undefined {
    const handler = this.#handler;
    const trace = (sql: unknown, inner?: ScopeTracing): unknown =>
      isPostgres(sql) ? this.traced(sql, inner) : sql;
    switch (name) {
      case 'unsafe':
      case 'file':
        return (...values) => this.#watched(original(...values), scope);
      case 'begin':
        return (...values) => runTransaction(handler, original, values, trace);
      case 'savepoint':
        return (...values) =>
          scope === undefined ? original(...values) : scope.runSavepoint(original, values, trace);
      case 'prepare':
        return (...values) => {
          scope?.noteName(values[0]);
          return original(...values);
        };
      case 'reserve':
        return (...values) => reserve(handler, original, values, trace);
      case 'notify':
        return (...values) => {
          const text = 'select pg_notify($1, $2)';
          const operation = handler.begin({ text, parameters: values });
          if (operation === undefined) return original(...values);
          return sendQuery(operation, () => original(...values), noRows);
        };
      case 'listen':
        return (...values) => listen(handler, original, values);
      // `subscribe(event, onChange, onSubscribed, onError)`
      case 'subscribe':
        return (...values) => original(...values.map(outsideOfTraces));
      default:
        return undefined;
    }
  }
}

/** `reserve()`, which waits for a connection of its own. */
async function reserve(
  handler: DatabaseHandler,
  original: Method,
  values: unknown[],
  trace: (sql: unknown) => unknown,
): Promise<unknown> {
  const wait = handler.beginWait();
  try {
    const reserved: unknown = await wait.run(() => original(...values));
    wait.succeed();
    return trace(reserved);
  } catch (error) {
    wait.fail(error);
    throw error;
  }
}

/**
 * `listen(channel, onNotification, onListening)`. Only the first call for a channel sends a query, and only
 * the last `unlisten`.
 */
function listen(handler: DatabaseHandler, original: Method, values: unknown[]): unknown {
  const [channel, onNotification, ...rest] = values;
  const call = (): Promise<Listening> =>
    original(channel, outsideOfTraces(onNotification), ...rest) as Promise<Listening>;
  const listenerCount = (): number => {
    const { channels } = original as { channels?: Record<string, { listeners?: unknown[] }> };
    return channels?.[String(channel)]?.listeners?.length ?? 0;
  };
  const send = <T>(word: string, work: () => Promise<T>): Promise<T> => {
    const operation = handler.begin({ text: `${word} ${quotedName(channel)}` });
    return operation === undefined ? work() : sendQuery(operation, work, noRows);
  };
  const listening = listenerCount() === 0 ? send('listen', call) : call();
  return listening.then((result) => ({
    ...result,
    unlisten: () =>
      listenerCount() === 1 ? send('unlisten', () => result.unlisten()) : result.unlisten(),
  }));
}

interface Listening {
  unlisten(): Promise<unknown>;
}

function quotedName(name: unknown): string {
  return `"${String(name).replaceAll('"', '""')}"`;
}

function noRows(): undefined {
  return undefined;
}

/** Notifications come from other clients, at any time: they belong to no trace of this process. */
function outsideOfTraces(value: unknown): unknown {
  return typeof value === 'function'
    ? contextStorage.bind(TracingContext.ROOT, value as Method)
    : value;
}
