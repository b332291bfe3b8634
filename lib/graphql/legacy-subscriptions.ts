import { GraphqlConnection } from './graphql-connection.js';
import type { GraphqlHandler } from './graphql-handler.js';

/** The used options of `subscriptions-transport-ws`. */
interface LegacyOptions {
  readonly onOperation?: (...values: unknown[]) => unknown;
}

/** The used members of what that package calls the parameters of an operation. */
interface OperationParameters {
  readonly context?: object;
}

/**
 * Adds a hook to the options of `subscriptions-transport-ws`, the predecessor of graphql-ws, that tells the
 * operations of a connection of its handshake. The functions of the schema begin and end them.
 *
 * @param given true, or the options of the user
 */
export function tracedLegacySubscriptions(given: unknown, handler: GraphqlHandler): object {
  const options = (typeof given === 'object' && given !== null ? given : {}) as LegacyOptions;
  const connections = new WeakMap<object, GraphqlConnection>();
  return {
    ...options,
    async onOperation(this: unknown, ...values: unknown[]) {
      const [, givenParameters, socket] = values as [unknown, OperationParameters, object];
      const parameters = (await (options.onOperation?.apply(this, values) ??
        givenParameters)) as OperationParameters;
      const context = parameters?.context;
      if (typeof context !== 'object' || context === null) return parameters;
      let connection = connections.get(socket);
      if (connection === undefined) {
        const { upgradeReq } = socket as { upgradeReq?: { headers?: Record<string, unknown> } };
        const client = { headers: upgradeReq?.headers ?? {}, connectionParams: undefined };
        connection = new GraphqlConnection(handler, client);
        connections.set(socket, connection);
      }
      const copy: object = Object.create(Object.getPrototypeOf(context));
      return { ...parameters, context: Object.assign(copy, context, connection.members) };
    },
  };
}
