import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { contextStorage, TracingContext, withLibraryWork } from '../../lib/context/index.js';
import type { DatabaseApplicationOptions } from '../../lib/database/index.js';
import { createTestTracing, type TestTracing, traceAsText } from '../../lib/testing/index.js';

/** A client of Redis that is traced, connected to the server of the tests unless `port` says otherwise. */
export interface RedisClientUnderTest {
  set(key: string, value: string): Promise<unknown>;
  get(key: string): Promise<unknown>;
  /** Fails if the key holds a text. */
  push(key: string, value: string): Promise<unknown>;
  /** `SET key value` and `GET key` as a transaction. */
  transaction(key: string, value: string): Promise<unknown>;
  /** `SET key value` and `GET key` as a pipeline. */
  pipeline(key: string, value: string): Promise<unknown>;
  evaluate(script: string, key: string, value: string): Promise<unknown>;
  /** `BLPOP` with a timeout. */
  blockingPop(key: string, timeoutSeconds: number): Promise<unknown>;
  send(command: string, ...args: string[]): Promise<unknown>;
  publish(channel: string, message: string): Promise<unknown>;
  /** Calls back with each message, until the client is closed. */
  subscribe(channel: string, onMessage: (message: string) => void): Promise<unknown>;
  /** Reads all keys that match, by an iterator or a stream. */
  scan(pattern: string): Promise<string[]>;
  close(): unknown;
}

/** A way to trace a client of Redis. */
export interface RedisAdapterUnderTest {
  readonly name: string;
  readonly isThere: boolean;
  /** The names of the spans of a transaction and a pipeline. */
  readonly batches: { readonly transaction: string; readonly pipeline: readonly string[] };
  /** Whether the spans of batches show their number of commands. @default true */
  readonly hasBatchSize?: boolean;
  open(port?: number): Promise<RedisClientUnderTest>;
}

const PREFIX = `traced-redis-${process.pid}`;
const REFUSED_PORT = 1;

/** What every adapter for Redis must do, with a real server. */
export function redisAdapterSuite({ name, isThere, batches, open }: RedisAdapterUnderTest): void {
  describe(`${name}, as every adapter for Redis,`, () => {
    const itIfThere = isThere ? it : it.skip;
    const key = `${PREFIX}:text`;
    let tracing: TestTracing;
    const clients: RedisClientUnderTest[] = [];

    const start = (database: DatabaseApplicationOptions = {}): void => {
      tracing?.close();
      tracing?.recorder.reset();
      tracing = createTestTracing({ database });
    };
    const connect = async (port?: number): Promise<RedisClientUnderTest> => {
      const client = await open(port);
      clients.push(client);
      return client;
    };
    /** Runs `work` in a span, and returns its trace without the attributes of the server. */
    const traceOf = async (
      work: () => Promise<unknown>,
      attributes: readonly string[] = [],
    ): Promise<string> => {
      await tracing.tracer.trace('work', async () => {
        await work();
      });
      return traceAsText(tracing.recorder.takeSpans(), { attributes: [...attributes] });
    };
    const tree = (...names: string[]): string =>
      ['work', ...names.map((line) => `  ${line}`)].join('\n');

    beforeEach(() => start());

    afterEach(async () => {
      for (const client of clients.splice(0)) await client.close();
      tracing.close();
      tracing.recorder.verify();
      expect(tracing.warnings).toEqual([]);
    });

    itIfThere('shows each command with its name, the server and the database', async () => {
      const client = await connect();
      await traceOf(() => client.set(key, 'secret'));
      await tracing.tracer.trace('work', async () => {
        expect(await client.get(key)).toBe('secret');
      });
      const [span] = tracing.recorder.takeSpans();
      expect(span?.name).toBe('GET');
      expect(span?.attributes).toEqual({
        'db.system.name': 'redis',
        'db.operation.name': 'GET',
        'db.namespace': '0',
        'server.address': '127.0.0.1',
        'server.port': 6379,
      });
    });

    itIfThere('gives concurrent callers their own spans', async () => {
      const client = await connect();
      await client.set(key, 'value');
      await Promise.all(
        Array.from({ length: 20 }, (_, index) =>
          tracing.tracer.trace(`caller ${index}`, async () => {
            await client.get(key);
            await client.get(key);
          }),
        ),
      );
      expect(traceAsText(tracing.recorder.takeSpans(), { attributes: [] })).toBe(
        Array.from(
          { length: 20 },
          (_, index) => `caller ${index}\n  GET [client]\n  GET [client]`,
        ).join('\n\n'),
      );
    });

    itIfThere('shows a transaction and a pipeline', async () => {
      const client = await connect();
      const attributes = ['db.operation.batch.size'];
      const size = ' db.operation.batch.size=2';
      expect(await traceOf(() => client.transaction(key, 'a'), attributes)).toBe(
        tree(`${batches.transaction} [client]${size}`),
      );
      const shown = batches.pipeline.length === 1 ? size : '';
      expect(await traceOf(() => client.pipeline(key, 'a'), attributes)).toBe(
        tree(...batches.pipeline.map((line) => `${line} [client]${shown}`)),
      );
    });

    itIfThere('shows the code of a failure, and hands on the error', async () => {
      const client = await connect();
      await client.set(key, 'a');
      const text = await traceOf(async () => {
        await expect(client.push(key, 'secret')).rejects.toThrow('WRONGTYPE Operation');
      }, ['db.response.status_code', 'error.type']);
      expect(text).toBe(
        tree(
          'LPUSH [client] db.response.status_code=WRONGTYPE error.type=WRONGTYPE ERROR "WRONGTYPE Operation against a key holding the wrong kind of value"',
        ),
      );
    });

    itIfThere('says that a command may wait', async () => {
      const client = await connect();
      const text = await traceOf(
        () => client.blockingPop(`${PREFIX}:nothing`, 0.05),
        ['nestjs_traced.db.blocking_command'],
      );
      expect(text).toBe(tree('BLPOP [client] nestjs_traced.db.blocking_command=true'));
    });

    itIfThere('traces published messages, and receives them', async () => {
      const [publisher, subscriber] = [await connect(), await connect()];
      const messages: string[] = [];
      const arrived = new Promise<void>((resolve) => {
        void subscriber.subscribe(`${PREFIX}:channel`, (message) => {
          messages.push(message);
          resolve();
        });
      });
      await tracing.tracer.trace('work', async () => {
        // The subscription may not be there yet.
        for (let tries = 0; tries < 100 && messages.length === 0; tries++) {
          await publisher.publish(`${PREFIX}:channel`, 'secret');
          await new Promise((resolve) => setTimeout(resolve, 10));
        }
      });
      await arrived;
      const lines = traceAsText(tracing.recorder.takeSpans(), { attributes: [] }).split('\n');
      expect([...new Set(lines)]).toEqual(['work', '  PUBLISH [client]']);
      expect(messages[0]).toBe('secret');
    });

    itIfThere('reads all keys', async () => {
      const client = await connect();
      await client.set(`${PREFIX}:scanned`, 'a');
      const text = await traceOf(async () => {
        expect(await client.scan(`${PREFIX}:scann*`)).toEqual([`${PREFIX}:scanned`]);
      });
      expect([...new Set(text.split('\n'))]).toEqual(['work', '  SCAN [client]']);
    });

    itIfThere('has no spans without a parent, and for the work of a library', async () => {
      const client = await connect();
      await client.get(key);
      await contextStorage.run(withLibraryWork(TracingContext.ROOT), () => client.get(key));
      await tracing.tracer.trace('work', () =>
        contextStorage.run(withLibraryWork(contextStorage.active()), async () => {
          await client.get(key);
          await client.transaction(key, 'a');
          await client.pipeline(key, 'a');
        }),
      );
      expect(tracing.recorder.takeSpans().map(({ name }) => name)).toEqual(['work']);
    });

    itIfThere('shows patterns of keys and the number of arguments, if asked', async () => {
      start({
        redis: {
          requireParent: false,
          keyPattern: (command, of) => (command === 'GET' ? of.replace(/\d+/, '*') : undefined),
          queryText: 'sanitized',
        },
      });
      const client = await connect();
      await client.get(key);
      const { name, attributes } = tracing.recorder.takeSpan();
      expect([
        name,
        attributes['nestjs_traced.db.key_pattern'],
        attributes['db.query.text'],
      ]).toEqual(['GET traced-redis-*:text', 'traced-redis-*:text', 'GET ?']);
    });

    itIfThere('shows none of 200 secrets', async () => {
      start({ redis: { queryText: 'sanitized' }, foldQueriesAfter: 50 });
      const client = await connect();
      await client.set(key, 'a');
      await tracing.tracer.trace('outer', async () => {
        for (let index = 0; index < 200; index++) {
          const secret = `hunter${index}secret`;
          await tracing.tracer.trace('inner', () => attempt(client, index, secret)).catch(() => {});
        }
      });
      const spans = tracing.recorder.takeSpans();
      expect(spans.length).toBeGreaterThan(300);
      const text = JSON.stringify(
        spans.map(({ name, attributes, events, status }) => [name, attributes, events, status]),
      );
      expect(text.match(/.{0,100}hunter\d+secret.{0,20}/i)).toBeNull();
    });

    const attempt = (client: RedisClientUnderTest, index: number, secret: string) => {
      const attempts: (() => Promise<unknown>)[] = [
        () => client.set(`${key}:${secret}`, secret),
        () => client.push(key, secret),
        () => client.send('GET', secret, secret, secret),
        () => client.send('CONFIG', secret, secret),
        () => client.send('NOSUCHCOMMAND', secret),
        () => client.evaluate(`return redis.error_reply('${secret} ${secret}')`, secret, secret),
        () => client.evaluate(`error('${secret}')`, secret, secret),
        () => client.evaluate('return redis.error_reply(ARGV[1])', secret, `ERR ${secret}`),
        () => client.transaction(`${key}:${secret}`, secret),
        () => client.pipeline(`${key}:${secret}`, secret),
        () => client.publish(secret, secret),
        () => client.blockingPop(secret, 0.001),
      ];
      return (attempts[index % attempts.length] as () => Promise<unknown>)();
    };

    itIfThere('survives a server that is not there', async () => {
      const client = await connect(REFUSED_PORT).catch(() => undefined);
      const text = await traceOf(async () => {
        await expect(client?.get('a') ?? Promise.reject(new Error('refused'))).rejects.toThrow();
      });
      expect(text).toMatch(/^work(\n {2}(GET|connect) \[client\] ERROR ".*")*$/);
    });

    itIfThere('keeps the trace of the code that waits for the connection', async () => {
      const client = await connect();
      await tracing.tracer.trace('work', async (work) => {
        await client.get(key);
        expect(tracing.tracer.activeSpan).toBe(work);
      });
      tracing.recorder.takeSpans();
    });
  });
}
