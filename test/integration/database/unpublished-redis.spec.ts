import { describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { Redis as Redis58 } from 'ioredis-5-8';
import { createClient as createClient6, createClientPool as createClientPool6 } from 'redis';
import { createClient as createClient4 } from 'redis-4';
import { createClient as createClient5 } from 'redis-5';
import { type TracingOptions, traceRedis } from '../../../lib/index.js';
import { type SpanRecorder, traceAsText } from '../../../lib/testing/index.js';
import { isServiceThere, REDIS } from '../../support/services.js';
import { type SongsApplication, songsApplications } from './songs-application.js';

const KEY = `traced-redis-${process.pid}:unpublished`;
const URL = `redis://127.0.0.1:${REDIS.port}`;
const applications = songsApplications();

/** What the tests use of all clients. */
interface Client {
  get(key: string): Promise<unknown>;
  set(key: string, value: string): Promise<unknown>;
  multi(): { get(key: string): { exec(): Promise<unknown> } };
}

interface ClientUnderTest {
  readonly name: string;
  open(): Promise<Client>;
}

async function ready(client: Client): Promise<Client> {
  await client.get(KEY);
  return client;
}

const CLIENTS: readonly ClientUnderTest[] = [
  ...(
    [
      ['ioredis 5.8', Redis58 as unknown as typeof Redis],
      ['ioredis 5.11, which publishes', Redis],
    ] as const
  ).map(([name, Class]) => ({
    name,
    open() {
      const client = new Class({ host: '127.0.0.1', port: REDIS.port });
      applications.atEnd(() => client.disconnect());
      return ready(client as unknown as Client);
    },
  })),
  ...(
    [
      ['node-redis 4', createClient4],
      ['node-redis 5.12, which publishes', createClient5],
      ['node-redis 6, which publishes', createClient6],
      ['a pool of node-redis 6, which publishes', createClientPool6],
    ] as const
  ).map(([name, create]) => ({
    name,
    async open() {
      const client = (create as (options: object) => unknown)({ url: URL }) as {
        connect(): Promise<unknown>;
        quit?(): Promise<unknown>;
        close?(): Promise<unknown>;
      };
      await client.connect();
      applications.atEnd(() => (client.close ?? client.quit)?.call(client));
      return ready(client as unknown as Client);
    },
  })),
];

const start = (client: object, options?: TracingOptions): Promise<SongsApplication> =>
  applications.start({ REDIS: client }, options);

const taken = (recorder: SpanRecorder): string =>
  traceAsText(recorder.takeSpans(), { attributes: ['db.namespace', 'server.port'] });

const itIfThere = (await isServiceThere(REDIS)) ? it : it.skip;
const AT = `db.namespace="0" server.port=${REDIS.port}`;

describe.each(CLIENTS)('a client among the providers, of $name', ({ open }) => {
  itIfThere('has one span for each command and transaction', async () => {
    const client = await open();
    const { recorder, run } = await start(client);
    await run(async () => {
      await client.set(KEY, 'hunter2');
      expect(await client.get(KEY)).toBe('hunter2');
      await client.multi().get(KEY).exec();
    });
    expect(taken(recorder).replace('MULTI GET', 'MULTI')).toBe(
      [
        'SongsService.run',
        `  SET [client] ${AT}`,
        `  GET [client] ${AT}`,
        `  MULTI [client] ${AT}`,
      ].join('\n'),
    );
    // No parent.
    await client.get(KEY);
    expect(taken(recorder)).toBe('');
  });

  itIfThere('has none where the library is not selected, and none after the shutdown', async () => {
    const client = await open();
    const { recorder, run, close } = await start(client, { database: { channels: ['mysql2'] } });
    await run(() => client.get(KEY));
    expect(taken(recorder)).toBe('SongsService.run');
    await close();
    await client.get(KEY);
    const next = await start(client);
    await next.run(() => client.get(KEY));
    expect(taken(next.recorder)).toBe(`SongsService.run\n  GET [client] ${AT}`);
    expect(recorder.takeSpans()).toEqual([]);
  });

  itIfThere('belongs to each of two applications that share it', async () => {
    const client = await open();
    const first = await start(client);
    const second = await start(client);
    await second.run(() => client.get(KEY));
    expect(taken(first.recorder)).toBe('');
    expect(taken(second.recorder)).toBe(`SongsService.run\n  GET [client] ${AT}`);
    await second.close();
    await first.run(() => client.get(KEY));
    expect(taken(first.recorder)).toBe(`SongsService.run\n  GET [client] ${AT}`);
  });

  itIfThere('has one span also where the user traces it', async () => {
    const client = traceRedis(await open());
    const { recorder, run } = await start(client);
    await run(() => client.get(KEY));
    expect(taken(recorder)).toBe(`SongsService.run\n  GET [client] ${AT}`);
  });
});
