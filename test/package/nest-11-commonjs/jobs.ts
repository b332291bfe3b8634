import 'reflect-metadata';
import { connect } from 'node:net';
import { BullModule, getQueueToken, Processor, WorkerHost } from '@nestjs/bullmq';
import { type DynamicModule, Inject, Injectable, Module, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { CommandBus, CommandHandler, CqrsModule, EventBus, EventsHandler } from '@nestjs/cqrs';
import { EventEmitter2, EventEmitterModule, OnEvent } from '@nestjs/event-emitter';
import { ScheduleModule, Timeout } from '@nestjs/schedule';
import type { Queue } from 'bullmq';
import { Traced, TracingModule } from 'nestjs-traced';
import { dedent, SpanRecorder, traceAsText } from 'nestjs-traced/testing';

const QUEUE = `consumer-${process.pid}`;

const EXPECTED = dedent`
  ReportsService.send
    PlaceOrderHandler.execute
      OrderPlacedHandler.handle
        MailListener.onOrder
          MailListener.send
`;
const EXPECTED_JOBS = dedent`
  add queue [producer]

  process queue [consumer] (link to "add queue")
    MailProcessor.send
`;

class PlaceOrder {}
class OrderPlaced {}

@CommandHandler(PlaceOrder)
class PlaceOrderHandler {
  constructor(@Inject(EventBus) private readonly events: EventBus) {}

  // Its handlers, listeners and schedules have one span each, also with the decorator.
  @Traced()
  async execute(): Promise<void> {
    this.events.publish(new OrderPlaced());
  }
}

@EventsHandler(OrderPlaced)
class OrderPlacedHandler {
  constructor(@Inject(EventEmitter2) private readonly emitter: EventEmitter2) {}

  handle(): void {
    this.emitter.emit('order.placed');
  }
}

@Injectable()
class MailListener {
  @Traced()
  @OnEvent('order.*')
  async onOrder(): Promise<void> {
    await this.send();
  }

  @Traced()
  async send(): Promise<void> {}
}

@Injectable()
class ReportsService {
  constructor(@Inject(CommandBus) private readonly commands: CommandBus) {}

  @Timeout(1)
  @Traced()
  async send(): Promise<void> {
    await this.commands.execute(new PlaceOrder());
  }
}

@Processor(QUEUE)
class MailProcessor extends WorkerHost {
  async process(): Promise<void> {
    await this.send();
  }

  @Traced()
  async send(): Promise<void> {}
}

const recorder = new SpanRecorder();

@Module({})
class AppModule {
  static create(hasRedis: boolean): DynamicModule {
    const connection = { host: '127.0.0.1', port: 6379 };
    const queue = BullModule.registerQueue({ name: QUEUE, connection });
    return {
      module: AppModule as Type,
      imports: [
        ScheduleModule.forRoot(),
        EventEmitterModule.forRoot({ wildcard: true }),
        CqrsModule.forRoot(),
        ...(hasRedis ? [queue] : []),
        TracingModule.forRoot({ serviceName: 'orders', spanProcessors: [recorder] }),
      ],
      providers: [
        ...[PlaceOrderHandler, OrderPlacedHandler, MailListener, ReportsService],
        ...(hasRedis ? [MailProcessor] : []),
      ],
    };
  }
}

function isRedisThere(): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port: 6379 });
    const answer = (isThere: boolean) => () => {
      socket.destroy();
      resolve(isThere);
    };
    socket.once('connect', answer(true)).once('error', answer(false));
  });
}

function compare(text: string, expected: string): void {
  console.log(text);
  if (text !== expected) throw new Error(`The trace should have been\n${expected}`);
}

/** Boots an application with the packages of Nest 11, and compares the traces of its work. */
async function main(): Promise<void> {
  const hasRedis = await isRedisThere();
  if (!hasRedis) console.log('Redis does not answer: jobs are not checked.');
  const logger = ['error', 'warn'] as const;
  const module = AppModule.create(hasRedis);
  const app = await NestFactory.createApplicationContext(module, { logger: [...logger] });
  const trace = await recorder.takeNextTrace({ spanCount: 5, deadlineMillis: 5000 });
  compare(traceAsText(trace, { attributes: false }), EXPECTED);
  if (hasRedis) {
    const queue = app.get<Queue>(getQueueToken(QUEUE));
    await queue.add('welcome', {});
    const spans = await recorder.takeNextSpans(3, { deadlineMillis: 5000 });
    const text = traceAsText(spans, { attributes: false, links: true });
    compare(text.split(QUEUE).join('queue'), EXPECTED_JOBS);
    await queue.obliterate({ force: true });
  }
  await app.close();
  recorder.verify();
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
