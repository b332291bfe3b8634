import { describe, expect, it } from '@jest/globals';
import { trace } from '@opentelemetry/api';
import { Redis } from 'ioredis';
import { Redis as Redis58 } from 'ioredis-5-8';
import { createClient, createClientPool, defineScript } from 'redis';
import { commandOptions, createClient as createClient4 } from 'redis-4';
import { createClientPool as createClientPool5 } from 'redis-5';
import { traceRedis } from '../../../lib/database/index.js';
import { isServiceThere, REDIS } from '../../support/services.js';
import { redisTracing } from './redis-tracing.js';

const itIfThere = (await isServiceThere(REDIS)) ? it : it.skip;
const KEY = `traced-redis-${process.pid}:other`;

const redis = redisTracing();
const BATCH_SIZE = ['db.operation.batch.size'];

const taken = (): string => redis.taken(BATCH_SIZE);
const traceOf = (work: () => unknown, name?: string): Promise<string> =>
  redis.traceOf(work, BATCH_SIZE, name);

/** Runs `work` for three callers at once, each in a trace of its own. */
async function callersOf(work: () => Promise<unknown>): Promise<string> {
  await Promise.all(
    ['a', 'b', 'c'].map((name) =>
      redis.current.tracer.trace(name, async () => {
        await work();
      }),
    ),
  );
  return taken();
}

const ofEachCaller = (line: string): string =>
  ['a', 'b', 'c'].map((name) => `${name}\n  ${line}`).join('\n\n');

/** ioredis declares no transaction within a pipeline. */
interface Nested {
  multi(): Nested;
  get(key: string): Nested;
  exec(): Nested;
}

const ioredis = [
  ['5.8', Redis58 as unknown as typeof Redis],
  ['5', Redis],
] as const;

describe.each(ioredis)('traceRedis on ioredis %s', (_, Class) => {
  function open(options: object = {}): Redis {
    const client = traceRedis(new Class({ host: '127.0.0.1', lazyConnect: true, ...options }));
    redis.atEnd(() => client.disconnect());
    return client;
  }

  itIfThere('keeps the commands of auto-pipelining in the traces of their callers', async () => {
    const client = open({ enableAutoPipelining: true });
    await client.connect();
    expect(await callersOf(() => client.get(KEY))).toBe(ofEachCaller('GET [client]'));
  });

  itIfThere('traces commands that wait for the connection, once', async () => {
    redis.restart({ database: { redis: { requireParent: false } } });
    const client = open();
    expect(await callersOf(() => client.get(KEY))).toBe(ofEachCaller('GET [client]'));
  });

  itIfThere('traces the clients that duplicate makes', async () => {
    const client = open().duplicate();
    redis.atEnd(() => client.disconnect());
    expect(await traceOf(() => client.get(KEY))).toBe('work\n  GET [client]');
  });

  itIfThere('traces callbacks, and keeps their context', async () => {
    const client = open();
    await client.connect();
    const text = await traceOf(
      () =>
        new Promise<void>((resolve) => {
          client.get(KEY, () => {
            expect(redis.current.tracer.activeSpan).toBeDefined();
            client
              .pipeline()
              .get(KEY)
              .exec(() => resolve());
          });
        }),
    );
    expect(text).toBe('work\n  GET [client]\n  PIPELINE GET [client]');
  });

  itIfThere('traces defined commands', async () => {
    const client = open();
    await client.connect();
    client.defineCommand('echoed', { numberOfKeys: 1, lua: `return '${process.pid} ${_}'` });
    const run = client as unknown as { echoed(key: string): Promise<unknown> };
    expect(await traceOf(() => run.echoed(KEY))).toBe('work\n  EVALSHA [client]');
  });

  itIfThere('shows the first failure of a pipeline, and hands on all results', async () => {
    const client = open();
    await client.connect();
    await client.set(KEY, 'text');
    const text = await traceOf(async () => {
      const results = await client
        .pipeline([['lpush', KEY, 'a']])
        .get(KEY)
        .exec();
      expect(results?.map(([error, reply]) => error?.message ?? reply)).toEqual([
        expect.stringContaining('WRONGTYPE'),
        'text',
      ]);
    });
    expect(text).toBe(
      'work\n  PIPELINE [client] db.operation.batch.size=2 ERROR "WRONGTYPE Operation against a key holding the wrong kind of value"',
    );
  });

  itIfThere('shows a transaction within a pipeline, and one without a pipeline', async () => {
    const client = open();
    await client.connect();
    const nested = client.pipeline() as unknown as Nested;
    expect(await traceOf(() => nested.multi().get(KEY).exec().exec())).toBe(
      'work\n  PIPELINE GET [client]',
    );
    const single = async (): Promise<void> => {
      await client.multi({ pipeline: false });
      await client.get(KEY);
      await client.exec();
    };
    expect(await traceOf(single)).toBe('work\n  MULTI [client]\n  GET [client]\n  EXEC [client]');
  });

  itIfThere('shows a transaction that the server discards', async () => {
    const client = open();
    await client.connect();
    const text = await traceOf(async () => {
      await expect(client.multi().call('NOSUCH').exec()).rejects.toThrow('EXECABORT');
    });
    expect(text).toBe(
      'work\n  MULTI NOSUCH [client] ERROR "EXECABORT Transaction discarded because of previous errors."',
    );
  });

  itIfThere('has one span for a command that ends because the connection is lost', async () => {
    const client = open({ retryStrategy: () => null });
    await client.connect();
    const text = await traceOf(async () => {
      const waiting = client.blpop(`${KEY}:nothing`, 0);
      client.disconnect();
      await expect(waiting).rejects.toThrow('Connection is closed.');
    });
    expect(text).toBe('work\n  BLPOP [client] ERROR "Connection is closed."');
  });
});

describe('traceRedis on node-redis 4', () => {
  async function open(options: object = {}) {
    const client = traceRedis(createClient4({ socket: { host: '127.0.0.1' }, ...options }));
    client.on('error', () => {});
    await client.connect();
    redis.atEnd(() => client.disconnect());
    return client;
  }

  itIfThere('traces commands of modules, in upper and camel case, and sendCommand', async () => {
    const client = await open();
    const text = await traceOf(async () => {
      await client.json.get(KEY).catch(() => {});
      await client.CLIENT_INFO();
      await client.aclWhoAmI();
      await client.hSet(`${KEY}:hash`, 'field', 'value');
      await client.sendCommand(['GET', KEY]);
    });
    expect(text.replace(/ ERROR .*/, ' ERROR')).toBe(
      'work\n  JSON.GET [client] ERROR\n  ACL [client]\n  HSET [client]\n  GET [client]',
    );
  });

  itIfThere('traces an isolated command once', async () => {
    const client = await open();
    const text = await traceOf(() =>
      client.blPop(commandOptions({ isolated: true }), `${KEY}:nothing`, 0.01),
    );
    expect(text).toBe('work\n  BLPOP [client]');
  });

  itIfThere('traces the callbacks of the legacy mode', async () => {
    const client = (await open({ legacyMode: true })) as unknown as {
      set(key: string, value: string, done: (error: unknown) => void): void;
      lpush(key: string, value: string, done: (error: unknown) => void): void;
      readonly v4: { get(key: string): Promise<unknown> };
    };
    const text = await traceOf(async () => {
      await new Promise<void>((resolve) => client.set(KEY, 'text', () => resolve()));
      const error = await new Promise((resolve) => client.lpush(KEY, 'text', resolve));
      expect(String(error)).toContain('WRONGTYPE');
      await client.v4.get(KEY);
    });
    expect(text).toBe(
      'work\n  SET [client]\n  LPUSH [client] ERROR "WRONGTYPE Operation against a key holding the wrong kind of value"\n  GET [client]',
    );
  });
});

describe('traceRedis on node-redis 5 and 6', () => {
  itIfThere.each([
    ['5', createClientPool5 as unknown as typeof createClientPool],
    ['6', createClientPool],
  ])('traces the clients that a pool lends: %s', async (_, create) => {
    const pool = traceRedis(create({ socket: { host: '127.0.0.1' } }));
    pool.on('error', () => {});
    await pool.connect();
    redis.atEnd(() => pool.destroy());
    const text = await traceOf(async () => {
      await pool.get(KEY);
      await pool.multi().get(KEY).exec();
    });
    expect(text).toBe('work\n  GET [client]\n  MULTI GET [client]');
  });

  itIfThere('traces scripts, selected databases and derived clients', async () => {
    const client = traceRedis(
      createClient({
        url: 'redis://127.0.0.1:6379/1',
        scripts: {
          one: defineScript({
            SCRIPT: 'return 1',
            NUMBER_OF_KEYS: 0,
            parseCommand: () => {},
            transformReply: (reply: number) => reply,
          } as never),
        },
      }),
    );
    client.on('error', () => {});
    await client.connect();
    redis.atEnd(() => client.destroy());
    await redis.current.tracer.trace('work', async () => {
      await client.get(KEY);
      await client.select(2);
      await client.withTypeMapping({}).get(KEY);
      await (client as unknown as { one(): Promise<unknown> }).one();
    });
    const spans = redis.current.recorder
      .takeSpans()
      .map(({ name, attributes }) => [name, attributes['db.namespace']]);
    expect(spans.filter(([name]) => name === 'GET')).toEqual([
      ['GET', '1'],
      ['GET', '2'],
    ]);
    expect(spans.some(([name]) => name === 'EVALSHA')).toBe(true);
  });
});

describe('an instrumentation of OpenTelemetry', () => {
  itIfThere('is the only source of spans for the library that it traces', async () => {
    redis.restart({ registerGlobally: true });
    const client = new Redis({ host: '127.0.0.1', lazyConnect: true });
    redis.atEnd(() => client.disconnect());
    await client.connect();
    expect(await traceOf(() => client.get(KEY))).toBe('work\n  GET [client]');
    // As the instrumentation does, which replaces `sendCommand`.
    const tracer = trace.getTracer('@opentelemetry/instrumentation-ioredis');
    const { sendCommand } = client;
    client.sendCommand = function (this: Redis, command, ...rest) {
      const span = tracer.startSpan(`theirs ${command.name}`);
      return (sendCommand.call(this, command, ...rest) as Promise<unknown>).finally(() =>
        span.end(),
      );
    } as typeof sendCommand;
    expect(await traceOf(() => client.get(KEY))).toBe('work\n  theirs get');
    expect(await traceOf(() => client.get(KEY))).toBe('work\n  theirs get');
  });
});
