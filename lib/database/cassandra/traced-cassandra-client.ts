import { errorMonitor } from 'node:events';
import { wrapMethod } from '../../operation/index.js';
import type { DatabaseHandler } from '../database.handler.js';
import type { DatabaseOperation } from '../database-operation.js';
import type { DatabaseAdapterOptions } from '../database-options.js';
import type { DatabaseQuery } from '../database-query.js';
import type { DatabaseSource } from '../database-source.js';
import { type Adapter, setUpAdapter } from '../set-up-adapter.js';
import { SourceHandlers } from '../source-handlers.js';
import { isEmitter } from '../watch-query.js';
import { failCassandra } from './cassandra-failure.js';
import { finishQuery, readBatch, readQuery } from './cassandra-query.js';
import {
  type CassandraClientShape,
  type CassandraQueryOptions,
  type CassandraResult,
  isCassandraClient,
} from './cassandra-shape.js';

/** Options of {@link traceCassandra}. They take precedence over the options of the client. */
export interface CassandraTracingOptions extends Omit<DatabaseAdapterOptions, 'system'> {}

type Method = (this: unknown, ...values: unknown[]) => unknown;
type Callback = (this: unknown, error: unknown, result?: CassandraResult) => unknown;

/** What a call of a method sends. */
interface Call {
  readonly query: DatabaseQuery;
  readonly options: CassandraQueryOptions;
}

const CASSANDRA: Adapter<CassandraClientShape> = {
  name: 'traceCassandra',
  target: 'client',
  requirement: 'must be a client of Cassandra',
  remedy: 'Give a Client of cassandra-driver.',
  read: (value) => (isCassandraClient(value) ? value : undefined),
  findSource: sourceOf,
};

const clients = new WeakMap<object, TracedCassandraClient>();

/**
 * Traces one client of Cassandra: it replaces the methods `execute`, `batch`, `eachRow` and `stream` of the object.
 * The driver's `RequestTracker` hears of a query when it is over, outside of the context of its sender.
 */
export class TracedCassandraClient {
  readonly #client: CassandraClientShape;
  readonly #handlers: SourceHandlers;
  readonly #source: DatabaseSource;
  readonly #hasNamespace: boolean;
  readonly #restore: readonly (() => void)[];

  private constructor(
    client: CassandraClientShape,
    handler: DatabaseHandler,
    { namespace }: CassandraTracingOptions,
  ) {
    this.#client = client;
    this.#handlers = new SourceHandlers(handler);
    this.#source = handler.source;
    this.#hasNamespace = namespace !== undefined;
    clients.set(client, this);
    this.#restore = [
      wrapMethod(client, 'execute', (original, self, values) =>
        this.#send(original, self, values, this.#readExecute(values)),
      ),
      wrapMethod(client, 'batch', (original, self, values) =>
        this.#send(original, self, values, this.#readBatch(values)),
      ),
      wrapMethod(client, 'eachRow', (original, self, values) =>
        this.#sendEachRow(original, self, values),
      ),
      wrapMethod(client, 'stream', (original, self, values) =>
        this.#sendStream(original, self, values),
      ),
    ];
  }

  /**
   * Traces a client. If it is traced already, returns its tracing, whatever the options.
   *
   * @throws TracingConfigError for any other value, and for an invalid option
   */
  static attach(client: object, options: CassandraTracingOptions = {}): TracedCassandraClient {
    const { handler, target } = setUpAdapter(CASSANDRA, client, options);
    return clients.get(target) ?? new TracedCassandraClient(target, handler, options);
  }

  /** Stops the tracing. */
  detach(): void {
    clients.delete(this.#client);
    for (const restore of this.#restore) restore();
  }

  /** The keyspace of a client changes with `USE`, and a call may name another one. */
  #begin({ query, options }: Call): DatabaseOperation | undefined {
    const keyspace = options.keyspace ?? this.#client.keyspace;
    const isNamed = typeof keyspace === 'string' && keyspace !== '';
    const namespace = isNamed && !this.#hasNamespace ? keyspace : this.#source.namespace;
    return this.#handlers
      .of(String(namespace), () => ({ ...this.#source, namespace }))
      .begin(query);
  }

  #readExecute(values: readonly unknown[]): Call | undefined {
    return tryRead(() => {
      const [text, parameters, options] = values;
      const given = optionsIn(options);
      return { query: readQuery(this.#client, text, parameters, given), options: given };
    });
  }

  #readBatch(values: readonly unknown[]): Call | undefined {
    return tryRead(() => {
      const [queries, options] = values;
      if (!Array.isArray(queries)) return undefined;
      const given = optionsIn(options);
      return { query: readBatch(this.#client, queries, given), options: given };
    });
  }

  /** A call with a callback at its end, or that returns a promise. */
  #send(original: Method, self: unknown, values: unknown[], call: Call | undefined): unknown {
    const operation = call && this.#begin(call);
    if (call === undefined || operation === undefined) return Reflect.apply(original, self, values);
    const sent = this.#withComment(operation, values, call);
    const last = sent.length - 1;
    const callback = sent[last];
    if (typeof callback === 'function') {
      sent[last] = this.#watchedCallback(operation, callback as Callback, call);
    }
    const result = this.#run(operation, original, self, sent);
    if (typeof callback === 'function' || !(result instanceof Promise)) return result;
    return this.#watch(operation, result, call);
  }

  #sendEachRow(original: Method, self: unknown, values: unknown[]): unknown {
    const functions = values.filter((value) => typeof value === 'function') as Method[];
    const [onRow, callback] = functions;
    const call = onRow === undefined ? undefined : this.#readExecute(values);
    const operation = call && this.#begin(call);
    if (call === undefined || operation === undefined) return Reflect.apply(original, self, values);
    const [text, parameters, options] = this.#withComment(operation, values, call).filter(
      (value) => typeof value !== 'function',
    );
    const rowCallback: Method = function (this: unknown, ...row) {
      return operation.runOutside(() => Reflect.apply(onRow as Method, this, row));
    };
    const pageCallback = this.#pageCallback(operation, callback ?? (() => {}), call);
    return this.#run(operation, original, self, [
      text,
      parameters,
      options,
      rowCallback,
      pageCallback,
    ]);
  }

  /**
   * The callback of `eachRow`, which the driver calls for each page that the user asks for, with the number of all
   * rows so far.
   */
  #pageCallback(operation: DatabaseOperation, callback: Callback, call: Call): Callback {
    let watched = this.#watchedCallback(operation, callback, call);
    return (error, result) => {
      const original = result?.nextPage;
      if (result !== undefined && typeof original === 'function') {
        result.nextPage = () => {
          const next = this.#begin(call);
          if (next === undefined) return Reflect.apply(original, result, []);
          watched = this.#watchedCallback(next, callback, call, Number(result.rowLength));
          return this.#run(next, original as Method, result, []);
        };
      }
      return watched(error, result);
    };
  }

  #sendStream(original: Method, self: unknown, values: unknown[]): unknown {
    const call = this.#readExecute(values);
    const operation = call && this.#begin(call);
    if (call === undefined || operation === undefined) return Reflect.apply(original, self, values);
    const stream = this.#run(operation, original, self, this.#withComment(operation, values, call));
    if (isEmitter(stream)) {
      stream.on(errorMonitor, (error) => failCassandra(operation, error));
      for (const event of ['end', 'close']) stream.on(event, () => operation.finish());
    } else operation.finish();
    return stream;
  }

  #run(operation: DatabaseOperation, original: Method, self: unknown, values: unknown[]): unknown {
    try {
      return operation.run(() => Reflect.apply(original, self, values));
    } catch (error) {
      failCassandra(operation, error);
      throw error;
    }
  }

  #withComment(
    operation: DatabaseOperation,
    [text, ...others]: unknown[],
    { options }: Call,
  ): unknown[] {
    const isPrepared = options.prepare ?? this.#client.options?.queryOptions?.prepare;
    const shown = typeof text === 'string' ? operation.textToSend(text, isPrepared === true) : text;
    return [shown, ...others];
  }

  #watch(operation: DatabaseOperation, result: Promise<unknown>, call: Call): Promise<unknown> {
    return result.then(
      (value) => {
        this.#finish(operation, value as CassandraResult, call);
        return value;
      },
      (error) => {
        failCassandra(operation, error);
        throw error;
      },
    );
  }

  #watchedCallback(
    operation: DatabaseOperation,
    callback: Callback,
    call: Call,
    earlierRowCount = 0,
  ): Callback {
    const finish = (result: CassandraResult | undefined): void =>
      this.#finish(operation, result, call, earlierRowCount);
    return function (error, result) {
      if (error) failCassandra(operation, error);
      else finish(result);
      return operation.runOutside(() => Reflect.apply(callback, this, [error, result]));
    };
  }

  #finish(
    operation: DatabaseOperation,
    result: CassandraResult | undefined,
    call: Call,
    earlierRowCount = 0,
  ): void {
    finishQuery(operation, this.#client, result, earlierRowCount);
    this.#tracePages(result, call);
  }

  /** Gives the queries for further pages spans of their own, where the user asks for these pages. */
  #tracePages(result: CassandraResult | undefined, call: Call): void {
    if (typeof result?.nextPageAsync !== 'function') return;
    const original = result.nextPageAsync as Method;
    result.nextPageAsync = (...values: unknown[]) => {
      const operation = this.#begin(call);
      if (operation === undefined) return Reflect.apply(original, result, values);
      const page = this.#run(operation, original, result, values);
      return page instanceof Promise ? this.#watch(operation, page, call) : page;
    };
  }
}

/**
 * Traces the queries of a client of Cassandra in place: `execute`, `batch`, `eachRow` and `stream`, prepared or not,
 * and those of mappers. `TracingModule` does so for each client among the providers of its application; call this for
 * any other. Tracing a client again changes nothing.
 *
 * @param client of `cassandra-driver`, connected or not
 * @returns the given client
 * @throws TracingConfigError for any other value, and for an invalid option
 * @example
 * const client = traceCassandra(new Client({ contactPoints: ['10.0.0.1'], localDataCenter: 'a' }));
 */
export function traceCassandra<T extends object>(
  client: T,
  options: CassandraTracingOptions = {},
): T {
  TracedCassandraClient.attach(client, options);
  return client;
}

/** The server that the user has named: the driver finds the other nodes of the cluster itself. */
function sourceOf({ keyspace, options }: CassandraClientShape): DatabaseSource {
  const system = 'cassandra';
  const namespace = typeof keyspace === 'string' && keyspace !== '' ? keyspace : undefined;
  const points: unknown = options?.contactPoints;
  const [point] = Array.isArray(points) && points.length === 1 ? points : [];
  if (typeof point !== 'string') return { system, namespace };
  const parts = /^(?:\[([^\]]+)\]|([^:]+))(?::(\d{1,5}))?$/.exec(point);
  const port = parts?.[3] ?? options?.protocolOptions?.port;
  return {
    system,
    namespace,
    serverAddress: parts?.[1] ?? parts?.[2] ?? point,
    serverPort: port === undefined ? undefined : Number(port),
  };
}

function optionsIn(value: unknown): CassandraQueryOptions {
  return typeof value === 'object' && value !== null ? value : {};
}

function tryRead(read: () => Call | undefined): Call | undefined {
  try {
    return read();
  } catch {
    // The driver reads the same values, and reports the error to its caller.
    return undefined;
  }
}
