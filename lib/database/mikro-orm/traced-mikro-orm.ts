import { type LocalTracer, maskMessage, registeredMessageOf } from '../../context/index.js';
import { hasMethods, wrapMethod } from '../../operation/index.js';
import type { DatabaseHandler } from '../database.handler.js';
import type { DatabaseAdapterOptions } from '../database-options.js';
import { definedMembersOf } from '../database-source.js';
import { traceKnexClient } from '../knex/trace-knex.js';
import { tracedDialect } from '../kysely/traced-kysely-dialect.js';
import { type Adapter, setUpAdapter } from '../set-up-adapter.js';
import { TransactionSpan } from '../transaction-span.js';
import {
  connectionsOf,
  isMikroOrm,
  type MikroConnectionShape,
  type MikroOrmShape,
  sourceOfMikroOrm,
} from './mikro-orm-shape.js';

/** Options of {@link traceMikroOrm}. They take precedence over the options of the instance. */
export interface MikroOrmTracingOptions extends DatabaseAdapterOptions {}

const MIKRO_ORM: Adapter<MikroOrmShape> = {
  name: 'traceMikroOrm',
  target: 'orm',
  requirement:
    'must be an instance of MikroORM on a database that speaks SQL, not connected in version 7',
  remedy: 'Give what MikroORM.init(options) returns, before its first query.',
  read: (value) => (isMikroOrm(value) && canStillTrace(value) ? value : undefined),
  findSource: sourceOfMikroOrm,
};

const instances = new WeakMap<object, TracedMikroOrm>();
/** By instance, also one that is not traced any more: its pools keep their tracing. */
const tracers = new WeakMap<object, CurrentTracer>();

/** The tracer of the application that traces an instance now. */
interface CurrentTracer {
  tracer: LocalTracer | undefined;
}

/**
 * Traces one instance of MikroORM (6 and 7): everything that it sends through its instance of Knex or
 * Kysely; each transaction is a span around its queries and its callback. MikroORM itself is unchanged.
 */
export class TracedMikroOrm {
  readonly #orm: MikroOrmShape;
  readonly #undo: (() => void)[] = [];

  private constructor(orm: MikroOrmShape, primary: DatabaseHandler, given: MikroOrmTracingOptions) {
    this.#orm = orm;
    for (const [index, connection] of connectionsOf(orm).entries()) {
      const source = { ...sourceOfMikroOrm(orm, connection), ...definedMembersOf(given) };
      this.#attachTo(connection, index === 0 ? primary : primary.withSource(source));
    }
    this.#undo.push(wrapMethod(orm.driver, 'convertException', keepMask));
  }

  /**
   * Traces an instance. If it is traced already, returns its tracing, whatever the options.
   *
   * @throws TracingConfigError for any other value, for an instance of MikroORM 7 that is connected, and
   *   for an invalid option
   */
  static attach(orm: object, options: MikroOrmTracingOptions = {}): TracedMikroOrm {
    const current: CurrentTracer = { tracer: options.tracer };
    // Read for each span, because a pool outlives the application that traced it first.
    const tracer = { get: () => (tracers.get(orm) ?? current).tracer };
    const live = Object.defineProperty({ ...options }, 'tracer', tracer);
    const { handler, target } = setUpAdapter(MIKRO_ORM, orm, live);
    const known = instances.get(orm);
    if (known !== undefined) return known;
    tracers.set(orm, current);
    const traced = new TracedMikroOrm(target, handler, options);
    instances.set(orm, traced);
    return traced;
  }

  /** Stops the tracing. Pools that exist trace for the application that runs, and for the next one. */
  detach(): void {
    tracers.set(this.#orm, { tracer: undefined });
    for (const undo of this.#undo.splice(0)) undo();
    instances.delete(this.#orm);
  }

  #attachTo(connection: MikroConnectionShape, handler: DatabaseHandler): void {
    if (hasMethods(connection, ['getKnex'])) {
      this.#undo.push(
        wrapMethod(connection, 'getKnex', (original, self, values) => {
          const knex = Reflect.apply(original, self, values) as object;
          traceKnexClient(knex, handler);
          return knex;
        }),
      );
    } else {
      this.#undo.push(
        wrapMethod(connection, 'createKyselyDialect', (original, self, values) => {
          const dialect = Reflect.apply(original, self, values) as object;
          return dialect instanceof Promise
            ? dialect.then((one: object) => tracedDialect(one, handler))
            : tracedDialect(dialect, handler);
        }),
      );
    }
    this.#undo.push(
      wrapMethod(connection, 'transactional', (original, self, values) =>
        this.#runTransaction(handler, () => Reflect.apply(original, self, values), values[1]),
      ),
    );
  }

  /** A nested transaction is a savepoint and has no span. */
  #runTransaction(handler: DatabaseHandler, run: () => unknown, options: unknown): unknown {
    const { ctx } = (options ?? {}) as { ctx?: unknown };
    const transaction = ctx ? undefined : TransactionSpan.beginAbove(handler);
    if (transaction === undefined) return run();
    const result = transaction.run(run) as Promise<unknown>;
    return result.finally(() => transaction.end());
  }
}

/**
 * Traces the queries and transactions of an instance of MikroORM in place. `TracingModule` does so for each
 * instance among the providers of its application; call this for any other. Tracing it again changes
 * nothing.
 *
 * @param orm an instance of MikroORM 6 or 7, with any driver for SQL; of version 7 before its first query
 * @returns the given instance
 * @throws TracingConfigError for any other value, for an instance of MikroORM 7 that is connected, and for
 *   an invalid option
 * @example
 * const orm = traceMikroOrm(await MikroORM.init(options));
 */
export function traceMikroOrm<T extends object>(orm: T, options: MikroOrmTracingOptions = {}): T {
  TracedMikroOrm.attach(orm, options);
  return orm;
}

/** The instance of Kysely of MikroORM 7 gets its dialect when it connects. */
function canStillTrace(orm: MikroOrmShape): boolean {
  if (tracers.has(orm)) return true;
  return connectionsOf(orm).every(
    (connection) => hasMethods(connection, ['getKnex']) || connection.connected !== true,
  );
}

/** MikroORM copies the message of the driver's error into an error of its own, without a reference to it. */
function keepMask(
  original: (...values: unknown[]) => unknown,
  self: unknown,
  values: unknown[],
): unknown {
  const converted = Reflect.apply(original, self, values);
  const [error] = values;
  if (isObject(error) && isObject(converted)) {
    const masked = registeredMessageOf(error);
    if (masked !== undefined) maskMessage(converted, masked);
  }
  return converted;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
