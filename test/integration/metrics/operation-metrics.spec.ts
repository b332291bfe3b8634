import 'reflect-metadata';
import { afterEach, describe, expect, it } from '@jest/globals';
import { BullModule, getQueueToken, Processor, WorkerHost } from '@nestjs/bullmq';
import { Controller, type INestApplicationContext, Module, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  type ClientProviderOptions,
  type ClientProxy,
  ClientsModule,
  EventPattern,
  MessagePattern,
  type MicroserviceOptions,
  type RmqOptions,
  RpcException,
  type TcpOptions,
  Transport,
} from '@nestjs/microservices';
import type { Job, Queue } from 'bullmq';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  InMemorySpanExporter,
  MetricsRegistry,
  type Sampler,
  Tracer,
  TracingModule,
  type TracingOptions,
  tracedQueryable,
} from 'nestjs-traced';
import pg from 'pg';
import { firstValueFrom, lastValueFrom } from 'rxjs';
import { createTestTracing } from '../../../lib/testing/index.js';
import { freePort } from '../../support/free-port.js';
import { metricsAsText } from '../../support/metrics-as-text.js';
import {
  isServiceThere,
  POSTGRESQL,
  RABBITMQ,
  REDIS,
  rabbitmqUrl,
} from '../../support/services.js';
import { until } from '../../support/until.js';
import { startClient, startShop } from '../grpc/application/start-shop.js';

const itWithRedis = (await isServiceThere(REDIS)) ? it : it.skip;
const itWithRabbitmq = (await isServiceThere(RABBITMQ)) ? it : it.skip;
const itWithPostgresql = (await isServiceThere(POSTGRESQL)) ? it : it.skip;

const SAMPLERS: readonly [string, Sampler][] = [
  ['sampled', new AlwaysOnSampler()],
  ['unsampled', new AlwaysOffSampler()],
];

const contexts: { close(): Promise<unknown> }[] = [];

afterEach(async () => {
  for (const context of contexts.splice(0).reverse()) await context.close();
});

function optionsWith(sampler: Sampler): TracingOptions {
  return {
    sampler,
    metrics: true,
    exporter: new InMemorySpanExporter(),
    registerGlobally: false,
    logger: { warn: () => {} },
  };
}

/** The series and how many values they have: durations differ from run to run. */
function countsIn(registry: MetricsRegistry): string[] {
  return metricsAsText(registry.collect())
    .split('\n')
    .map((line) => line.replace(/ in .*$/, '').replace(/server\.port=\d{4,5}/, 'server.port=PORT'))
    .sort();
}

async function expectCounts(registry: MetricsRegistry, expected: string[]): Promise<void> {
  await until(
    () => countsIn(registry).join('\n') === expected.join('\n'),
    () => countsIn(registry),
  ).catch(() => expect(countsIn(registry)).toEqual(expected));
}

describe.each(SAMPLERS)('the metrics of operations that are %s', (_, sampler) => {
  it('tell of gRPC calls on both sides, once for each', async () => {
    const shop = await startShop(optionsWith(sampler));
    contexts.push(shop.server);
    const { client, orders } = await startClient(optionsWith(sampler), shop.address);
    contexts.push(client);
    await client.get(Tracer).trace('orders', async () => {
      await firstValueFrom(orders.find({ id: '1' }));
      await firstValueFrom(orders.find({ id: '2' }));
      await firstValueFrom(orders.checked({ id: 'bad' })).catch(() => undefined);
      await firstValueFrom(orders.missing({ id: '1' })).catch(() => undefined);
    });
    const host = 'server.address=127.0.0.1 server.port=PORT';
    await expectCounts(client.get(MetricsRegistry), [
      `rpc.client.call.duration{error.type=INVALID_ARGUMENT rpc.method=shop.Orders/Checked rpc.status_code=INVALID_ARGUMENT rpc.system.name=grpc ${host}} 1`,
      `rpc.client.call.duration{error.type=UNIMPLEMENTED rpc.method=shop.Orders/Missing rpc.status_code=UNIMPLEMENTED rpc.system.name=grpc ${host}} 1`,
      `rpc.client.call.duration{rpc.method=shop.Orders/Find rpc.status_code=OK rpc.system.name=grpc ${host}} 2`,
    ]);
    await expectCounts(shop.server.get(MetricsRegistry), [
      'rpc.server.call.duration{error.type=UNIMPLEMENTED rpc.method=shop.Orders/Missing rpc.status_code=UNIMPLEMENTED rpc.system.name=grpc} 1',
      'rpc.server.call.duration{rpc.method=shop.Orders/Checked rpc.status_code=INVALID_ARGUMENT rpc.system.name=grpc} 1',
      'rpc.server.call.duration{rpc.method=shop.Orders/Find rpc.status_code=OK rpc.system.name=grpc} 2',
    ]);
  });

  it('tell of messages on both sides', async () => {
    const transport: TcpOptions = {
      transport: Transport.TCP,
      options: { host: '127.0.0.1', port: await freePort() },
    };
    const { sender, receiver } = await exchangeMessages(optionsWith(sampler), transport);
    const at = 'messaging.system.name=tcp server.address=127.0.0.1 server.port=PORT';
    await expectCounts(sender, [
      `messaging.client.operation.duration{error.type=_OTHER messaging.destination.name=stock.find messaging.operation.name=send messaging.operation.type=send ${at}} 1`,
      `messaging.client.operation.duration{messaging.destination.name=stock.changed messaging.operation.name=send messaging.operation.type=send ${at}} 1`,
      `messaging.client.operation.duration{messaging.destination.name=stock.find messaging.operation.name=send messaging.operation.type=send ${at}} 1`,
    ]);
    await expectCounts(receiver, [
      `messaging.process.duration{error.type=RpcException messaging.destination.name=stock.find messaging.operation.name=process ${at}} 1`,
      `messaging.process.duration{messaging.destination.name=stock.changed messaging.operation.name=process ${at}} 1`,
      `messaging.process.duration{messaging.destination.name=stock.find messaging.operation.name=process ${at}} 1`,
    ]);
  });

  itWithRedis('tell of jobs', async () => {
    const name = `metrics-${process.pid}-${sampler.toString().length}`;
    const module = await startWorker(name, optionsWith(sampler));
    const queue = module.get<Queue>(getQueueToken(name));
    await module.get(Tracer).trace('sign up', async () => {
      await queue.add('welcome', {});
      await queue.add('fails', {});
    });
    const at = `messaging.destination.name=${name}`;
    await expectCounts(module.get(MetricsRegistry), [
      `messaging.client.operation.duration{${at} messaging.operation.name=add messaging.operation.type=send messaging.system=bullmq} 2`,
      `messaging.process.duration{error.type=RangeError ${at} messaging.operation.name=process messaging.system=bullmq} 1`,
      `messaging.process.duration{${at} messaging.operation.name=process messaging.system=bullmq} 1`,
    ]);
    await queue.obliterate({ force: true });
  });

  itWithRabbitmq('tell of messages of RabbitMQ, also when they are settled late', async () => {
    const queue = `traced-metrics-${process.pid}`;
    const transport: RmqOptions = {
      transport: Transport.RMQ,
      options: { urls: [rabbitmqUrl()], queue, queueOptions: { durable: false, autoDelete: true } },
    };
    const { sender, receiver } = await exchangeMessages(optionsWith(sampler), transport);
    const at = `messaging.destination.name=${queue}`;
    const system = 'messaging.system.name=rabbitmq server.address=127.0.0.1 server.port=PORT';
    await expectCounts(sender, [
      `messaging.client.operation.duration{error.type=_OTHER ${at} messaging.operation.name=send messaging.operation.type=send ${system}} 1`,
      `messaging.client.operation.duration{${at} messaging.operation.name=send messaging.operation.type=send ${system}} 2`,
    ]);
    await expectCounts(receiver, [
      `messaging.process.duration{error.type=RpcException ${at} messaging.operation.name=process ${system}} 1`,
      `messaging.process.duration{${at} messaging.operation.name=process ${system}} 2`,
    ]);
  });

  itWithPostgresql('tell of queries, and of the codes of their failures', async () => {
    const { tracer, tracing, recorder, close } = createTestTracing({ sampler, metrics: true });
    const raw = new pg.Pool({ host: '127.0.0.1', user: 'postgres', database: 'test', max: 2 });
    const source = { system: 'postgresql', namespace: 'test', serverAddress: '127.0.0.1' };
    const pool = tracedQueryable(raw, { ...source, tracer });
    await tracer.trace('request', async () => {
      await pool.query('SELECT 1 AS a');
      await pool.query({ text: 'SELECT $1::int AS a', values: [1] });
      await pool.query('SELECT * FROM no_such_table').catch(() => undefined);
    });
    const common = 'db.namespace=test';
    const at = 'server.address=127.0.0.1';
    await expectCounts(tracing.metrics, [
      `db.client.operation.duration{${common} db.query.summary=SELECT db.system.name=postgresql ${at}} 2`,
      `db.client.operation.duration{${common} db.query.summary=SELECT no_such_table db.response.status_code=42P01 db.system.name=postgresql error.type=42P01 ${at}} 1`,
    ]);
    await raw.end();
    recorder.takeSpans();
    close();
  });
});

@Controller()
class StockController {
  @MessagePattern('stock.find')
  find(id: string): string {
    if (id === 'none') throw new RpcException('no such item');
    return id;
  }

  @EventPattern('stock.changed')
  changed(_id: string): void {}
}

/** Sends two requests, one of which fails, and an event. */
async function exchangeMessages(
  options: TracingOptions,
  transport: TcpOptions | RmqOptions,
): Promise<{ sender: MetricsRegistry; receiver: MetricsRegistry }> {
  @Module({ imports: [TracingModule.forRoot(options)], controllers: [StockController] })
  class StockModule {}
  const server = await NestFactory.createMicroservice<MicroserviceOptions>(StockModule as Type, {
    ...transport,
    logger: false,
  });
  await server.listen();
  contexts.push(server);
  @Module({
    imports: [
      TracingModule.forRoot({ ...options, exporter: new InMemorySpanExporter() }),
      ClientsModule.register([{ name: 'STOCK', ...transport } as ClientProviderOptions]),
    ],
  })
  class ClientModule {}
  const sender = await NestFactory.createApplicationContext(ClientModule as Type, {
    logger: false,
  });
  contexts.push(sender);
  const client = sender.get<ClientProxy>('STOCK');
  await sender.get(Tracer).trace('orders', async () => {
    await firstValueFrom(client.send('stock.find', '1'));
    await firstValueFrom(client.send('stock.find', 'none')).catch(() => undefined);
    await lastValueFrom(client.emit('stock.changed', '1'), { defaultValue: undefined });
  });
  return { sender: sender.get(MetricsRegistry), receiver: server.get(MetricsRegistry) };
}

async function startWorker(
  name: string,
  options: TracingOptions,
): Promise<INestApplicationContext> {
  @Processor(name)
  class MailProcessor extends WorkerHost {
    async process(job: Job): Promise<string> {
      if (job.name === 'fails') throw new RangeError('no such address');
      return 'sent';
    }
  }
  @Module({
    imports: [
      TracingModule.forRoot(options),
      BullModule.forRoot({ connection: { host: '127.0.0.1', port: REDIS.port } }),
      BullModule.registerQueue({ name }),
    ],
    providers: [MailProcessor],
  })
  class WorkerModule {}
  const context = await NestFactory.createApplicationContext(WorkerModule as Type, {
    logger: false,
  });
  contexts.push(context);
  return context;
}
