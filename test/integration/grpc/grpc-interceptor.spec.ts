import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Controller, UseInterceptors } from '@nestjs/common';
import { GrpcTracingInterceptor } from 'nestjs-traced/grpc';
import type { SpanRecorder } from 'nestjs-traced/testing';
import { from, lastValueFrom, Subject, toArray } from 'rxjs';
import { OrdersController } from './application/orders.controller.js';
import {
  nextTrace,
  type Shop,
  type ShopClient,
  sharedTracing,
  startClient,
  startShop,
} from './application/start-shop.js';

@UseInterceptors(GrpcTracingInterceptor)
@Controller()
class InterceptedController extends OrdersController {}

describe.each([true, false])('GrpcTracingInterceptor with the hooks of servers %s', (server) => {
  let shop: Shop;
  let client: ShopClient;
  let recorder: SpanRecorder;

  beforeEach(async () => {
    const tracing = sharedTracing({ grpc: { server } });
    recorder = tracing.recorder;
    shop = await startShop(tracing.options, {}, undefined, [InterceptedController]);
    client = await startClient(tracing.options, shop.address);
  });

  afterEach(async () => {
    await client.client.close();
    await shop.server.close();
    recorder.verify();
  });

  it('traces a call once', async () => {
    await lastValueFrom(client.orders.find({ id: '7' }));
    expect(await nextTrace(recorder, 3)).toBe(
      'shop.Orders/Find [client] rpc.status_code=OK\n' +
        '  shop.Orders/Find [server] rpc.status_code=OK\n' +
        '    load',
    );
  });

  it('knows the status of an exception', async () => {
    const failing = lastValueFrom(client.orders.find({ id: '7', code: 13 }));
    await expect(failing).rejects.toThrow('code 13');
    expect(await nextTrace(recorder, 3)).toBe(
      'shop.Orders/Find [client] rpc.status_code=INTERNAL ERROR "code 13"\n' +
        '  shop.Orders/Find [server] rpc.status_code=INTERNAL ERROR "code 13" exception RpcException\n' +
        '    load',
    );
  });

  it.each([
    ['Collect', 'collect', 'take a', 'take b'],
    ['Chat', 'chat', 'answer a', 'answer b'],
    ['Pass', 'pass', 'pass a', 'pass b'],
  ] as const)('traces a stream of requests: %s', async (name, method, ...children) => {
    const orders = from([{ id: 'a' }, { id: 'b' }]);
    await lastValueFrom(client.orders[method](orders).pipe(toArray()));
    expect(await nextTrace(recorder, 4)).toBe(
      `shop.Orders/${name} [client] rpc.status_code=OK\n` +
        `  shop.Orders/${name} [server] rpc.status_code=OK\n` +
        `    ${children[0]}\n    ${children[1]}`,
    );
  });

  it('ends with a passed call whose caller has gone', async () => {
    const orders = new Subject<{ id: string }>();
    const subscription = client.orders.pass(orders).subscribe(() => subscription.unsubscribe());
    orders.next({ id: 'a' });
    expect(await nextTrace(recorder, 3)).toBe(
      'shop.Orders/Pass [client] rpc.status_code=CANCELLED ERROR "Cancelled on client"\n' +
        // The handler answers the end of the requests; that nobody heard it, the stream alone knows.
        `  shop.Orders/Pass [server] rpc.status_code=${server ? 'CANCELLED' : 'OK'}\n` +
        '    pass a',
    );
  });

  it('traces a stream of answers to its end', async () => {
    await lastValueFrom(client.orders.list({ id: 'all' }));
    expect(await nextTrace(recorder, 4)).toBe(
      'shop.Orders/List [client] rpc.status_code=OK\n' +
        '  shop.Orders/List [server] rpc.status_code=OK\n' +
        '    give first\n' +
        '    give last',
    );
  });
});
