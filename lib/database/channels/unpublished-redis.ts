import { DatabaseHandler } from '../database.handler.js';
import { RedisHandler, type RedisOperation, type RedisServer } from '../redis/redis.handler.js';
import type { RedisCommand } from '../redis/redis-command.js';
import {
  type IoredisShape,
  isIoredis,
  nodeRedisKindOf,
  publishesCommands,
} from '../redis/redis-shape.js';
import { traceIoredis } from '../redis/traced-ioredis.js';
import { traceNodeRedis } from '../redis/traced-node-redis.js';
import { tracerFor } from './channel-operations.js';
import type { ChannelLibrary } from './channel-options.js';

/**
 * Whether a value is a client of ioredis or node-redis, or what stands for several, that may be of a version which does
 * not publish its commands. The version of a cluster or pool shows with its clients only.
 */
export function isUnpublishedRedis(value: object): boolean {
  if (!isIoredis(value) && nodeRedisKindOf(value) === undefined) return false;
  return !publishesCommands(value);
}

/**
 * Traces the commands of a client whose version does not publish them, as the channels trace those of others: by the
 * options of the application in whose trace they are sent, and only where it reads the channels of the library. It stays
 * traced. Several applications can share it, and while none of them runs, it does what it did before.
 */
export function traceUnpublishedRedis(client: object): void {
  if (isIoredis(client)) {
    traceIoredis(client, new UnpublishedHandler('ioredis'), isClusterThatPublishes);
    return;
  }
  const kind = nodeRedisKindOf(client);
  if (kind !== undefined) traceNodeRedis(client, kind, new UnpublishedHandler('node-redis'), true);
}

/** Its nodes say so, when the cluster is connected. A command that waits for them has no other span. */
function isClusterThatPublishes(client: IoredisShape): boolean {
  if (client.isCluster !== true) return false;
  const { nodes } = client as { nodes?: () => unknown };
  const found = typeof nodes === 'function' ? Reflect.apply(nodes, client, []) : undefined;
  return Array.isArray(found) && found.some((node) => publishesCommands(node as object));
}

class UnpublishedHandler extends RedisHandler {
  readonly #library: ChannelLibrary;

  constructor(library: ChannelLibrary) {
    super(new DatabaseHandler({ system: 'redis' }), {}, 'database.redis');
    this.#library = library;
  }

  override begin(
    command: RedisCommand,
    server: RedisServer | undefined,
  ): RedisOperation | undefined {
    return tracerFor(this.#library) && super.begin(command, server);
  }
}
