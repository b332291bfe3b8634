import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, describe, it } from '@jest/globals';
import { Controller, Module, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  type ClientKafka,
  type ClientProviderOptions,
  type ClientProxy,
  ClientsModule,
  EventPattern,
  MessagePattern,
  type MicroserviceOptions,
  RpcException,
  Transport,
} from '@nestjs/microservices';
import { logLevel } from 'kafkajs';
import { InMemorySpanExporter, MetricsRegistry, Tracer, TracingModule } from 'nestjs-traced';
import { firstValueFrom, lastValueFrom } from 'rxjs';
import { freePort } from '../../support/free-port.js';
import { startKafkaServer } from '../../support/kafka-server.js';
import {
  isServiceThere,
  MOSQUITTO,
  NATS,
  RABBITMQ,
  REDIS,
  rabbitmqUrl,
} from '../../support/services.js';
import { expectCounts, optionsWith, SAMPLERS } from './series-of-operations.js';

const kafka = await startKafkaServer();
const closings: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const close of closings.splice(0).reverse()) await close();
});
afterAll(() => kafka?.close());

interface TransportUnderTest {
  readonly system: string;
  readonly isThere: boolean;
  /** The options of a server and its clients, for one pair of them. */
  options(): Promise<MicroserviceOptions> | MicroserviceOptions;
  /** What stands between the parts of a pattern. @default '.' */
  readonly separator?: string;
  /** The destination of a pattern. @default the pattern */
  destinationOf?(pattern: string): string;
  /** More attributes of received messages. @default none */
  readonly received?: string;
}

const QUEUE = `traced-metrics-${process.pid}`;

const TRANSPORTS: readonly TransportUnderTest[] = [
  {
    system: 'tcp',
    isThere: true,
    options: async () => ({
      transport: Transport.TCP,
      options: { host: '127.0.0.1', port: await freePort() },
    }),
  },
  {
    system: 'redis',
    isThere: await isServiceThere(REDIS),
    options: () => ({
      transport: Transport.REDIS,
      options: { host: '127.0.0.1', port: REDIS.port },
    }),
  },
  {
    system: 'nats',
    isThere: await isServiceThere(NATS),
    received: 'messaging.consumer.group.name=shop',
    options: () => ({
      transport: Transport.NATS,
      options: { servers: [`nats://127.0.0.1:${NATS.port}`], queue: 'shop' },
    }),
  },
  {
    system: 'mqtt',
    isThere: await isServiceThere(MOSQUITTO),
    separator: '/',
    options: () => ({
      transport: Transport.MQTT,
      options: { url: `mqtt://127.0.0.1:${MOSQUITTO.port}`, protocolVersion: 5 },
    }),
  },
  {
    system: 'rabbitmq',
    isThere: await isServiceThere(RABBITMQ),
    destinationOf: () => QUEUE,
    options: () => ({
      transport: Transport.RMQ,
      options: {
        urls: [rabbitmqUrl()],
        queue: QUEUE,
        queueOptions: { durable: false, autoDelete: true },
      },
    }),
  },
  {
    system: 'kafka',
    isThere: kafka !== undefined,
    received: 'messaging.consumer.group.name=GROUP messaging.destination.partition.id=PARTITION',
    options: () => ({
      transport: Transport.KAFKA,
      options: {
        client: { brokers: [kafka?.address ?? ''], logLevel: logLevel.NOTHING },
        consumer: { groupId: randomUUID(), maxWaitTimeInMs: 50 },
      },
    }),
  },
];

for (const transport of TRANSPORTS) {
  const { system, isThere, separator = '.', destinationOf = (pattern) => pattern } = transport;
  const run = `metrics-${randomUUID()}`;
  const patterns = {
    find: [run, 'find'].join(separator),
    changed: [run, 'changed'].join(separator),
  };

  @Controller()
  class StockController {
    @MessagePattern(patterns.find)
    find({ id }: { id: string }): string {
      if (id === 'none') throw new RpcException('no such item');
      return id;
    }

    @EventPattern(patterns.changed)
    changed(_stock: unknown): void {}
  }

  (isThere ? describe : describe.skip)(`the metrics of messages over ${system}`, () => {
    it.each(SAMPLERS)('tell of both sides, %s', async (_, sampler) => {
      const options = await transport.options();
      @Module({
        imports: [TracingModule.forRoot(optionsWith(sampler))],
        controllers: [StockController],
      })
      class StockModule {}
      const server = await NestFactory.createMicroservice<MicroserviceOptions>(
        StockModule as Type,
        { ...options, logger: false },
      );
      await server.listen();
      closings.push(() => server.close());

      @Module({
        imports: [
          TracingModule.forRoot({
            ...optionsWith(sampler),
            exporter: new InMemorySpanExporter(),
          }),
          ClientsModule.register([{ name: 'STOCK', ...options } as ClientProviderOptions]),
        ],
      })
      class OrdersModule {}
      const orders = await NestFactory.createApplicationContext(OrdersModule as Type, {
        logger: false,
      });
      closings.push(() => orders.close());
      const client = orders.get<ClientProxy>('STOCK');
      if (system === 'kafka')
        (client as unknown as ClientKafka).subscribeToResponseOf(patterns.find);
      await client.connect();
      await orders.get(Tracer).trace('orders', async () => {
        await firstValueFrom(client.send(patterns.find, { id: '1' }));
        await firstValueFrom(client.send(patterns.find, { id: '2' }));
        await firstValueFrom(client.send(patterns.find, { id: 'none' })).catch(() => undefined);
        await lastValueFrom(client.emit(patterns.changed, { id: '1' }), {
          defaultValue: undefined,
        });
      });

      const find = destinationOf(patterns.find);
      const changed = destinationOf(patterns.changed);
      const at = `messaging.system.name=${system} server.address=127.0.0.1 server.port=PORT`;
      const send = 'messaging.operation.name=send messaging.operation.type=send';
      const found = find === changed ? 3 : 2;
      const sent = (attributes: string, count: number): string =>
        `messaging.client.operation.duration{${attributes} ${send} ${at}} ${count}`;
      await expectCounts(
        orders.get(MetricsRegistry),
        [
          sent(`error.type=_OTHER messaging.destination.name=${find}`, 1),
          sent(`messaging.destination.name=${find}`, found),
          ...(find === changed ? [] : [sent(`messaging.destination.name=${changed}`, 1)]),
        ].sort(),
      );
      const { received } = transport;
      const processed = (attributes: string, count: number): string =>
        `messaging.process.duration{${[
          ...attributes.split(' '),
          ...(received === undefined ? [] : received.split(' ')),
          'messaging.operation.name=process',
          ...at.split(' '),
        ]
          .sort()
          .join(' ')}} ${count}`;
      await expectCounts(
        server.get(MetricsRegistry),
        [
          processed(`error.type=RpcException messaging.destination.name=${find}`, 1),
          processed(`messaging.destination.name=${find}`, found),
          ...(find === changed ? [] : [processed(`messaging.destination.name=${changed}`, 1)]),
        ].sort(),
      );
    });
  });
}
