import { describe, expect, it } from '@jest/globals';
import { nodeRedisKindOf } from '../../../../lib/database/redis/redis-shape.js';
import { traceNodeRedis } from '../../../../lib/database/redis/traced-node-redis.js';
import { HandlerDouble } from './redis-operation-double.js';

/** A client as of node-redis 5, of which the user gets a derived object. */
class ClientDouble {
  readonly _self = this;
  readonly sent: unknown[] = [];

  constructor(readonly options: object = {}) {}

  async sendCommand(args: readonly string[]): Promise<string> {
    this.sent.push(args);
    if (args[0] === 'FAIL') throw new Error('failed');
    return 'reply';
  }

  async _executeMulti(_commands?: unknown): Promise<void> {}
  async _executePipeline(_commands?: unknown): Promise<void> {}
  async _executeCommand(): Promise<void> {}
  GET(): Promise<string> {
    return this.sendCommand(['GET', 'a']);
  }
  MULTI(): void {}
  duplicate(): ClientDouble {
    return new ClientDouble(this.options);
  }
}

function trace(client: object, double = new HandlerDouble()): HandlerDouble {
  const kind = nodeRedisKindOf(client);
  if (kind === undefined) throw new Error('no client');
  traceNodeRedis(client, kind, double.handler);
  return double;
}

describe('traceNodeRedis', () => {
  it('traces commands of the client and of objects that are derived from it, once', async () => {
    const client = Object.create(
      new ClientDouble({ socket: { host: 'cache', port: 1 } }),
    ) as ClientDouble;
    const double = trace(client);
    trace(client, double);
    expect(await client.GET()).toBe('reply');
    await expect(Object.create(client).sendCommand(['FAIL', 'x'])).rejects.toThrow('failed');
    expect(double.events).toEqual([
      'begin GET(a) at cache:1/0',
      'finish GET',
      'begin FAIL(x) at cache:1/0',
      'fail FAIL: failed',
    ]);
  });

  it.each<[object, string]>([
    [{}, 'localhost:6379/0'],
    [{ database: 4 }, 'localhost:6379/4'],
    [{ url: 'redis://user:password@cache:7/3' }, 'cache:7/3'],
    [{ url: 'not a url' }, 'localhost:6379/0'],
    [{ socket: { path: '/redis.sock' } }, '/redis.sock:undefined/0'],
  ])('knows the server of %j, and the selected database', async (options, server) => {
    const client = new ClientDouble(options);
    const double = trace(client);
    await client.sendCommand(['SELECT', '9']);
    await client.GET();
    expect(double.events[0]).toBe(`begin SELECT(9) at ${server}`);
    expect(double.events[2]).toBe(`begin GET(a) at ${server.replace(/\d+$/, '9')}`);
  });

  it('traces transactions, pipelines and duplicates', async () => {
    const client = new ClientDouble() as ClientDouble &
      Record<string, (commands: unknown) => Promise<void>>;
    const double = trace(client);
    const commands = [{ args: ['SET', 'a', '1'] }, { args: ['GET', 'a'] }];
    await client._executeMulti(commands);
    await client._executePipeline(commands);
    await client.duplicate().GET();
    expect(double.events.filter((event) => event.startsWith('begin'))).toEqual([
      'begin MULTI[SET,GET] at localhost:6379/0',
      'begin PIPELINE[SET,GET] at localhost:6379/0',
      'begin GET(a) at localhost:6379/0',
    ]);
  });

  it('traces the clients that a pool and a cluster lend', async () => {
    const lent = [new ClientDouble(), new ClientDouble()] as const;
    const group = {
      sendCommand() {},
      GET() {},
      MULTI() {},
      _execute: (_key: string, work: (client: ClientDouble) => unknown) => work(lent[0]),
      _slots: { getClientAndSlotNumber: async () => ({ client: lent[1], slot: 1 }) },
    };
    const double = trace(group);
    await group._execute('a', (client) => client.GET());
    const { client, slot } = await group._slots.getClientAndSlotNumber();
    await client.GET();
    expect(slot).toBe(1);
    expect(double.events.filter((event) => event.startsWith('begin'))).toHaveLength(2);
  });
});
