import type { Link } from '@opentelemetry/api';
import type { GraphqlArrival } from './graphql-arrival.js';
import { errorsOf } from './graphql-errors.js';
import type { GraphqlHandler } from './graphql-handler.js';
import type { GraphqlOperation } from './graphql-operation.js';
import type { GraphqlClient } from './graphql-options.js';
import type { GraphqlDocument } from './graphql-shapes.js';
import { operationIn } from './operation-names.js';

/** The used options of `useServer` of graphql-ws. */
export interface GraphqlWsOptions {
  readonly context?: unknown;
  readonly onSubscribe?: Hook;
  readonly onNext?: Hook;
  readonly onError?: Hook;
  readonly onComplete?: Hook;
  readonly onClose?: Hook;
}

type Hook = (connection: Connection, ...values: unknown[]) => unknown;

/** The used members of a connection of graphql-ws. */
interface Connection {
  /** By id: the operations that are running. */
  readonly subscriptions?: Readonly<Record<string, unknown>>;
  readonly connectionParams?: unknown;
  /** What the integration with a server adds. */
  readonly extra?: unknown;
}

/** The code with which graphql-ws closes a connection when it throws, as it does for a document without a syntax. */
const INTERNAL_SERVER_ERROR = 4500;

/**
 * Adds hooks to the options of graphql-ws that trace each operation: it begins when the document has been received,
 * and ends with its last result, or when the client leaves.
 */
export function tracedGraphqlWsOptions<O extends GraphqlWsOptions>(
  options: O,
  handler: GraphqlHandler,
): O {
  const connections = new WeakMap<object, TracedConnection>();
  const { context: given } = options;
  const find = (connection: Connection): TracedConnection => {
    let traced = connections.get(connection);
    if (traced === undefined) {
      traced = new TracedConnection(handler, clientOf(connection));
      connections.set(connection, traced);
    }
    return traced;
  };

  return {
    ...options,
    onSubscribe(this: unknown, connection: Connection, ...values: unknown[]) {
      const [id, payload] = values;
      const traced = find(connection);
      traced.receive(payload);
      const result = options.onSubscribe?.call(this, connection, ...values);
      if (result === undefined) return undefined;
      return onceSettled(
        result,
        // The user can execute another document, with a context value of its own.
        (execution) => {
          if (isObject(execution) && 'contextValue' in execution) {
            traced.begin(id, payload, execution, execution.contextValue);
          }
        },
        (error) => traced.refuse(payload, [error]),
      );
    },
    async context(this: unknown, connection: Connection, ...values: unknown[]) {
      const value: unknown =
        typeof given === 'function'
          ? await Reflect.apply(given, this, [connection, ...values])
          : given;
      // One object for each operation, also if the options have the same one for all.
      const own = typeof given === 'function' || !isObject(value) ? value : copyOf(value);
      const [id, payload, execution] = values;
      find(connection).begin(id, payload, execution, own);
      return own;
    },
    onNext(this: unknown, connection: Connection, ...values: unknown[]) {
      const [id, , , result] = values;
      connections.get(connection)?.running.get(id)?.recordErrors(errorsOf(result));
      return options.onNext?.call(this, connection, ...values);
    },
    onError(this: unknown, connection: Connection, ...values: unknown[]) {
      const [id, payload, errors] = values;
      const list = Array.isArray(errors) ? errors : [];
      const traced = find(connection);
      const operation = traced.running.get(id);
      if (operation === undefined) traced.refuse(payload, list);
      else operation.recordErrors(list);
      return options.onError?.call(this, connection, ...values);
    },
    onComplete(this: unknown, connection: Connection, ...values: unknown[]) {
      const [id] = values;
      const operation = connections.get(connection)?.take(id);
      if (Object.hasOwn(connection.subscriptions ?? {}, id as string)) operation?.finish();
      else operation?.breakOff('unsubscribed');
      return options.onComplete?.call(this, connection, ...values);
    },
    onClose(this: unknown, connection: Connection, ...values: unknown[]) {
      const [code, reason] = values;
      const traced = connections.get(connection);
      traced?.close(code === INTERNAL_SERVER_ERROR ? String(reason) : undefined);
      connections.delete(connection);
      return options.onClose?.call(this, connection, ...values);
    },
  };
}

/** A connection of graphql-ws, and its operations. */
class TracedConnection {
  /** By id. */
  readonly running = new Map<unknown, GraphqlOperation>();
  readonly #handler: GraphqlHandler;
  readonly #client: GraphqlClient;
  readonly #links: Link[] | undefined;
  /** By the message that asked for the operation. */
  readonly #arrivals = new WeakMap<object, GraphqlArrival>();
  /** The arrival of the last document that is neither executed nor refused yet. */
  #pending: GraphqlArrival | undefined;

  constructor(handler: GraphqlHandler, client: GraphqlClient) {
    this.#handler = handler;
    this.#client = client;
    this.#links = handler.linksOfHandshake(client);
  }

  receive(payload: unknown): void {
    const arrival = this.#arrive(payload);
    if (isObject(payload)) this.#arrivals.set(payload, arrival);
    this.#pending = arrival;
  }

  begin(id: unknown, payload: unknown, execution: unknown, contextValue: unknown): void {
    const arrival = this.#take(payload);
    const { document, operationName } = (execution ?? {}) as {
      document?: GraphqlDocument;
      operationName?: unknown;
    };
    const definition = operationIn(document, operationName);
    if (definition === undefined) return;
    const operation = this.#handler.begin(definition, document, contextValue, arrival);
    if (operation !== undefined) this.running.set(id, operation);
  }

  refuse(payload: unknown, errors: readonly unknown[]): void {
    this.#handler.refused(errors, this.#take(payload));
  }

  take(id: unknown): GraphqlOperation | undefined {
    const operation = this.running.get(id);
    this.running.delete(id);
    return operation;
  }

  /** @param failure why graphql-ws closed the connection; no hook tells of a document that it could not parse */
  close(failure: string | undefined): void {
    if (failure !== undefined && this.#pending !== undefined) {
      this.#handler.refused([{ name: 'GraphQLError', message: failure }], this.#pending);
    }
    for (const operation of this.running.values()) operation.breakOff('unsubscribed');
    this.running.clear();
  }

  #take(payload: unknown): GraphqlArrival {
    const arrival = isObject(payload) ? this.#arrivals.get(payload) : undefined;
    if (arrival !== undefined && arrival === this.#pending) this.#pending = undefined;
    return arrival ?? this.#arrive(payload);
  }

  #arrive(payload: unknown): GraphqlArrival {
    const { extensions } = (payload ?? {}) as { extensions?: unknown };
    return this.#handler.arriveOverSocket(this.#links, extensions, this.#client);
  }
}

/** Reads a connection. The integration with `ws` adds the request of the handshake. */
function clientOf({ connectionParams, extra }: Connection): GraphqlClient {
  const { request } = (extra ?? {}) as { request?: { headers?: unknown } };
  const headers = request?.headers;
  return {
    headers: isObject(headers) ? (headers as Record<string, unknown>) : {},
    connectionParams,
  };
}

/** Calls a function with the outcome of a result that can be a promise. Returns the same outcome. */
function onceSettled(
  result: unknown,
  fulfilled: (value: unknown) => void,
  rejected: (error: unknown) => void,
): unknown {
  if (!(result instanceof Promise)) {
    fulfilled(result);
    return result;
  }
  return result.then(
    (value: unknown) => {
      fulfilled(value);
      return value;
    },
    (error: unknown) => {
      rejected(error);
      throw error;
    },
  );
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function copyOf(value: object): object {
  return Object.assign(Object.create(Object.getPrototypeOf(value)), value);
}
