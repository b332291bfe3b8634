import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SpanKind } from '@opentelemetry/api';
import { Cluster, Redis } from 'ioredis';
import { Cluster as Cluster58, Redis as Redis58 } from 'ioredis-5-8';
import * as redis6 from 'redis';
import * as redis4 from 'redis-4';
import * as redis5 from 'redis-5';
import { traceRedis } from '../../../lib/database/index.js';
import type { ReadableSpan } from '../../../lib/index.js';
import { traceAsText } from '../../../lib/testing/index.js';
import {
  hasRedisServer,
  type RedisProcesses,
  startRedisCluster,
  startRedisSentinel,
  startRedisWithPassword,
} from '../../support/redis-servers.js';
import { redisTracing } from './redis-tracing.js';

const itIfThere = (await hasRedisServer()) ? it : it.skip;
const PASSWORD = 'hunter2secret';

const redis = redisTracing();

interface Commands {
  set(key: string, value: string): Promise<unknown>;
  get(key: string): Promise<unknown>;
  transaction(key: string): Promise<unknown>;
}

describe('a cluster', () => {
  let cluster: RedisProcesses;

  beforeAll(async () => {
    if (itIfThere === it) cluster = await startRedisCluster();
  }, 60_000);

  afterAll(async () => {
    await cluster?.close();
  });

  async function openIoredis(
    Class: typeof Cluster,
    trace: (client: object) => void,
  ): Promise<Commands> {
    const nodes = cluster.ports.map((port) => ({ host: '127.0.0.1', port }));
    const client = new Class(nodes, { lazyConnect: true });
    redis.atEnd(() => client.disconnect());
    trace(client);
    await client.connect();
    return {
      set: (key, value) => client.set(key, value),
      get: (key) => client.get(key),
      transaction: (key) => client.multi().set(key, 'a').get(key).exec(),
    };
  }

  async function openNodeRedis(
    { createCluster }: typeof redis6,
    trace: (client: object) => void,
  ): Promise<Commands> {
    const rootNodes = cluster.ports.map((port) => ({ socket: { host: '127.0.0.1', port } }));
    const client = createCluster({ rootNodes });
    redis.atEnd(() => (client.destroy ?? client.disconnect).call(client));
    client.on('error', () => {});
    trace(client);
    await client.connect();
    return {
      set: (key, value) => client.set(key, value),
      get: (key) => client.get(key),
      transaction: (key) => client.multi().set(key, 'a').get(key).exec(),
    };
  }

  const untraced = (): void => {};
  itIfThere.each<[string, () => Promise<Commands>, string]>([
    // The transaction of a cluster of ioredis is not published as one.
    ['the channels of ioredis', () => openIoredis(Cluster, untraced), 'MULTI SET GET EXEC'],
    [
      'traceRedis on ioredis 5.8',
      () => openIoredis(Cluster58 as unknown as typeof Cluster, traceRedis),
      'MULTI',
    ],
    ['traceRedis on ioredis 5', () => openIoredis(Cluster, traceRedis), 'MULTI'],
    ['the channels of node-redis 5', () => openNodeRedis(redis5 as never, untraced), 'MULTI'],
    ['the channels of node-redis 6', () => openNodeRedis(redis6, untraced), 'MULTI'],
    [
      'traceRedis on node-redis 4',
      () => openNodeRedis(redis4 as unknown as typeof redis6, traceRedis),
      'MULTI',
    ],
    [
      'traceRedis on node-redis 5',
      () => openNodeRedis(redis5 as unknown as typeof redis6, traceRedis),
      'MULTI',
    ],
    ['traceRedis on node-redis 6', () => openNodeRedis(redis6, traceRedis), 'MULTI'],
  ])('has one span for each command: %s', async (_, open, transaction) => {
    const client = await open();
    // ioredis does not publish what waits for the connection to a node.
    for (const key of ['a', 'b', 'c', 'd']) await client.set(`traced:${key}`, key);
    await Promise.all(
      ['a', 'b', 'c', 'd'].map((key) =>
        redis.current.tracer.trace(key, async () => {
          await client.set(`traced:${key}`, key);
          expect(await client.get(`traced:${key}`)).toBe(key);
        }),
      ),
    );
    const spans = redis.current.recorder.takeSpans();
    expect(traceAsText(spans, { attributes: [] })).toBe(
      ['a', 'b', 'c', 'd'].map((key) => `${key}\n  SET [client]\n  GET [client]`).join('\n\n'),
    );
    const portOfTrace = new Map<string, unknown>();
    for (const span of spans.filter(({ kind }) => kind === SpanKind.CLIENT)) {
      expectNode(span);
      const { traceId } = span.spanContext();
      const port = span.attributes['server.port'];
      expect(portOfTrace.get(traceId) ?? port).toBe(port);
      portOfTrace.set(traceId, port);
    }
    expect(new Set(portOfTrace.values()).size).toBeGreaterThan(1);
    const lines = transaction.split(' ').map((name) => `  ${name} [client]`);
    await redis.current.tracer.trace('work', async () => {
      await client.transaction('traced:a');
    });
    const ofTransaction = redis.current.recorder.takeSpans();
    expect(traceAsText(ofTransaction, { attributes: [] })).toBe(['work', ...lines].join('\n'));
    for (const span of ofTransaction) if (span.kind === SpanKind.CLIENT) expectNode(span);
  });

  /** The node that answers, and its socket where the library shows it. */
  function expectNode({ attributes }: ReadableSpan): void {
    expect(attributes['server.address']).toBe('127.0.0.1');
    expect(cluster.ports).toContain(attributes['server.port']);
    if (!('network.peer.address' in attributes)) return;
    expect(attributes['network.peer.address']).toBe('127.0.0.1');
    expect(attributes['network.peer.port']).toBe(attributes['server.port']);
  }
});

describe('a group of sentinels', () => {
  let servers: RedisProcesses;

  beforeAll(async () => {
    if (itIfThere === it) servers = await startRedisSentinel();
  }, 60_000);

  afterAll(async () => {
    await servers?.close();
  });

  itIfThere.each([
    ['5.8', Redis58 as unknown as typeof Redis],
    ['5', Redis],
  ])('shows the address of the master: traceRedis on ioredis %s', async (_, Class) => {
    const [master, sentinel] = servers.ports as [number, number];
    const client = traceRedis(
      new Class({
        sentinels: [{ host: '127.0.0.1', port: sentinel }],
        name: 'master',
        lazyConnect: true,
      }),
    );
    redis.atEnd(() => client.disconnect());
    await client.connect();
    const text = await redis.traceOf(() => client.get('a'), ['server.address', 'server.port']);
    expect(text).toBe(`work\n  GET [client] server.address=127.0.0.1 server.port=${master}`);
  });
});

describe('a server with a password', () => {
  let servers: RedisProcesses;

  beforeAll(async () => {
    if (itIfThere === it) servers = await startRedisWithPassword(PASSWORD);
  }, 60_000);

  afterAll(async () => {
    await servers?.close();
  });

  const connect: [string, (url: string) => Promise<{ get(key: string): Promise<unknown> }>][] = [
    ['ioredis', async (url) => closedLater(new Redis(url, { retryStrategy: () => null }))],
    [
      'node-redis',
      async (url) => {
        const client = redis6.createClient({ url, socket: { reconnectStrategy: false } });
        client.on('error', () => {});
        await client.connect();
        redis.atEnd(() => client.destroy());
        return client;
      },
    ],
  ];

  function closedLater(client: Redis): Redis {
    client.on('error', () => {});
    redis.atEnd(() => client.disconnect());
    return client;
  }

  itIfThere.each(connect)('never shows the password of a URL: %s', async (_, open) => {
    const [port] = servers.ports as [number];
    for (const password of [PASSWORD, `wrong${PASSWORD}`]) {
      await redis.current.tracer
        .trace('work', async () => {
          const client = await open(`redis://:${password}@127.0.0.1:${port}/3`);
          await client.get('a');
          await client.get('a');
        })
        .catch(() => {});
    }
    const spans = redis.current.recorder.takeSpans();
    const text = JSON.stringify(
      spans.map((span) => [span.name, span.attributes, span.events, span.status]),
    );
    expect(text).toContain('"GET"');
    expect(text.match(/.{0,80}secret.{0,80}/)).toBeNull();
  });
});
