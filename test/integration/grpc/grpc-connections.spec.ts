import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Controller } from '@nestjs/common';
import { GrpcMethod, RpcException } from '@nestjs/microservices';
import { lastValueFrom } from 'rxjs';
import { type Order, OrdersController } from './application/orders.controller.js';
import {
  nextTrace,
  type Shop,
  type ShopClient,
  sharedTracing,
  startClient,
  startShop,
} from './application/start-shop.js';

const UNAVAILABLE = 14;

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function shopWith(...parameters: Parameters<typeof startShop>): Promise<Shop> {
  const shop = await startShop(...parameters);
  cleanups.push(() => shop.server.close());
  return shop;
}

async function clientWith(...parameters: Parameters<typeof startClient>): Promise<ShopClient> {
  const client = await startClient(...parameters);
  cleanups.push(() => client.client.close());
  return client;
}

describe('a call that @grpc/grpc-js retries', () => {
  const MAX_ATTEMPTS = 3;
  const channelOptions = {
    'grpc.service_config': JSON.stringify({
      methodConfig: [
        {
          name: [{ service: 'shop.Orders' }],
          retryPolicy: {
            maxAttempts: MAX_ATTEMPTS,
            initialBackoff: '0.01s',
            maxBackoff: '0.01s',
            backoffMultiplier: 1,
            retryableStatusCodes: ['UNAVAILABLE'],
          },
        },
      ],
    }),
  };

  /** Fails as many times as the order's code says, then answers. */
  @Controller()
  class FlakyController extends OrdersController {
    #callCount = 0;

    @GrpcMethod('Orders', 'Find')
    override async find(order: Order): Promise<Order> {
      this.#callCount++;
      if (this.#callCount > (order.code ?? 0)) return order;
      throw new RpcException({ code: UNAVAILABLE, message: `attempt ${this.#callCount}` });
    }
  }

  const attempt = (number: number): string =>
    `  shop.Orders/Find [server] rpc.status_code=UNAVAILABLE ERROR "attempt ${number}" exception RpcException\n`;

  it('is one span of the client, with one of the server for each attempt', async () => {
    const { options, recorder } = sharedTracing();
    const { address } = await shopWith(options, {}, undefined, [FlakyController]);
    const { orders } = await clientWith(options, address, { channelOptions });
    expect(await lastValueFrom(orders.find({ id: '7', code: 2 }))).toMatchObject({ id: '7' });
    expect(await nextTrace(recorder, 4)).toBe(
      'shop.Orders/Find [client] rpc.status_code=OK\n' +
        attempt(1) +
        attempt(2) +
        '  shop.Orders/Find [server] rpc.status_code=OK',
    );
    recorder.verify();
  });

  it('fails with the last attempt', async () => {
    const { options, recorder } = sharedTracing();
    const { address } = await shopWith(options, {}, undefined, [FlakyController]);
    const { orders } = await clientWith(options, address, { channelOptions });
    await expect(lastValueFrom(orders.find({ id: '7', code: 9 }))).rejects.toThrow('attempt 3');
    expect(await nextTrace(recorder, 1 + MAX_ATTEMPTS)).toBe(
      'shop.Orders/Find [client] rpc.status_code=UNAVAILABLE ERROR "attempt 3"\n' +
        (attempt(1) + attempt(2) + attempt(3)).trimEnd(),
    );
    recorder.verify();
  });
});

describe('a stream', () => {
  /** What stands between client and server, and can be cut. */
  async function startWire(address: string): Promise<{ address: string; cut(): void }> {
    const sockets = new Set<Socket>();
    const wire = createServer((near) => {
      const far = connect(Number(address.split(':')[1]), '127.0.0.1');
      for (const [from, to] of [
        [near, far],
        [far, near],
      ] as const) {
        sockets.add(from);
        from.on('error', () => {});
        from.pipe(to);
      }
    });
    wire.listen(0, '127.0.0.1');
    await once(wire, 'listening');
    const cut = (): void => {
      for (const socket of sockets) socket.resetAndDestroy();
    };
    cleanups.push(() => {
      cut();
      wire.close();
    });
    return { address: `127.0.0.1:${(wire.address() as AddressInfo).port}`, cut };
  }

  it('whose connection is lost in the middle ends on both sides', async () => {
    const { options, recorder } = sharedTracing();
    const shop = await shopWith(options);
    const wire = await startWire(shop.address);
    const { orders } = await clientWith(options, wire.address);
    const ending = new Promise((resolve) => {
      orders.list({ id: 'wait' }).subscribe({ next: () => wire.cut(), error: resolve });
    });
    expect(await ending).toMatchObject({ code: UNAVAILABLE });
    expect(await nextTrace(recorder, 2)).toMatch(
      /^shop.Orders\/List \[client\] rpc.status_code=UNAVAILABLE ERROR ".+"\n {2}shop.Orders\/List \[server\] rpc.status_code=CANCELLED$/,
    );
    recorder.verify();
  });

  it('whose server shuts down in the middle ends on both sides', async () => {
    const { options, recorder } = sharedTracing();
    const shop = await shopWith(options);
    const { orders } = await clientWith(options, shop.address);
    const stream = orders.list({ id: 'wait' });
    const ending = new Promise<{ code: number }>((resolve) => {
      stream.subscribe({ next: () => void shop.server.close(), error: resolve });
    });
    const { code } = await ending;
    expect(code).not.toBe(0);
    expect(await nextTrace(recorder, 2)).toMatch(
      /^shop.Orders\/List \[client\] rpc.status_code=(UNAVAILABLE|CANCELLED|INTERNAL) ERROR ".+"\n {2}shop.Orders\/List \[server\] rpc.status_code=CANCELLED$/,
    );
    recorder.verify();
  });
});
