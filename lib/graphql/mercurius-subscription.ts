import { memberOf, wrapMethod } from '../operation/index.js';
import { GraphqlConnection } from './graphql-connection.js';
import type { GraphqlHandler } from './graphql-handler.js';

type ContextFunction = (this: unknown, ...values: unknown[]) => unknown;

/**
 * Adds to the option `subscription` of Mercurius a context that tells operations of their connection, and watches
 * what Mercurius sends over it.
 *
 * @param given true, or the options of the user
 * @param report called with an error of this function
 */
export function tracedMercuriusSubscription(
  given: unknown,
  handler: GraphqlHandler,
  report: (error: unknown) => void,
): object {
  const options = (typeof given === 'object' && given !== null ? given : {}) as {
    readonly context?: ContextFunction;
  };
  return {
    ...options,
    async context(this: unknown, ...values: unknown[]) {
      const [socket, request] = values as [object, { headers: Record<string, unknown> }];
      const context: unknown =
        typeof options.context === 'function'
          ? await Reflect.apply(options.context, this, values)
          : undefined;
      try {
        // Mercurius adds what the client sends to initialise the connection to the headers.
        const client = { headers: request.headers, connectionParams: undefined };
        const connection = new GraphqlConnection(handler, client);
        watch(socket, connection, report);
        return { ...(context as object | undefined), ...connection.members };
      } catch (error) {
        report(error);
        return context;
      }
    },
  };
}

function watch(
  socket: object,
  connection: GraphqlConnection,
  report: (error: unknown) => void,
): void {
  if (typeof memberOf(socket, 'send') !== 'function') return;
  // Lives as long as the connection, which Mercurius closes before the application ends.
  wrapMethod(socket, 'send', (send, self, args) => {
    try {
      connection.sent(args[0]);
    } catch (error) {
      report(error);
    }
    return Reflect.apply(send, self, args);
  });
}
