import { checkOption } from '../../option-checks.js';
import { type AdapterOptions, createAdapterHandler } from '../adapter-options.js';
import { clientOfKnex, type KnexClientClass } from './knex-shape.js';
import { sourceOfKnex } from './source-of-knex.js';
import { createTracedClientClass } from './traced-knex-client.js';

/** Options of {@link traceKnex}: what is not found in the client, or is to be told otherwise. */
export interface KnexTracingOptions extends AdapterOptions {}

const tracedClasses = new WeakSet<object>();

/**
 * Gives the queries, streams and transactions of an instance of Knex spans: those of query and schema
 * builders, raw queries and migrations. It gives the instance's client a class of its own, derived from
 * its dialect's; the dialect itself is not touched. Doing it again changes nothing.
 *
 * A span covers what the connection does; where none is to be had, a span `connect` says so.
 *
 * @param knex an instance of Knex, with any dialect
 * @returns the same
 * @throws TracingConfigError for what is no instance of Knex, and for options that cannot be used
 * @example
 * const db = traceKnex(knex({ client: 'pg', connection: process.env.DATABASE_URL }));
 */
export function traceKnex<T extends object>(knex: T, options: KnexTracingOptions = {}): T {
  const client = clientOfKnex(knex);
  checkOption(
    client !== undefined,
    'traceKnex.knex',
    'must be an instance of Knex with a dialect',
    knex,
    'Give what knex({ client, connection }) returns.',
  );
  const { handler, source } = createAdapterHandler('traceKnex', sourceOfKnex(client), options);
  const dialect = client.constructor as KnexClientClass;
  if (tracedClasses.has(dialect)) return knex;
  const traced = createTracedClientClass(dialect, handler, source);
  tracedClasses.add(traced);
  // Transactions and clones make their clients of the class of this one.
  Object.setPrototypeOf(client, traced.prototype);
  return knex;
}
