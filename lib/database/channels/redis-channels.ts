import { DatabaseHandler } from '../database.handler.js';
import { numberOf, textOf } from '../message-members.js';
import { RedisHandler, type RedisServer } from '../redis/redis.handler.js';
import { SourceHandlers } from '../source-handlers.js';
import { type ChannelTracing, traceChannel } from './channel-operations.js';
import { traceConnect } from './traced-connect.js';

/** What ioredis 5.11 and node-redis 5.12 publish. */
interface RedisMessage {
  readonly command?: unknown;
  /** The arguments; `?` in place of some of them. Those of node-redis begin with the command. */
  readonly args?: unknown;
  /** `MULTI` or `PIPELINE`: of a batch, and of the commands in a batch of node-redis. */
  readonly batchMode?: unknown;
  readonly batchSize?: unknown;
  readonly database?: unknown;
  readonly serverAddress?: unknown;
  readonly serverPort?: unknown;
}

/**
 * Traces the commands, transactions and pipelines of all clients of a library.
 *
 * ioredis publishes each command when it is written to the connection, the commands of a pipeline too, and the
 * commands of `multi()` inside of a batch. node-redis publishes a batch, and then the commands of a pipeline with
 * the mode of the batch.
 */
export function traceRedisLibrary(library: 'ioredis' | 'node-redis'): readonly ChannelTracing[] {
  const base = new DatabaseHandler({ system: 'redis' });
  const handler = new RedisHandler(base, {}, 'database.redis');
  const connects = new SourceHandlers(base);
  const skipped = library === 'node-redis' ? 1 : 0;
  return [
    traceChannel<RedisMessage>({
      library,
      name: `${library}:command`,
      begin(message) {
        const { command, args, batchMode } = message;
        if (typeof command !== 'string' || batchMode !== undefined) return undefined;
        const list: readonly unknown[] = Array.isArray(args) ? args : [];
        return handler.begin(
          { name: command, args: skipped === 0 ? list : list.slice(skipped) },
          serverOf(message),
        );
      },
    }),
    traceChannel<RedisMessage>({
      library,
      name: `${library}:batch`,
      hidesCommands: true,
      begin(message) {
        const { batchMode, batchSize } = message;
        const name = batchMode === 'PIPELINE' ? 'PIPELINE' : 'MULTI';
        return handler.begin({ name, batchSize: numberOf(batchSize) ?? 0 }, serverOf(message));
      },
    }),
    traceConnect<RedisMessage>(
      {
        library,
        name: `${library}:connect`,
        handlerOf(message) {
          const { serverAddress, serverPort } = serverOf(message);
          const key = `${serverAddress}\n${serverPort}`;
          return connects.of(key, () => ({ system: 'redis', serverAddress, serverPort }));
        },
      },
      true,
    ),
  ];
}

function serverOf({ database, serverAddress, serverPort }: RedisMessage): RedisServer {
  return {
    database: numberOf(database),
    serverAddress: textOf(serverAddress),
    serverPort: numberOf(serverPort),
  };
}
