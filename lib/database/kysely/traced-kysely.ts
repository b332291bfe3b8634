import { checkMethods } from '../../option-checks.js';
import { createStandIn, type Method } from '../stand-in.js';
import { joinTransaction, TransactionSpan } from '../transaction-span.js';

type Callback = (db: unknown, ...rest: unknown[]) => unknown;

const standIns = new WeakSet<object>();

/**
 * Returns an instance of Kysely whose callbacks of `transaction().execute(callback)` run inside the span of their
 * transaction, so that spans of the callback stand between the queries. Without it they stand beside the
 * transaction, because a dialect never sees the callback.
 *
 * Use the returned instance in place of `db`; `db` itself is unchanged. Instances that it returns, such as that of
 * `withSchema`, and the instance that `connection().execute` passes to its callback, behave the same. A controlled
 * transaction has no callback.
 *
 * @param db an instance of Kysely with a dialect of {@link tracedKyselyDialect}; with any other dialect nothing
 *   changes
 * @throws TracingConfigError for any other value
 * @example
 * const db = tracedKysely(new Kysely<Tables>({ dialect: tracedKyselyDialect(dialect, options) }));
 */
export function tracedKysely<T extends object>(db: T): T {
  checkMethods(
    'tracedKysely.db',
    db,
    INSTANCE_METHODS,
    'Give the instance of new Kysely({ dialect }).',
  );
  return traced(db, INSTANCE);
}

const INSTANCE_METHODS = ['transaction', 'getExecutor', 'withPlugin'];

/** How the objects of one kind are traced: by their methods. */
interface Kind {
  /** What a method returns in place of `result`. */
  resultOf(name: PropertyKey, result: unknown): unknown;
  /** What a method gets in place of its arguments. */
  valuesOf(name: PropertyKey, values: unknown[]): unknown[];
}

const INSTANCE: Kind = {
  resultOf: (name, result) => {
    if (name === 'transaction') return traced(result, TRANSACTION);
    if (name === 'connection') return traced(result, CONNECTION);
    return tracedInstance(result);
  },
  valuesOf: (_, values) => values,
};

/** Its other methods return a builder with changed settings. */
const TRANSACTION: Kind = {
  resultOf: (name, result) => (name === 'execute' ? result : traced(result, TRANSACTION)),
  valuesOf: (name, values) => (name === 'execute' ? values.map(insideTransaction) : values),
};

const CONNECTION: Kind = {
  resultOf: (_, result) => result,
  valuesOf: (name, values) => (name === 'execute' ? values.map(withTracedInstance) : values),
};

function traced<T>(target: T, kind: Kind): T {
  if (typeof target !== 'object' || target === null || standIns.has(target)) return target;
  const standIn = createStandIn(target, (name, original: Method) => {
    // A class is called by `new` only.
    if (name === 'constructor') return undefined;
    return (values) =>
      kind.resultOf(name, Reflect.apply(original, target, kind.valuesOf(name, values)));
  });
  standIns.add(standIn);
  return standIn;
}

function tracedInstance(value: unknown): unknown {
  return isInstance(value) ? traced(value, INSTANCE) : value;
}

function isInstance(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  const members = value as Record<string, unknown>;
  return INSTANCE_METHODS.every((name) => typeof members[name] === 'function');
}

function withTracedInstance(value: unknown): unknown {
  if (typeof value !== 'function') return value;
  return (db: unknown, ...rest: unknown[]): unknown =>
    (value as Callback)(tracedInstance(db), ...rest);
}

function insideTransaction(value: unknown): unknown {
  if (typeof value !== 'function') return value;
  const callback = value as Callback;
  return async (trx: unknown, ...rest: unknown[]): Promise<unknown> => {
    const transaction = await transactionOf(trx);
    return joinTransaction(transaction, () => callback(trx, ...rest));
  };
}

/** Kysely's way to the connection of a transaction. */
interface TransactionShape {
  getExecutor(): {
    provideConnection<T>(consumer: (connection: object) => Promise<T>): Promise<T>;
  };
}

async function transactionOf(trx: unknown): Promise<TransactionSpan | undefined> {
  try {
    const executor = (trx as TransactionShape).getExecutor();
    return await executor.provideConnection(async (connection) => TransactionSpan.of(connection));
  } catch {
    return undefined;
  }
}
