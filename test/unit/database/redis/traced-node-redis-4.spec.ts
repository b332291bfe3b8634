import { describe, expect, it } from '@jest/globals';
import { nodeRedisKindOf } from '../../../../lib/database/redis/redis-shape.js';
import { traceNodeRedis } from '../../../../lib/database/redis/traced-node-redis.js';
import { traceNodeRedis4 } from '../../../../lib/database/redis/traced-node-redis-4.js';
import { HandlerDouble } from './redis-operation-double.js';

/** What all objects of node-redis 4 have. */
class BaseDouble {
  async commandsExecutor(): Promise<void> {}
  async sendCommand(..._args: unknown[]): Promise<string> {
    return 'reply';
  }
  async GET(..._args: unknown[]): Promise<string> {
    return 'reply';
  }
  get = this.GET;
  async CLIENT_GETNAME(): Promise<void> {}
  async clientGetName(): Promise<void> {}
  async EVAL_RO(..._args: unknown[]): Promise<void> {}
  async XREAD(..._args: unknown[]): Promise<void> {}
  MULTI(): unknown {
    return undefined;
  }
  on(): void {}
}

class ClientDouble extends BaseDouble {
  readonly json = Object.create({ GET: async () => 'json' }, { self: { value: this } });
  async multiExecutor(..._args: unknown[]): Promise<void> {}
}

function trace(client: object): HandlerDouble {
  const double = new HandlerDouble();
  const kind = nodeRedisKindOf(client);
  if (kind === undefined) throw new Error('no client');
  traceNodeRedis(client, kind, double.handler);
  return double;
}

const begun = ({ events }: HandlerDouble): string[] =>
  events.filter((event) => event.startsWith('begin')).map((event) => event.replace(/ at .*/, ''));

describe('traceNodeRedis4', () => {
  it('traces the methods of commands, of modules too, and no others', async () => {
    const client = new ClientDouble();
    const double = trace(client);
    expect(await client.get('a')).toBe('reply');
    await client.GET(['a', 'b']);
    await client.CLIENT_GETNAME();
    await client.clientGetName();
    await client.EVAL_RO('script', { keys: [] });
    await client.XREAD({ key: 's', id: '$' }, { BLOCK: 0 });
    await client.json.GET('a');
    await client.sendCommand(['DEL', 'a']);
    client.on();
    client.MULTI();
    expect(begun(double)).toEqual([
      'begin GET(a)',
      'begin GET(a,b)',
      'begin CLIENT()',
      'begin CLIENT()',
      'begin EVAL_RO(script,keys)',
      'begin XREAD(key,id,BLOCK)',
      'begin JSON.GET(a)',
      'begin DEL(a)',
    ]);
  });

  it('traces transactions and pipelines of a client', async () => {
    const client = new ClientDouble();
    const double = trace(client);
    await client.multiExecutor([{ args: ['GET', 'a'] }], undefined, Symbol('chain'));
    await client.multiExecutor([{ args: ['GET', 'a'] }]);
    expect(begun(double)).toEqual(['begin MULTI[GET]', 'begin PIPELINE[GET]']);
  });

  it('traces commands and transactions of a cluster, whose node is unknown', async () => {
    class Multi {
      addCommand(..._args: unknown[]): this {
        return this;
      }
      async exec(isPipeline = false): Promise<unknown> {
        return isPipeline ? this.execAsPipeline() : undefined;
      }
      async execAsPipeline(): Promise<void> {}
    }
    class ClusterDouble extends BaseDouble {
      override MULTI(): unknown {
        return new Multi();
      }
      multi = this.MULTI;
    }
    const cluster = new ClusterDouble();
    const double = trace(cluster);
    await cluster.sendCommand('a', true, ['GET', 'a']);
    await (cluster.multi() as Multi).addCommand('a', ['SET', 'a', '1']).exec();
    await (cluster.MULTI() as Multi).addCommand(['SET', 'a', '1']).execAsPipeline();
    expect(double.events.filter((event) => event.startsWith('begin'))).toEqual([
      'begin GET(a)',
      'begin MULTI[SET]',
      'begin PIPELINE[SET]',
    ]);
  });

  it('traces the legacy mode by its callbacks', async () => {
    type Done = (error: unknown, reply?: unknown) => void;
    const client = {
      options: { legacyMode: true },
      v4: { GET: async () => 'reply' },
      sendCommand(...args: unknown[]): void {
        const callback = args.at(-1) as Done;
        callback(args[0] === 'FAIL' ? new Error('failed') : null, 'reply');
      },
      async multiExecutor() {},
    };
    const double = new HandlerDouble();
    traceNodeRedis4(client, 'client-4', double.handler, () => ({}) as never);
    const replies: unknown[] = [];
    client.sendCommand('GET', ['a'], (_: unknown, reply: unknown) => replies.push(reply));
    client.sendCommand('FAIL', 'a', (error: unknown) => replies.push(String(error)));
    client.sendCommand('GET', 'a');
    await client.v4.GET();
    expect(replies).toEqual(['reply', 'Error: failed']);
    expect(double.events.map((event) => event.replace(/ at .*/, ''))).toEqual([
      'begin GET(a)',
      'finish GET',
      'begin FAIL(a)',
      'fail FAIL: failed',
      'begin GET(a)',
      'finish GET',
      'begin GET()',
      'finish GET',
    ]);
  });
});
