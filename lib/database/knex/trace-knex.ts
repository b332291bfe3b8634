import type { DatabaseHandler } from '../database.handler.js';
import type { DatabaseAdapterOptions } from '../database-options.js';
import { type Adapter, setUpAdapter } from '../set-up-adapter.js';
import {
  clientOfKnex,
  type KnexClientClass,
  type KnexClientShape,
  sourceOfKnex,
} from './knex-shape.js';
import { createTracedClientClass } from './traced-knex-client.js';

/** Options of {@link traceKnex}. They take precedence over what the client says about its database. */
export interface KnexTracingOptions extends DatabaseAdapterOptions {}

const KNEX: Adapter<KnexClientShape> = {
  name: 'traceKnex',
  target: 'knex',
  requirement: 'must be an instance of Knex with a dialect',
  remedy: 'Give what knex({ client, connection }) returns.',
  read: clientOfKnex,
  findSource: sourceOfKnex,
};

const tracedClasses = new WeakSet<object>();

/**
 * Traces the queries, streams and transactions of an instance of Knex in place: those of query and schema
 * builders, raw queries and migrations. It gives the instance's client a class that extends the class of
 * its dialect; the dialect itself is unchanged. Tracing an instance again changes nothing.
 *
 * The span of a query starts when the query has its connection. See `connectionWaitThresholdMillis` for the wait.
 *
 * @param knex an instance of Knex, with any dialect
 * @returns the given instance
 * @throws TracingConfigError for any other value, and for an invalid option
 * @example
 * const db = traceKnex(knex({ client: 'pg', connection: process.env.DATABASE_URL }));
 */
export function traceKnex<T extends object>(knex: T, options: KnexTracingOptions = {}): T {
  const { handler, target } = setUpAdapter(KNEX, knex, options);
  traceClient(target, handler);
  return knex;
}

/** Traces an instance of Knex that belongs to an ORM, in place. Does nothing for any other value. */
export function traceKnexClient(knex: object, handler: DatabaseHandler): void {
  const client = clientOfKnex(knex);
  if (client !== undefined) traceClient(client, handler);
}

function traceClient(client: KnexClientShape, handler: DatabaseHandler): void {
  const dialect = client.constructor as KnexClientClass;
  if (tracedClasses.has(dialect)) return;
  const traced = createTracedClientClass(dialect, handler);
  tracedClasses.add(traced);
  // Transactions and clones create their clients with the class of this one.
  Object.setPrototypeOf(client, traced.prototype);
}
