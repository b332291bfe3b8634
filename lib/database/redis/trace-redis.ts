import type { DatabaseAdapterOptions } from '../database-options.js';
import { type Adapter, setUpAdapter } from '../set-up-adapter.js';
import { RedisHandler } from './redis.handler.js';
import type { RedisTracingOptions } from './redis-options.js';
import {
  type IoredisShape,
  isIoredis,
  type NodeRedisKind,
  type NodeRedisShape,
  nodeRedisKindOf,
} from './redis-shape.js';
import { traceIoredis } from './traced-ioredis.js';
import { traceNodeRedis } from './traced-node-redis.js';

/** Options of {@link traceRedis}. The client names the server and the database; an option takes precedence. */
export interface RedisClientTracingOptions
  extends RedisTracingOptions,
    Pick<
      DatabaseAdapterOptions,
      | 'system'
      | 'namespace'
      | 'serverAddress'
      | 'serverPort'
      | 'tracer'
      | 'maxQueryTextLength'
      | 'foldQueriesAfter'
    > {
  /** A value of `db.system.name`, for servers that speak the protocol of Redis. @default 'redis' */
  readonly system?: string;
}

type RedisTarget =
  | { readonly library: 'ioredis'; readonly client: IoredisShape }
  | {
      readonly library: 'node-redis';
      readonly client: NodeRedisShape;
      readonly kind: NodeRedisKind;
    };

const REDIS: Adapter<RedisTarget> = {
  name: 'traceRedis',
  target: 'client',
  requirement: 'must be a client of ioredis or node-redis',
  remedy: 'Give what new Redis(…), new Cluster(…), createClient(…) or createCluster(…) returns.',
  read(value) {
    if (typeof value !== 'object' || value === null) return undefined;
    if (isIoredis(value)) return { library: 'ioredis', client: value };
    const kind = nodeRedisKindOf(value);
    return kind === undefined ? undefined : { library: 'node-redis', client: value, kind };
  },
  findSource: () => ({ system: 'redis' }),
};

/**
 * Traces the commands of a client of ioredis or node-redis in place: of versions that do not publish them, and where
 * one client needs options of its own. Pipelines and transactions are one span each, and a command that waits
 * for the connection has a span too. Clients from `duplicate`, and those that a pool, a cluster or a group of sentinels
 * lends, are traced too. Tracing a client again changes nothing.
 *
 * @param client of ioredis 5 or later: a client or a cluster; of node-redis 4 or later: a client, a pool, a cluster or a
 *   group of sentinels; connected or not
 * @returns the given client
 * @throws TracingConfigError for any other value, and for an invalid option
 * @example
 * const redis = traceRedis(new Redis());
 */
export function traceRedis<T extends object>(
  client: T,
  options: RedisClientTracingOptions = {},
): T {
  const { queryText: _, ...others } = options;
  const { handler, target } = setUpAdapter(REDIS, client, others);
  const redis = new RedisHandler(handler, options, 'traceRedis');
  if (target.library === 'ioredis') traceIoredis(target.client, redis);
  else traceNodeRedis(target.client, target.kind, redis);
  return client;
}
