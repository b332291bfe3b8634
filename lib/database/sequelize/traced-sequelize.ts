import { memberOf, wrapMethod } from '../../operation/index.js';
import type { DatabaseHandler } from '../database.handler.js';
import type { DatabaseAdapterOptions } from '../database-options.js';
import { type Adapter, setUpAdapter } from '../set-up-adapter.js';
import { joinTransaction, TransactionSpan } from '../transaction-span.js';
import { SequelizeQueries } from './sequelize-queries.js';
import {
  isSequelize,
  type SequelizeQueryOptions,
  type SequelizeQueryShape,
  type SequelizeShape,
  sourceOfSequelize,
} from './sequelize-shape.js';

/** Options of {@link traceSequelize}. They take precedence over the options of the instance. */
export interface SequelizeTracingOptions extends DatabaseAdapterOptions {}

const SEQUELIZE: Adapter<SequelizeShape> = {
  name: 'traceSequelize',
  target: 'sequelize',
  requirement: 'must be an instance of Sequelize',
  remedy: 'Give what new Sequelize(options) returns.',
  read: (value) => (isSequelize(value) ? value : undefined),
  findSource: sourceOfSequelize,
};

const HOOK = 'beforeQuery';
const LISTENER = 'nestjs-traced';

const instances = new WeakMap<object, TracedSequelize>();

/**
 * Traces one instance of Sequelize (6 and 7): the queries of models, raw queries and migrations through
 * Sequelize's hook `beforeQuery`; each transaction is a span around its queries. Sequelize itself is
 * unchanged.
 */
export class TracedSequelize {
  readonly #sequelize: SequelizeShape;
  readonly #undo: (() => void)[] = [];

  private constructor(sequelize: SequelizeShape, handler: DatabaseHandler) {
    this.#sequelize = sequelize;
    const queries = new SequelizeQueries(handler, sequelize);
    this.#undo.push(
      addListener(sequelize, (options, query) => queries.watch(options, query)),
      traceCallbacksOf(sequelize),
      traceWaits(sequelize, handler),
    );
  }

  /**
   * Traces an instance. If it is traced already, returns its tracing, whatever the options.
   *
   * @throws TracingConfigError for any other value, and for an invalid option
   */
  static attach(sequelize: object, options: SequelizeTracingOptions = {}): TracedSequelize {
    const { handler, target } = setUpAdapter(SEQUELIZE, sequelize, options);
    const known = instances.get(target);
    if (known !== undefined) return known;
    const traced = new TracedSequelize(target, handler);
    instances.set(target, traced);
    return traced;
  }

  /** Stops the tracing. Queries that are under way still end their spans. */
  detach(): void {
    for (const undo of this.#undo.splice(0)) undo();
    instances.delete(this.#sequelize);
  }
}

/**
 * Traces the queries and transactions of an instance of Sequelize in place. `TracingModule` does so for
 * each instance among the providers of its application; call this for any other. Tracing it again changes
 * nothing.
 *
 * The span of a query starts when the query has its connection. A wait for a connection that fails, or takes at least
 * `connectionWaitThresholdMillis`, has a span `connect`.
 *
 * @param sequelize an instance of Sequelize 6 or 7, with any dialect
 * @returns the given instance
 * @throws TracingConfigError for any other value, and for an invalid option
 * @example
 * const sequelize = traceSequelize(new Sequelize(process.env.DATABASE_URL));
 */
export function traceSequelize<T extends object>(
  sequelize: T,
  options: SequelizeTracingOptions = {},
): T {
  TracedSequelize.attach(sequelize, options);
  return sequelize;
}

type QueryListener = (options: SequelizeQueryOptions, query: SequelizeQueryShape) => void;

/** Sequelize 7 warns of its method `addHook`. @returns a function that removes the listener */
function addListener(sequelize: SequelizeShape, listener: QueryListener): () => void {
  const { hooks } = sequelize;
  if (typeof hooks?.addListener === 'function') return hooks.addListener(HOOK, listener, LISTENER);
  sequelize.addHook(HOOK, LISTENER, listener);
  return () => sequelize.removeHook(HOOK, LISTENER);
}

/** Makes the callback of `transaction` run inside the transaction's span. */
function traceCallbacksOf(sequelize: SequelizeShape): () => void {
  return wrapMethod(sequelize, 'transaction', (original, self, values) => {
    const passed = values.map((value) => {
      if (typeof value !== 'function') return value;
      return (transaction: unknown): unknown =>
        joinTransaction(transactionOf(transaction), () => value(transaction));
    });
    return Reflect.apply(original, self, passed);
  });
}

function transactionOf(transaction: unknown): TransactionSpan | undefined {
  return typeof transaction === 'object' && transaction !== null
    ? TransactionSpan.of(transaction)
    : undefined;
}

/** Sequelize 7 hands out connections by its pool, Sequelize 6 by its connection manager. */
function traceWaits(sequelize: SequelizeShape, handler: DatabaseHandler): () => void {
  // Sequelize 7 has an accessor for the connection manager that throws.
  const pool = memberOf(sequelize, 'pool') as object | undefined;
  const target = pool ?? (memberOf(sequelize, 'connectionManager') as object | undefined);
  const name = pool === undefined ? 'getConnection' : 'acquire';
  if (target === undefined || typeof memberOf(target, name) !== 'function') return () => {};
  return wrapMethod(target, name, async (original, self, values) => {
    const wait = handler.beginWait(undefined, writingPoolOf(target));
    try {
      const connection: unknown = await wait.run(() => Reflect.apply(original, self, values));
      wait.succeed(typeof connection === 'object' && connection !== null ? connection : undefined);
      return connection;
    } catch (error) {
      wait.fail(error);
      throw error;
    }
  });
}

/** The pool of the primary server, of Sequelize 6 and 7. */
function writingPoolOf(target: object): object | true {
  const { pool = target } = target as { pool?: { write?: unknown } };
  const { write } = pool as { write?: unknown };
  return typeof write === 'object' && write !== null ? write : true;
}
