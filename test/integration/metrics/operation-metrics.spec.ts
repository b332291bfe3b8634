import 'reflect-metadata';
import { afterEach, describe, it } from '@jest/globals';
import { BullModule, getQueueToken, Processor, WorkerHost } from '@nestjs/bullmq';
import { type INestApplicationContext, Module, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { Job, Queue } from 'bullmq';
import { MetricsRegistry, Tracer, TracingModule, type TracingOptions } from 'nestjs-traced';
import { firstValueFrom } from 'rxjs';
import { isServiceThere, REDIS } from '../../support/services.js';
import { startClient, startShop } from '../grpc/application/start-shop.js';
import { expectCounts, optionsWith, SAMPLERS } from './series-of-operations.js';

const itWithRedis = (await isServiceThere(REDIS)) ? it : it.skip;

const contexts: { close(): Promise<unknown> }[] = [];

afterEach(async () => {
  for (const context of contexts.splice(0).reverse()) await context.close();
});

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
      `messaging.client.operation.duration{${at} messaging.operation.name=add messaging.operation.type=send messaging.system.name=bullmq} 2`,
      `messaging.process.duration{error.type=RangeError ${at} messaging.operation.name=process messaging.system.name=bullmq} 1`,
      `messaging.process.duration{${at} messaging.operation.name=process messaging.system.name=bullmq} 1`,
    ]);
    await queue.obliterate({ force: true });
  });
});

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
