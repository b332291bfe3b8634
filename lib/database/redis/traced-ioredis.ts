import { contextStorage, withLibraryWork } from '../../context/index.js';
import { wrapMethod } from '../../operation/index.js';
import { numberOf, textOf } from '../message-members.js';
import { watchIoredisNodes } from './cluster-nodes.js';
import { beginCommand, isCommand } from './ioredis-command.js';
import type { RedisHandler, RedisServer } from './redis.handler.js';
import type { RedisCommand } from './redis-command.js';
import { type IoredisShape, publishesCommands } from './redis-shape.js';
import { tracePipeline } from './traced-pipeline.js';

const traced = new WeakSet<object>();
const begun = new WeakSet<object>();

/**
 * Traces a client or a cluster of ioredis in place, and the clients that `duplicate` makes of it. A span covers the
 * time from the call to the reply, also if the command waits for the connection. Tracing it again changes nothing.
 *
 * @param isLeft asked for each command and pipeline: true leaves it as it is
 */
export function traceIoredis(
  client: IoredisShape,
  handler: RedisHandler,
  isLeft: (client: IoredisShape) => boolean = () => false,
): void {
  if (traced.has(client)) return;
  traced.add(client);
  const publishes = publishesCommands(client) || client.isCluster === true;
  const send = <T>(work: () => T): T => (publishes ? sendUnseen(work) : work());
  const server = (): RedisServer | undefined => serverOf(client);
  if (client.isCluster === true) watchIoredisNodes(client);

  wrapMethod(client, 'sendCommand', (sendCommand, self, args) => {
    const [command, stream] = args as [unknown, { isPipeline?: unknown } | undefined];
    const call = (): unknown => Reflect.apply(sendCommand, self, args);
    // A pipeline has a span of its own.
    if (!isCommand(command) || begun.has(command) || isLeft(client)) return call();
    const isOfPipeline = stream?.isPipeline === true;
    if (!isOfPipeline) beginCommand(command, handler, server());
    begun.add(command);
    const result = send(call);
    // It waits for the connection. When it is written, ioredis would publish it in another context.
    if (publishes && command.isTraced !== true) command.isTraced = true;
    return result;
  });
  for (const [method, type] of [
    ['pipeline', 'PIPELINE'],
    ['multi', 'MULTI'],
  ] as const) {
    wrapMethod(client, method, (create, self, args) => {
      const pipeline = Reflect.apply(create, self, args);
      if (isPipeline(pipeline) && !isLeft(client)) {
        tracePipeline({ pipeline, type, added: commandsOf(args[0]), handler, server, send });
      }
      return pipeline;
    });
  }
  wrapMethod(client, 'duplicate', (duplicate, self, args) => {
    const copy = Reflect.apply(duplicate, self, args);
    if (typeof copy === 'object' && copy !== null) traceIoredis(copy, handler, isLeft);
    return copy;
  });
}

/** Versions that publish their commands find that these need no other span. */
function sendUnseen<T>(work: () => T): T {
  return contextStorage.run(withLibraryWork(contextStorage.active()), work);
}

function isPipeline(value: unknown): value is object {
  return (value as { isPipeline?: unknown } | null | undefined)?.isPipeline === true;
}

/** The commands that `pipeline` and `multi` are called with: `[['set', 'key', 'value']]`. */
function commandsOf(value: unknown): RedisCommand[] {
  if (!Array.isArray(value)) return [];
  return value
    .filter((item): item is [unknown, ...unknown[]] => Array.isArray(item))
    .map(([name, ...args]) => ({ name: String(name), args }));
}

/** Undefined for a cluster: it chooses a node for each command. */
function serverOf({
  isCluster,
  options,
  condition,
  stream,
}: IoredisShape): RedisServer | undefined {
  if (isCluster === true || options === undefined) return undefined;
  const database = numberOf(condition?.select) ?? numberOf(options.db) ?? 0;
  const path = textOf(options.path);
  if (path !== undefined) return { serverAddress: path, serverPort: undefined, database };
  if (Array.isArray(options.sentinels)) {
    const serverAddress = textOf(stream?.remoteAddress);
    return { serverAddress, serverPort: numberOf(stream?.remotePort), database };
  }
  return {
    serverAddress: textOf(options.host) ?? 'localhost',
    serverPort: numberOf(options.port) ?? DEFAULT_PORT,
    database,
  };
}

const DEFAULT_PORT = 6379;
