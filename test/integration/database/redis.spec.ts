import { Redis } from 'ioredis';
import { Redis as Redis58 } from 'ioredis-5-8';
import { Redis as Redis6 } from 'ioredis-6';
import * as redis6 from 'redis';
import * as redis4 from 'redis-4';
import * as redis5 from 'redis-5';
import { traceRedis } from '../../../lib/database/index.js';
import { type RedisClientUnderTest, redisAdapterSuite } from '../../suites/redis-adapter.suite.js';
import { isServiceThere, REDIS } from '../../support/services.js';

const isThere = await isServiceThere(REDIS);

/** The options that all versions of ioredis understand. */
function ioredisOptions(port: number) {
  return { host: '127.0.0.1', port, lazyConnect: true, retryStrategy: null } as never;
}

async function openIoredis(create: (port: number) => unknown, port = 6379) {
  const client = create(port) as Redis;
  client.on('error', () => {});
  await client.connect();
  return testedIoredis(client);
}

function testedIoredis(client: Redis): RedisClientUnderTest {
  return {
    set: (key, value) => client.set(key, value),
    get: (key) => client.get(key),
    push: (key, value) => client.lpush(key, value),
    transaction: (key, value) => client.multi().set(key, value).get(key).exec(),
    pipeline: (key, value) => client.pipeline().set(key, value).get(key).exec(),
    evaluate: (script, key, value) => client.eval(script, 1, key, value),
    blockingPop: (key, timeoutSeconds) => client.blpop(key, timeoutSeconds),
    send: (command, ...args) => client.call(command, ...args),
    publish: (channel, message) => client.publish(channel, message),
    subscribe: (channel, onMessage) => {
      client.on('message', (_, message) => onMessage(message));
      return client.subscribe(channel);
    },
    scan: async (match) => {
      const keys: string[] = [];
      for await (const page of client.scanStream({ match })) keys.push(...(page as string[]));
      return keys;
    },
    close: () => client.disconnect(),
  };
}

type NodeRedis = ReturnType<typeof redis6.createClient>;

async function openNodeRedis(create: (options: never) => unknown, port = 6379) {
  const client = create({
    socket: { host: '127.0.0.1', port, reconnectStrategy: false },
  } as never) as NodeRedis;
  client.on('error', () => {});
  await client.connect();
  return testedNodeRedis(client);
}

function testedNodeRedis(client: NodeRedis): RedisClientUnderTest {
  return {
    set: (key, value) => client.set(key, value),
    get: (key) => client.get(key),
    push: (key, value) => client.lPush(key, value),
    transaction: (key, value) => client.multi().set(key, value).get(key).exec(),
    pipeline: (key, value) => client.multi().set(key, value).get(key).execAsPipeline(),
    evaluate: (script, key, value) => client.eval(script, { keys: [key], arguments: [value] }),
    blockingPop: (key, timeoutSeconds) => client.blPop(key, timeoutSeconds),
    send: (command, ...args) => client.sendCommand([command, ...args]),
    publish: (channel, message) => client.publish(channel, message),
    subscribe: (channel, onMessage) => client.subscribe(channel, (message) => onMessage(message)),
    scan: async (MATCH) => {
      const keys: string[] = [];
      for await (const page of client.scanIterator({ MATCH })) keys.push(...[page].flat());
      return keys;
    },
    // Version 4 has no `destroy`.
    close: () => (client.destroy ?? client.disconnect).call(client),
  };
}

// ioredis publishes the commands of a pipeline one by one.
const ioredisChannels = { transaction: 'MULTI', pipeline: ['SET', 'GET'] };
const nodeRedisChannels = { transaction: 'MULTI', pipeline: ['PIPELINE'] };

redisAdapterSuite({
  name: 'the channels of ioredis 5',
  isThere,
  batches: ioredisChannels,
  open: (port) => openIoredis((at) => new Redis(ioredisOptions(at)), port),
});

redisAdapterSuite({
  name: 'the channels of ioredis 6',
  isThere,
  batches: ioredisChannels,
  open: (port) => openIoredis((at) => new Redis6(ioredisOptions(at)), port),
});

redisAdapterSuite({
  name: 'the channels of node-redis 5',
  isThere,
  batches: nodeRedisChannels,
  open: (port) => openNodeRedis(redis5.createClient as never, port),
});

redisAdapterSuite({
  name: 'the channels of node-redis 6',
  isThere,
  batches: nodeRedisChannels,
  open: (port) => openNodeRedis(redis6.createClient as never, port),
});

const byHand = { transaction: 'MULTI', pipeline: ['PIPELINE'] };

for (const [version, create] of [
  ['ioredis 5.8', (port) => new Redis58(ioredisOptions(port))],
  ['ioredis 5', (port) => new Redis(ioredisOptions(port))],
  ['ioredis 6', (port) => new Redis6(ioredisOptions(port))],
] as [string, (port: number) => object][]) {
  redisAdapterSuite({
    name: `traceRedis on ${version}`,
    isThere,
    batches: byHand,
    open: (port) => openIoredis((at) => traceRedis(traceRedis(create(at))), port),
  });
}

for (const [version, { createClient }] of [
  ['node-redis 4', redis4],
  ['node-redis 5', redis5],
  ['node-redis 6', redis6],
] as [string, typeof redis6][]) {
  redisAdapterSuite({
    name: `traceRedis on ${version}`,
    isThere,
    batches: byHand,
    open: (port) => openNodeRedis((options) => traceRedis(traceRedis(createClient(options))), port),
  });
}
