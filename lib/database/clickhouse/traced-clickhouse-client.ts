import { errorMonitor } from 'node:events';
import type { LocalTracer } from '../../context/index.js';
import { memberOf, wrapMethod } from '../../operation/index.js';
import type { DatabaseHandler } from '../database.handler.js';
import type { DatabaseOperation } from '../database-operation.js';
import type { DatabaseTracingOptions } from '../database-options.js';
import type { DatabaseQuery } from '../database-query.js';
import type { DatabaseSource } from '../database-source.js';
import { sendOverHttp } from '../http-query.js';
import { type Adapter, setUpAdapter } from '../set-up-adapter.js';
import { isEmitter } from '../watch-query.js';
import { failClickHouse } from './clickhouse-failure.js';
import {
  type ClickHouseClientShape,
  type ClickHouseParams,
  connectionOf,
  isClickHouseClient,
} from './clickhouse-shape.js';

/** Options of {@link traceClickHouse}. They take precedence over the options of the client. */
export interface ClickHouseTracingOptions
  extends Omit<DatabaseTracingOptions, 'captureReturnedRows'>,
    Partial<Omit<DatabaseSource, 'system'>> {
  /** @default the tracer of the active span, else the tracer of the running application */
  readonly tracer?: LocalTracer;
}

type Method = (this: unknown, ...values: unknown[]) => unknown;

const CLICKHOUSE: Adapter<ClickHouseClientShape> = {
  name: 'traceClickHouse',
  target: 'client',
  requirement: 'must be a client of ClickHouse',
  remedy: 'Give what createClient of @clickhouse/client returns.',
  read: (value) => (isClickHouseClient(value) ? value : undefined),
  findSource: sourceOf,
};

const clients = new WeakMap<object, TracedClickHouseClient>();

/**
 * Traces one client of ClickHouse: it replaces the methods `query`, `command`, `exec`, `insert` and `ping` of the
 * object. The package is unchanged.
 */
export class TracedClickHouseClient {
  readonly #client: object;
  readonly #handler: DatabaseHandler;
  readonly #restore: readonly (() => void)[];

  private constructor(client: object, handler: DatabaseHandler) {
    this.#client = client;
    this.#handler = handler;
    clients.set(client, this);
    const wrap = (
      name: string,
      read: (params: ClickHouseParams) => DatabaseQuery | undefined,
    ): (() => void) =>
      wrapMethod(client, name, (original, self, values) =>
        this.#send(original, self, values, read),
      );
    this.#restore = [
      wrap('query', readText),
      wrap('command', readText),
      wrap('exec', readText),
      wrap('insert', readInsert),
      wrap('ping', () => ({ operation: 'ping' })),
    ];
  }

  /**
   * Traces a client. If it is traced already, returns its tracing, whatever the options.
   *
   * @throws TracingConfigError for any other value, and for an invalid option
   */
  static attach(client: object, options: ClickHouseTracingOptions = {}): TracedClickHouseClient {
    const { handler, target } = setUpAdapter(CLICKHOUSE, client, options);
    return clients.get(target) ?? new TracedClickHouseClient(target, handler);
  }

  /** Stops the tracing. */
  detach(): void {
    clients.delete(this.#client);
    for (const restore of this.#restore) restore();
  }

  #send(
    original: Method,
    self: unknown,
    values: unknown[],
    read: (params: ClickHouseParams) => DatabaseQuery | undefined,
  ): unknown {
    const query = tryRead(read, values[0]);
    const operation = query && this.#handler.begin(query);
    if (operation === undefined) return Reflect.apply(original, self, values);
    const sent = [withComment(operation, values[0]), ...values.slice(1)];
    let result: unknown;
    try {
      result = sendOverHttp(operation, () => Reflect.apply(original, self, sent));
    } catch (error) {
      failClickHouse(operation, error);
      throw error;
    }
    if (!(result instanceof Promise)) {
      operation.finish();
      return result;
    }
    return result.then(
      (value: unknown) => {
        finish(operation, value);
        return value;
      },
      (error: unknown) => {
        failClickHouse(operation, error);
        throw error;
      },
    );
  }
}

/**
 * Traces the queries of a client of ClickHouse in place: `query`, whose span ends when the result has been read or
 * closed, `command`, `exec`, `insert` and `ping`. `TracingModule` does so for each client among the providers of its
 * application; call this for any other. The option `tracer` of the client adds spans without texts; leave it out.
 * Tracing a client again changes nothing.
 *
 * @param client of `@clickhouse/client`
 * @returns the given client
 * @throws TracingConfigError for any other value, and for an invalid option
 * @example
 * const client = traceClickHouse(createClient({ url: 'http://localhost:8123' }));
 */
export function traceClickHouse<T extends object>(
  client: T,
  options: ClickHouseTracingOptions = {},
): T {
  TracedClickHouseClient.attach(client, options);
  return client;
}

function sourceOf(client: object): DatabaseSource {
  const { database, url } = connectionOf(client);
  const defaultPort = url?.protocol === 'https:' ? 443 : 80;
  return {
    system: 'clickhouse',
    namespace: database,
    serverAddress: url?.hostname,
    serverPort: url && (url.port === '' ? defaultPort : Number(url.port)),
  };
}

function tryRead(
  read: (params: ClickHouseParams) => DatabaseQuery | undefined,
  params: unknown,
): DatabaseQuery | undefined {
  try {
    return read((params ?? {}) as ClickHouseParams);
  } catch {
    // The client reads the same members, and reports the error to its caller.
    return undefined;
  }
}

function readText({ query, query_params: parameters }: ClickHouseParams): DatabaseQuery {
  const isObject = typeof parameters === 'object' && parameters !== null;
  return {
    text: typeof query === 'string' ? query : undefined,
    parameters: isObject ? (parameters as Readonly<Record<string, unknown>>) : undefined,
  };
}

/** The client sends nothing if there are no rows. */
function readInsert({ table, values }: ClickHouseParams): DatabaseQuery | undefined {
  if (Array.isArray(values) && values.length === 0) return undefined;
  const collection = typeof table === 'string' ? table.trim() : undefined;
  return { operation: 'INSERT', collection };
}

/** The object belongs to the user, and stays unchanged. */
function withComment(operation: DatabaseOperation, params: unknown): unknown {
  const { query } = (params ?? {}) as ClickHouseParams;
  if (typeof query !== 'string') return params;
  const text = operation.textToSend(query);
  return text === query ? params : { ...(params as ClickHouseParams), query: text };
}

/** Ends the span of a query that was answered: when its rows have been read, if there are any. */
function finish(operation: DatabaseOperation, result: unknown): void {
  const { success, error } = (result ?? {}) as { success?: unknown; error?: unknown };
  if (success === false) {
    // `ping` does not reject.
    failClickHouse(operation, error);
    return;
  }
  const members: object = typeof result === 'object' && result !== null ? result : {};
  const stream = memberOf(members, 'stream');
  const response = memberOf(members, '_stream');
  if (isEmitter(stream)) watchStream(operation, stream);
  else if (isEmitter(response) && typeof stream === 'function') {
    watchResultSet(operation, members, response);
  } else operation.finish();
}

/**
 * Ends the span of a query when its result has been read. If it is read as rows, their stream knows best: the server
 * reports a failure among the rows, and a reader that leaves early cuts the response.
 */
function watchResultSet(operation: DatabaseOperation, result: object, response: Emitter): void {
  let hasRows = false;
  wrapMethod(result, 'stream', (original, self, values) => {
    const rows = Reflect.apply(original, self, values);
    if (isEmitter(rows)) {
      hasRows = true;
      watchStream(operation, rows);
    }
    return rows;
  });
  watchStream(operation, response, () => hasRows);
}

interface Emitter {
  on(event: string | symbol, listener: (value: unknown) => void): unknown;
}

/** @param isPassedOn asked when the stream is over: whether another stream decides about the operation */
function watchStream(
  operation: DatabaseOperation,
  stream: Emitter,
  isPassedOn: () => boolean = () => false,
): void {
  const finish = (): void => {
    if (!isPassedOn()) operation.finish();
  };
  stream.on(errorMonitor, (error) => failClickHouse(operation, error));
  stream.on('end', finish);
  stream.on('close', finish);
}
