import { randomUUID } from 'node:crypto';
import { expect, it } from '@jest/globals';
import { type ClientProvider, type MicroserviceOptions, Transport } from '@nestjs/microservices';
import type { TracingOptions } from 'nestjs-traced';
import { testTracingOptions, traceAsText } from 'nestjs-traced/testing';
import { lastValueFrom, retry, timeout } from 'rxjs';
import { startBrokerProxy } from '../../support/broker-proxy.js';
import {
  isServiceThere,
  MOSQUITTO,
  NATS,
  RABBITMQ,
  REDIS,
  rabbitmqUrl,
  type Service,
} from '../../support/services.js';
import { until } from '../../support/until.js';
import { createOrdersController } from './application/orders.controller.js';
import { startClient, startShop } from './application/start-shop.js';

interface Broker {
  readonly service: Service;
  readonly separator?: string;
  /** Reconnects soon, through the proxy. */
  readonly transport: (port: number, run: string) => object;
}

const BROKERS: Broker[] = [
  {
    service: REDIS,
    transport: (port) => ({
      transport: Transport.REDIS,
      options: { host: '127.0.0.1', port, retryAttempts: 100, retryDelay: 20 },
    }),
  },
  {
    service: NATS,
    transport: (port) => ({
      transport: Transport.NATS,
      options: {
        servers: [`nats://127.0.0.1:${port}`],
        maxReconnectAttempts: -1,
        reconnectTimeWait: 20,
        ignoreClusterUpdates: true,
      },
    }),
  },
  {
    service: RABBITMQ,
    transport: (port, run) => ({
      transport: Transport.RMQ,
      options: {
        urls: [rabbitmqUrl(port)],
        queue: `outage-${run}`,
        queueOptions: { durable: false, expires: 30_000 },
        socketOptions: { reconnectTimeInSeconds: 0.05 },
      },
    }),
  },
  {
    service: MOSQUITTO,
    separator: '/',
    transport: (port) => ({
      transport: Transport.MQTT,
      options: { url: `mqtt://127.0.0.1:${port}`, reconnectPeriod: 20 },
    }),
  },
];

for (const { service, separator = '.', transport } of BROKERS) {
  const itIfThere = (await isServiceThere(service)) ? it : it.skip;

  /** How a request ends that waits while the connections are lost, and one that is sent afterwards. */
  const loseConnections = async (
    tracing: TracingOptions | undefined,
    pattern: (name: string) => string,
    beforeLoss: () => Promise<void>,
    afterwards: () => Promise<void>,
  ): Promise<unknown[]> => {
    const proxy = await startBrokerProxy(service.port);
    const options = transport(proxy.port, randomUUID());
    const shop = await startShop(
      options as MicroserviceOptions,
      [createOrdersController(pattern)],
      tracing,
    );
    const { application, client } = await startClient(options as ClientProvider, tracing);
    const find = () =>
      lastValueFrom(
        client.send(pattern('find'), 'x').pipe(timeout(500), retry({ count: 40, delay: 20 })),
      );
    try {
      await find();
      await beforeLoss();
      const waiting = lastValueFrom(client.send(pattern('silent'), 'x').pipe(timeout(2000))).catch(
        (error: Error) => error.constructor.name,
      );
      await until(
        () => shop.handled.unanswered.length === 1,
        () => shop.handled.unanswered.length,
      );
      proxy.drop();
      const outcomes = [await waiting, await find()];
      // Not before: an answer that is sent while the connection breaks is neither sent again nor given up.
      for (const subscriber of shop.handled.unanswered) subscriber.complete();
      await afterwards();
      return outcomes;
    } finally {
      await application.close();
      await shop.server.close();
      proxy.close();
    }
  };

  itIfThere(
    `${service.name}: traces requests again when it has gone away and come back`,
    async () => {
      const run = randomUUID();
      const pattern = (name: string) => ['orders', run, name].join(separator);
      const untraced = await loseConnections(
        undefined,
        pattern,
        async () => {},
        async () => {},
      );
      const { options, recorder, warnings } = testTracingOptions();
      const allEnded = () =>
        until(
          () => recorder.openSpans.length === 0,
          () => recorder.openSpans.map(({ name }) => name),
        );
      const traced = await loseConnections(
        options,
        pattern,
        async () => {
          await allEnded();
          recorder.reset();
        },
        allEnded,
      );
      expect(traced).toEqual(untraced);
      expect(traced[1]).toBe('x');
      const text = traceAsText(recorder.takeSpans(), { attributes: false });
      expect(text).toMatch(/send \S+silent \[client\].*\n {2}process \S+silent \[server\]/);
      expect(text).toMatch(/find \[client\]\n {2}process .*find \[server\]\n {4}Stock\.load/);
      expect(warnings).toEqual([]);
    },
  );
}
