import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import * as net from 'node:net';
import { expect, it } from '@jest/globals';
import { type ClientProvider, type MicroserviceOptions, Transport } from '@nestjs/microservices';
import { testTracingOptions, traceAsText } from 'nestjs-traced/testing';
import { lastValueFrom, retry, timeout } from 'rxjs';
import { isServiceThere, REDIS } from '../../support/services.js';
import { until } from '../../support/until.js';
import { createOrdersController } from './application/orders.controller.js';
import { startClient, startShop } from './application/start-shop.js';

const itIfThere = (await isServiceThere(REDIS)) ? it : it.skip;

/** Stands before Redis, so that its connections can be lost without an effect on other tests. */
async function startProxy() {
  const sockets = new Set<net.Socket>();
  const server = net.createServer((socket) => {
    const broker = net.connect(REDIS.port, '127.0.0.1');
    for (const one of [socket, broker]) {
      sockets.add(one);
      one.on('error', () => {});
      one.on('close', () => {
        sockets.delete(one);
        socket.destroy();
        broker.destroy();
      });
    }
    socket.pipe(broker).pipe(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const drop = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return { port: (server.address() as net.AddressInfo).port, drop, server };
}

itIfThere('traces requests again when the broker has gone away and come back', async () => {
  const proxy = await startProxy();
  const { options, recorder, warnings } = testTracingOptions();
  const pattern = (name: string) => `orders-${run}.${name}`;
  const run = randomUUID();
  const redis = { host: '127.0.0.1', port: proxy.port, retryAttempts: 100, retryDelay: 20 };
  const transport = { transport: Transport.REDIS, options: redis } as const;
  const shop = await startShop(
    transport as MicroserviceOptions,
    [createOrdersController(pattern)],
    options,
  );
  const { application, client } = await startClient(transport as ClientProvider, options);
  const find = () =>
    lastValueFrom(
      client.send(pattern('find'), 'x').pipe(timeout(500), retry({ count: 40, delay: 20 })),
    );
  try {
    await find();
    await until(
      () => recorder.openSpans.length === 0,
      () => recorder.openSpans.map(({ name }) => name),
    );
    recorder.reset();
    const unanswered = lastValueFrom(client.send(pattern('silent'), 'x').pipe(timeout(1000)));
    unanswered.catch(() => {});
    await until(
      () => shop.handled.unanswered.length === 1,
      () => shop.handled,
    );
    proxy.drop();
    await expect(unanswered).rejects.toThrow();
    for (const subscriber of shop.handled.unanswered) subscriber.complete();
    expect(await find()).toBe('x');
    await until(
      () => recorder.openSpans.length === 0,
      () => recorder.openSpans.map(({ name }) => name),
    );
    const text = traceAsText(recorder.takeSpans(), { attributes: false });
    expect(text).toContain(
      `send ${pattern('silent')} [client]\n  process ${pattern('silent')} [server]`,
    );
    expect(text).toMatch(/find \[client\]\n {2}process .*find \[server\]\n {4}Stock\.load$/);
    expect(warnings).toEqual([]);
  } finally {
    await application.close();
    await shop.server.close();
    proxy.drop();
    proxy.server.close();
  }
});
