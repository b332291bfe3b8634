import { errorsOf } from './graphql-errors.js';
import type { GraphqlHandler } from './graphql-handler.js';
import type { GraphqlOperation } from './graphql-operation.js';
import type { GraphqlDocument } from './graphql-shapes.js';
import { operationIn } from './operation-names.js';

/** The used options of `useServer` of graphql-ws. */
export interface GraphqlWsOptions {
  readonly context?: unknown;
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
}

/**
 * Adds hooks to the options of graphql-ws that trace each operation: it begins when its context value has been
 * created, and ends with its last result, or when the client leaves.
 */
export function tracedGraphqlWsOptions<O extends GraphqlWsOptions>(
  options: O,
  handler: GraphqlHandler,
): O {
  const running = new WeakMap<object, Map<unknown, GraphqlOperation>>();
  const { context: given } = options;

  const begin = (connection: Connection, id: unknown, execution: unknown, value: unknown): void => {
    const { document, operationName } = execution as {
      document?: GraphqlDocument;
      operationName?: unknown;
    };
    const definition = operationIn(document, operationName);
    if (definition === undefined) return;
    const operation = handler.begin(definition, document, value, true);
    if (operation === undefined) return;
    let ofConnection = running.get(connection);
    if (ofConnection === undefined) {
      ofConnection = new Map();
      running.set(connection, ofConnection);
    }
    ofConnection.set(id, operation);
  };
  const take = (connection: Connection, id: unknown): GraphqlOperation | undefined => {
    const operation = running.get(connection)?.get(id);
    running.get(connection)?.delete(id);
    return operation;
  };

  return {
    ...options,
    async context(this: unknown, connection: Connection, ...values: unknown[]) {
      const value: unknown =
        typeof given === 'function'
          ? await Reflect.apply(given, this, [connection, ...values])
          : given;
      // One object for each operation, also if the options have the same one for all.
      const own = typeof given === 'function' || !isObject(value) ? value : copyOf(value);
      const [id, , execution] = values;
      begin(connection, id, execution, own);
      return own;
    },
    onNext(this: unknown, connection: Connection, ...values: unknown[]) {
      const [id, , , result] = values;
      running.get(connection)?.get(id)?.recordErrors(errorsOf(result));
      return options.onNext?.call(this, connection, ...values);
    },
    onError(this: unknown, connection: Connection, ...values: unknown[]) {
      const [id, , errors] = values;
      const list = Array.isArray(errors) ? errors : [];
      const operation = running.get(connection)?.get(id);
      if (operation === undefined) handler.refused(list, true);
      else operation.recordErrors(list);
      return options.onError?.call(this, connection, ...values);
    },
    onComplete(this: unknown, connection: Connection, ...values: unknown[]) {
      const [id] = values;
      const operation = take(connection, id);
      if (Object.hasOwn(connection.subscriptions ?? {}, id as string)) operation?.finish();
      else operation?.breakOff('unsubscribed');
      return options.onComplete?.call(this, connection, ...values);
    },
    onClose(this: unknown, connection: Connection, ...values: unknown[]) {
      for (const operation of running.get(connection)?.values() ?? []) {
        operation.breakOff('unsubscribed');
      }
      running.delete(connection);
      return options.onClose?.call(this, connection, ...values);
    },
  };
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function copyOf(value: object): object {
  return Object.assign(Object.create(Object.getPrototypeOf(value)), value);
}
