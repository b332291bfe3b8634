import { DatabaseHandler } from '../database.handler.js';
import { numberOf, textOf } from '../message-members.js';
import { SourceHandlers } from '../source-handlers.js';
import { countRows } from '../watch-query.js';
import { type ChannelTracing, returnToSender, traceChannel } from './channel-operations.js';
import { traceConnect } from './traced-connect.js';

/** What mysql2 3.20 publishes. */
interface Mysql2Message {
  readonly query?: unknown;
  readonly values?: unknown;
  readonly database?: unknown;
  readonly serverAddress?: unknown;
  readonly serverPort?: unknown;
}

/**
 * Traces the queries of all clients of mysql2, and their waits for connections. Callbacks, and what follows the wait
 * for a connection of a pool, run in the context of their sender.
 */
export function traceMysql2(): readonly ChannelTracing[] {
  const handlers = new SourceHandlers(new DatabaseHandler({ system: 'mysql' }));
  const handlerOf = (message: Mysql2Message): DatabaseHandler => {
    const namespace = textOf(message.database);
    const serverAddress = textOf(message.serverAddress);
    const serverPort = numberOf(message.serverPort);
    return handlers.of(`${serverAddress}\n${serverPort}\n${namespace}`, () => ({
      system: 'mysql',
      namespace,
      serverAddress,
      serverPort,
    }));
  };
  /** `query` publishes the text with its values in it, `execute` the text with placeholders. */
  const queries = (method: 'query' | 'execute'): ChannelTracing =>
    traceChannel<Mysql2Message>({
      library: 'mysql2',
      name: `mysql2:${method}`,
      begin(message) {
        const { query, values } = message;
        const hasValues = typeof values === 'object' && values !== null;
        return handlerOf(message).begin({
          text: textOf(query),
          parameters: hasValues ? (values as readonly unknown[]) : undefined,
          hasInlineValues: method === 'query',
        });
      },
      countRows,
    });
  // A pool that opens a connection does so while it publishes the start of the wait.
  let startingWaitCount = 0;
  const waits: ChannelTracing = {
    subscriptions: [
      ['tracing:mysql2:pool:connect:start', () => startingWaitCount++],
      ['tracing:mysql2:pool:connect:end', () => startingWaitCount--],
    ],
    bindings: [],
  };
  const withoutPool = (): boolean => startingWaitCount === 0;
  return [
    queries('query'),
    returnToSender('mysql2:query'),
    queries('execute'),
    returnToSender('mysql2:execute'),
    traceConnect<Mysql2Message>(
      { library: 'mysql2', name: 'mysql2:pool:connect', handlerOf, isPooled: true },
      false,
    ),
    returnToSender('mysql2:pool:connect'),
    waits,
    traceConnect<Mysql2Message>(
      { library: 'mysql2', name: 'mysql2:connect', handlerOf, isTraced: withoutPool },
      false,
    ),
  ];
}
