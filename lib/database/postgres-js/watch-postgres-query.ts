import { contextStorage, type TracingContext } from '../../context/index.js';
import type { ConnectionWait } from '../connection-wait.js';
import type { DatabaseHandler } from '../database.handler.js';
import type { DatabaseOperation } from '../database-operation.js';
import { isEmitter, watchEvents } from '../watch-query.js';
import type { PostgresQueryShape } from './postgres-shape.js';

type Callback = (...values: unknown[]) => unknown;

/**
 * Gives a query of postgres.js a span once it is sent. A query that is never sent, such as a fragment of
 * another query, gets none. The query stays the same object, because postgres.js recognises fragments by
 * their class.
 *
 * @param onFailure called with the error of a query that failed after it was sent
 */
export function watchPostgresQuery(
  query: PostgresQueryShape,
  handler: DatabaseHandler,
  onFailure: (error: unknown) => void = () => {},
): void {
  const { handle } = query;
  const value = (): Promise<unknown> => {
    if (!query.executed) startToWatch(query, handler, onFailure);
    return Reflect.apply(handle, query, []);
  };
  // Not enumerable, like the method of its class, so that the query looks the same in logs.
  Object.defineProperty(query, 'handle', { configurable: true, writable: true, value });
}

/** Called in the context of the code that awaits the query, right before it is sent or waits for a connection. */
function startToWatch(
  query: PostgresQueryShape,
  handler: DatabaseHandler,
  onFailure: (error: unknown) => void,
): void {
  const outside = contextStorage.active();
  bindCallbacks(query, outside);
  if (handler.observingTracer !== undefined) new WatchedQuery(query, handler, outside, onFailure);
}

/** A connection calls them in the context of the code that opened it. */
function bindCallbacks(query: PostgresQueryShape, outside: TracingContext): void {
  const { forEachFn, cursorFn } = query;
  if (typeof forEachFn === 'function') {
    query.forEachFn = contextStorage.bind(outside, forEachFn as Callback);
  }
  if (typeof cursorFn === 'function') {
    query.cursorFn = contextStorage.bind(outside, cursorFn as Callback);
  }
}

class WatchedQuery {
  readonly #query: PostgresQueryShape;
  readonly #handler: DatabaseHandler;
  readonly #outside: TracingContext;
  readonly #onFailure: (error: unknown) => void;
  readonly #wait: ConnectionWait;
  #operation: DatabaseOperation | undefined;
  #isSent = false;
  /** Rows that the user's function or iterator got. The result has none of them, or only the last ones. */
  #passedRowCount = 0;

  constructor(
    query: PostgresQueryShape,
    handler: DatabaseHandler,
    outside: TracingContext,
    onFailure: (error: unknown) => void,
  ) {
    this.#query = query;
    this.#handler = handler;
    this.#outside = outside;
    this.#onFailure = onFailure;
    this.#wait = handler.beginWait();
    // The parameters are the first field that is set when both text and parameters are known.
    onAssignment(query, 'parameters', (parameters) => {
      this.#begin(query.string, parameters);
      return parameters;
    });
    onCall(query, 'resolve', ([value]) => this.#finish(value));
    onCall(query, 'reject', ([error]) => this.#fail(error));
    onCall(query, 'cursorFn', ([rows]) => {
      if (Array.isArray(rows)) this.#passedRowCount += rows.length;
    });
    onCall(query, 'forEachFn', () => {
      this.#passedRowCount++;
    });
  }

  /** Called again if postgres.js sends the query a second time, because its prepared statement is outdated. */
  #begin(text: unknown, parameters: unknown): void {
    if (this.#isSent) return;
    this.#isSent = true;
    const known = typeof text === 'string' ? text : undefined;
    const values = Array.isArray(parameters) ? parameters : [];
    // A connection took the query. It waited for that alone, so it stands for its connection.
    this.#wait.succeed(this.#query);
    const operation = contextStorage.run(this.#outside, () =>
      this.#handler.begin({ text: known, parameters: values, connection: this.#query }),
    );
    this.#operation = operation;
    // A named statement is prepared once, and later spans execute it.
    if (operation === undefined || known === undefined || this.#query.prepare) return;
    const sent = operation.textToSend(known);
    if (sent === known) return;
    onAssignment(this.#query, 'statement', (statement) => {
      const { string } = (statement ?? {}) as { string?: unknown };
      return string === known ? { ...(statement as object), string: sent } : statement;
    });
  }

  #finish(value: unknown): void {
    const operation = this.#operation;
    if (operation === undefined) return;
    // The stream of COPY.
    if (isEmitter(value)) watchEvents(operation, value);
    else operation.finish(() => this.#passedRowCount || rowCountOf(value));
  }

  #fail(error: unknown): void {
    const { state, strings, cancelled } = this.#query;
    if (!this.#isSent) {
      // The file could not be read, or the user cancelled the query while it waited.
      if (strings.length === 0 || cancelled) return;
      if (!state) {
        this.#wait.fail(error);
        return;
      }
      // A connection took the query but could not build its text: a value is undefined, for example.
      this.#begin(undefined, undefined);
    }
    this.#operation?.fail(error);
    this.#onFailure(error);
  }
}

/** The rows of one result, or of the results of several statements. */
function rowCountOf(value: unknown): number {
  if (!Array.isArray(value)) return 0;
  const isOfSeveral = !isResult(value) && value.length > 0 && value.every(isResult);
  return isOfSeveral ? value.reduce((count, { length }) => count + length, 0) : value.length;
}

/** A result of postgres.js is an array with members. */
function isResult(value: unknown): boolean {
  return Array.isArray(value) && 'command' in value && 'statement' in value;
}

/** Calls `listen` before each call of a method, also if the method is assigned again later. */
function onCall(
  query: PostgresQueryShape,
  name: 'resolve' | 'reject' | 'cursorFn' | 'forEachFn',
  listen: (values: readonly unknown[]) => void,
): void {
  onAssignment(query, name, (method) => {
    if (typeof method !== 'function') return method;
    return function (this: unknown, ...values: unknown[]): unknown {
      listen(values);
      return Reflect.apply(method, this, values);
    };
  });
  // The method that is there already is replaced as if it were assigned now.
  query[name] = query[name] as never;
}

/** Makes a field have the value that `replace` returns for the value that is assigned to it. */
function onAssignment(
  query: PostgresQueryShape,
  name: keyof PostgresQueryShape,
  replace: (value: unknown) => unknown,
): void {
  let current: unknown = query[name];
  Object.defineProperty(query, name, {
    configurable: true,
    enumerable: true,
    get: () => current,
    set: (value: unknown) => {
      current = replace(value);
    },
  });
}
