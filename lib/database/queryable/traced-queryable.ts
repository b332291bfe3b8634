import type { LocalTracer } from '../../context/index.js';
import { contextStorage } from '../../context/index.js';
import { checkOption, checkString } from '../../option-checks.js';
import { DatabaseHandler } from '../database.handler.js';
import type { DatabaseSource, DatabaseTracingOptions } from '../database-options.js';
import { DatabaseSettings } from '../database-settings.js';
import { type QueryCall, readQueryArguments } from './query-arguments.js';
import { readQueryTemplate } from './query-template.js';
import { traceStatement } from './trace-statement.js';
import { isEmitter, watchCallback, watchEvents, watchResult } from './watch-query.js';

/** Options of {@link tracedQueryable}: which database it is, and what its spans show. */
export interface QueryableOptions extends DatabaseSource, DatabaseTracingOptions {
  /** @default the tracer of the running operation, else of the application that runs */
  readonly tracer?: LocalTracer;
}

/**
 * A client or a pool of connections whose queries have spans: anything with `query(text, parameters)`
 * such as those of `pg`, `mysql2` and PGlite, and with `prepare(text)` such as better-sqlite3's.
 *
 * What it returns behaves as `client` and is to be used in its place; `client` itself stays as it is and
 * its queries have no spans. Clients that `connect` and `getConnection` hand out are traced as well,
 * and those that `transaction` passes to a function. A span covers what the method covers: of a pool's
 * `query` also the wait for a connection.
 *
 * @param client anything with at least one of the methods `query`, `execute`, `exec` and `prepare`
 * @throws TracingConfigError for a client without such a method, and for options that cannot be used
 * @example
 * const pool = tracedQueryable(new Pool(), { system: 'postgresql', namespace: 'shop' });
 */
export function tracedQueryable<T extends object>(client: T, options: QueryableOptions): T {
  checkOption(
    isQueryable(client),
    'tracedQueryable.client',
    'must have a method query, execute, exec or prepare',
    client,
    'Give a client or a pool of pg, mysql2, PGlite, better-sqlite3 or the like.',
  );
  checkString(
    'tracedQueryable.system',
    options?.system,
    "Use 'postgresql', 'mysql', 'mariadb', 'sqlite', or 'other_sql' for any other.",
  );
  const settings = DatabaseSettings.of(options, 'tracedQueryable');
  return wrapClient(client, new DatabaseHandler(options, { tracer: options.tracer, settings }));
}

type Method = (this: unknown, ...values: unknown[]) => unknown;

function isQueryable(client: unknown): client is object {
  if (typeof client !== 'object' || client === null) return false;
  return ['query', 'execute', 'exec', 'prepare'].some(
    (name) => typeof (client as Record<string, unknown>)[name] === 'function',
  );
}

/**
 * A stand-in for the client. Its methods run on the client itself: so private fields work, and what the
 * client calls on itself has no second span.
 */
function wrapClient<T extends object>(client: T, handler: DatabaseHandler): T {
  const methods = new Map<PropertyKey, { original: unknown; wrapped: Method }>();
  const standIn: T = new Proxy(client, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key, target);
      if (typeof value !== 'function') return value;
      const kind = kindOf(key, value as Method);
      // Classes and functions that somebody put on it belong to nobody.
      if (kind === undefined && (Object.hasOwn(target, key) || key === 'constructor')) return value;
      const known = methods.get(key);
      if (known?.original === value) return known.wrapped;
      const wrapped = wrapMethod(value as Method, kind, handler, client, () => standIn);
      methods.set(key, { original: value, wrapped });
      return wrapped;
    },
  });
  return standIn;
}

type MethodKind =
  | 'query'
  | 'execute'
  | 'template'
  | 'connect'
  | 'promise'
  | 'prepare'
  | 'transaction';

const KINDS = new Map<PropertyKey, MethodKind>([
  ['query', 'query'],
  ['execute', 'execute'],
  ['exec', 'query'],
  ['connect', 'connect'],
  ['getConnection', 'connect'],
  ['promise', 'promise'],
  ['sql', 'template'],
  ['prepare', 'prepare'],
  ['transaction', 'transaction'],
]);

/** A function with functions of its own is more than the method of its name. */
function kindOf(key: PropertyKey, value: Method): MethodKind | undefined {
  const kind = KINDS.get(key);
  return kind === 'template' && Object.keys(value).length > 0 ? undefined : kind;
}

function wrapMethod(
  original: Method,
  kind: MethodKind | undefined,
  handler: DatabaseHandler,
  client: object,
  standIn: () => object,
): Method {
  const traced = (value: unknown): unknown =>
    isQueryable(value) && value !== client ? wrapClient(value, handler) : value;
  const run = (values: unknown[]): unknown => {
    switch (kind) {
      case 'query':
      case 'execute':
        return runQuery(original, client, values, handler, kind === 'execute');
      case 'template':
        return readQueryTemplate(values) === undefined
          ? Reflect.apply(original, client, values)
          : runQuery(original, client, values, handler, false);
      case 'connect':
        return handOut(Reflect.apply(original, client, values.map(tracedCallback)), traced);
      // `mysql2` with callbacks: the same client with promises.
      case 'promise':
        return traced(Reflect.apply(original, client, values));
      case 'transaction':
        return Reflect.apply(original, client, values.map(tracedScope));
      case 'prepare':
        return traceStatement(Reflect.apply(original, client, values), values[0], handler);
      default:
        return Reflect.apply(original, client, values);
    }
  };
  /** `connect((error, client) => …)`, in the context of whoever waits for the client. */
  const tracedCallback = (value: unknown): unknown =>
    typeof value !== 'function'
      ? value
      : contextStorage.bind(
          contextStorage.active(),
          (error: unknown, connection: unknown, ...rest: unknown[]): unknown =>
            value(error, traced(connection), ...rest),
        );
  /** `transaction(async (client) => …)`; a function that is given no client is called as it is. */
  const tracedScope = (value: unknown): unknown =>
    typeof value !== 'function'
      ? value
      : function (this: unknown, first: unknown, ...rest: unknown[]): unknown {
          return Reflect.apply(value, this, [traced(first), ...rest]);
        };
  const wrapped: Method = function (...values) {
    // Called on another object, it is that object's.
    if (this !== undefined && this !== client && this !== standIn()) {
      return Reflect.apply(original, this, values);
    }
    const result = run(values);
    return result === client ? standIn() : result;
  };
  Object.defineProperty(wrapped, 'name', { configurable: true, value: original.name });
  Object.defineProperty(wrapped, 'length', { configurable: true, value: original.length });
  return wrapped;
}

function handOut(result: unknown, traced: (value: unknown) => unknown): unknown {
  return result instanceof Promise ? result.then(traced) : result;
}

/** @param values is the caller's own array, and is changed */
function runQuery(
  original: Method,
  client: object,
  values: unknown[],
  handler: DatabaseHandler,
  isPrepared: boolean,
): unknown {
  const call = tryRead(values);
  const operation = call && handler.begin(call.query);
  if (call === undefined || operation === undefined) return Reflect.apply(original, client, values);
  const { callbackIndex, submittable } = call;
  // Objects are left as they are: they may have a name, and belong to the user.
  if (typeof values[0] === 'string') values[0] = operation.textToSend(values[0], isPrepared);
  if (callbackIndex >= 0) {
    values[callbackIndex] = watchCallback(operation, values[callbackIndex] as never);
  } else if (submittable !== undefined) {
    // Of `pg`: it tells errors to its callback alone, where it has one.
    const own = submittable as { callback?: unknown };
    if (typeof own.callback === 'function') {
      own.callback = watchCallback(operation, own.callback as never);
    } else if (isEmitter(submittable)) watchEvents(operation, submittable);
  }
  let result: unknown;
  try {
    result = Reflect.apply(original, client, values);
  } catch (error) {
    operation.fail(error);
    throw error;
  }
  if (callbackIndex >= 0) return result;
  if (submittable === undefined) return watchResult(operation, result);
  // A submittable that says nothing about itself.
  if (!isEmitter(submittable) && !hasCallback(submittable)) operation.finish();
  return result;
}

/** Undefined for arguments that refuse to be looked at; the driver has its own words for them. */
function tryRead(values: readonly unknown[]): QueryCall | undefined {
  try {
    return readQueryArguments(values);
  } catch {
    return undefined;
  }
}

function hasCallback(submittable: object): boolean {
  return typeof (submittable as { callback?: unknown }).callback === 'function';
}
