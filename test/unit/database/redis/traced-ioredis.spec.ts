import { describe, expect, it } from '@jest/globals';
import { beginCommand, isCommand } from '../../../../lib/database/redis/ioredis-command.js';
import { traceIoredis } from '../../../../lib/database/redis/traced-ioredis.js';
import { CommandDouble, IoredisDouble } from './ioredis-double.js';
import { HandlerDouble } from './redis-operation-double.js';

function traced(options: object = {}) {
  const client = new IoredisDouble(options);
  const double = new HandlerDouble();
  traceIoredis(client, double.handler);
  return { client, double };
}

describe('traceIoredis', () => {
  it('traces a command from its call to its reply, once', async () => {
    const { client, double } = traced({ host: 'cache', port: 1, db: 2 });
    traceIoredis(client, double.handler);
    const command = new CommandDouble('get', ['a']);
    const promise = client.sendCommand(command);
    // ioredis sends it again when the connection is there.
    void client.sendCommand(command);
    expect(promise).toBe(command.promise);
    command.resolve('b');
    expect(await promise).toBe('b');
    const failing = new CommandDouble('get');
    void client.sendCommand(failing);
    failing.reject(new Error('no'));
    expect(double.events).toEqual([
      'begin get(a) at cache:1/2',
      'finish get',
      'begin get() at cache:1/2',
      'fail get: no',
    ]);
  });

  it.each<[object, object, string]>([
    [{}, {}, 'localhost:6379/0'],
    [{ host: 'cache', port: '7' }, {}, 'cache:7/0'],
    [{ path: '/redis.sock', db: 1 }, {}, '/redis.sock:undefined/1'],
    [{ db: 1 }, { condition: { select: 3 } }, 'localhost:6379/3'],
    [
      { sentinels: [{}], host: 'localhost' },
      { stream: { remoteAddress: '10.0.0.1', remotePort: 9 } },
      '10.0.0.1:9/0',
    ],
    [{ sentinels: [{}] }, {}, 'undefined:undefined/0'],
  ])('knows the server of %j and %j', (options, state, server) => {
    const { client, double } = traced(options);
    Object.assign(client, state);
    void client.sendCommand(new CommandDouble('get'));
    expect(double.events).toEqual([`begin get() at ${server}`]);
  });

  it('knows no server of a cluster', () => {
    const client = Object.assign(new IoredisDouble({ host: 'x' }), { isCluster: true });
    const double = new HandlerDouble();
    traceIoredis(client, double.handler);
    void client.sendCommand(new CommandDouble('get'));
    expect(double.events).toEqual(['begin get()']);
  });

  it('marks a command that waits for the connection, where ioredis would publish it later', () => {
    const publishing = Object.assign(new IoredisDouble(), { _buildCommandContext() {} });
    traceIoredis(publishing, new HandlerDouble().handler);
    const command = new CommandDouble('get');
    void publishing.sendCommand(command);
    expect(command.isTraced).toBe(true);
    const { client } = traced();
    const other = new CommandDouble('get');
    void client.sendCommand(other);
    expect(other.isTraced).toBeUndefined();
  });

  it('leaves commands of pipelines, and what is no command, to ioredis', () => {
    const { client, double } = traced();
    void client.sendCommand(new CommandDouble('get'), { isPipeline: true });
    void client.sendCommand({ promise: Promise.resolve() } as CommandDouble);
    expect([client.sent.length, double.events]).toEqual([2, []]);
  });

  it('traces pipelines and transactions, and what they are created with', async () => {
    const { client, double } = traced();
    await client.pipeline([['get', 'a']]).exec();
    await (client.multi([['set', 'a', 1], 'x']) as { exec(): Promise<unknown> }).exec();
    expect(await client.multi({ pipeline: false })).toBe('OK');
    expect(double.events).toEqual([
      'begin PIPELINE[get] at localhost:6379/0',
      'finish PIPELINE',
      'begin MULTI[set] at localhost:6379/0',
      'finish MULTI',
    ]);
  });

  it('traces duplicates', () => {
    const { client, double } = traced();
    void client.duplicate().sendCommand(new CommandDouble('get'));
    expect(double.events).toHaveLength(1);
  });
});

describe('beginCommand', () => {
  it('changes nothing of a command without a span', () => {
    const double = new HandlerDouble();
    double.isTracing = false;
    const command = new CommandDouble('get');
    const { resolve } = command;
    beginCommand(command, double.handler, undefined);
    expect(command.resolve).toBe(resolve);
  });

  it.each([
    [new CommandDouble('get'), true],
    [{ name: 'get' }, false],
    [null, false],
    ['get', false],
  ])('isCommand(%p) is %p', (value, expected) => {
    expect(isCommand(value)).toBe(expected);
  });
});
