import type { LocalTracer } from '../context/index.js';
import { DatabaseHandler } from './database.handler.js';
import type { DatabaseSource, DatabaseTracingOptions } from './database-options.js';
import { DatabaseSettings } from './database-settings.js';

/** What adapters take beside the database: what its spans show, and whose they are. */
export interface AdapterOptions extends Partial<DatabaseSource>, DatabaseTracingOptions {
  /** @default the tracer of the running operation, else of the application that runs */
  readonly tracer?: LocalTracer;
}

/**
 * The handler that an adapter feeds, and the database that it tells of.
 *
 * @param owner what the options are called in messages
 * @param found what the adapter knows of the database; what the options say counts more
 * @throws TracingConfigError for options that cannot be used
 */
export function createAdapterHandler(
  owner: string,
  found: DatabaseSource,
  options: AdapterOptions,
): { readonly handler: DatabaseHandler; readonly source: DatabaseSource } {
  const { tracer, system, namespace, serverAddress, serverPort, ...shown } = options;
  const given = Object.entries({ system, namespace, serverAddress, serverPort });
  const source: DatabaseSource = {
    ...found,
    ...Object.fromEntries(given.filter(([, value]) => value !== undefined)),
  };
  const hasOptions = Object.values(shown).some((value) => value !== undefined);
  const settings = hasOptions ? new DatabaseSettings(shown, owner) : undefined;
  return { handler: new DatabaseHandler(source, { tracer, settings }), source };
}
