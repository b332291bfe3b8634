import { checkCount, checkMethods, checkOption, checkString } from '../option-checks.js';
import { DatabaseHandler } from './database.handler.js';
import type { DatabaseAdapterOptions } from './database-options.js';
import { type DatabaseSource, definedMembersOf } from './database-source.js';

/** An adapter, as far as its set-up is concerned. `T` is what the adapter needs of its target. */
export interface Adapter<T> {
  /** The function that the user calls; it precedes the names of options in error messages. */
  readonly name: string;
  /** The name of that function's first parameter. */
  readonly target: string;
  /** What the first parameter must be, for the error message: `must be an instance of Knex`. */
  readonly requirement: string;
  /** What to do if it is something else, a whole sentence. */
  readonly remedy: string;
  /** The part of the given value that the adapter uses; undefined for a value that it cannot trace. */
  read(value: unknown): T | undefined;
  /** What the target says about its database. Must not throw. @default nothing */
  findSource?(target: T): Partial<DatabaseSource>;
}

/**
 * Checks the target and the options of an adapter and creates its handler. Each adapter calls it once
 * for each target, before it changes anything.
 *
 * @param value the first argument of the user's call
 * @param options take precedence over what the target says about its database
 * @throws TracingConfigError for a value that the adapter cannot trace, for an invalid option, and if
 *   neither the options nor the target name the database system
 */
export function setUpAdapter<T>(
  adapter: Adapter<T>,
  value: unknown,
  options: DatabaseAdapterOptions = {},
): { readonly handler: DatabaseHandler; readonly target: T } {
  const { name } = adapter;
  const target = tryRead(adapter, value);
  checkOption(
    target !== undefined,
    `${name}.${adapter.target}`,
    adapter.requirement,
    describeTarget(value),
    adapter.remedy,
  );
  if (options.tracer !== undefined) {
    const remedy = 'Leave it out to use the tracer of the running application.';
    checkMethods(`${name}.tracer`, options.tracer, ['startSpan'], remedy);
  }
  const source = { ...adapter.findSource?.(target), ...definedMembersOf(options) };
  checkSource(name, source);
  return { handler: new DatabaseHandler(source, options, name), target };
}

function tryRead<T>(adapter: Adapter<T>, value: unknown): T | undefined {
  try {
    return adapter.read(value);
  } catch {
    // A proxy or a getter throws when the value is examined.
    return undefined;
  }
}

/** Only the kind of value: a client, its configuration or its URL may contain a password. */
function describeTarget(value: unknown): unknown {
  if (typeof value === 'string') return 'a string';
  if (typeof value !== 'object' || value === null) return value;
  try {
    return `an object of the class ${value.constructor?.name || '(anonymous)'}`;
  } catch {
    return 'an object';
  }
}

function checkSource(
  owner: string,
  source: Partial<DatabaseSource>,
): asserts source is DatabaseSource {
  const { system, namespace, serverAddress, serverPort } = source;
  checkString(
    `${owner}.system`,
    system,
    "Use 'postgresql', 'mysql', 'mariadb', 'sqlite', or 'other_sql' for any other that speaks SQL.",
  );
  const remedy = 'Leave it out if you do not know it.';
  for (const [option, value] of Object.entries({ namespace, serverAddress })) {
    if (value !== undefined) checkString(`${owner}.${option}`, value, remedy);
  }
  checkCount(`${owner}.serverPort`, serverPort, undefined, 1, 65_535, remedy);
}
