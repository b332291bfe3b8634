import 'reflect-metadata';
import { connect } from 'node:net';
import {
  AmqpConnection,
  RabbitMQModule,
  RabbitRPC,
  RabbitSubscribe,
} from '@golevelup/nestjs-rabbitmq';
import { Injectable, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Traced, TracingModule } from 'nestjs-traced';
import { dedent, SpanRecorder, traceAsText } from 'nestjs-traced/testing';

const PORT = 5672;
const EXCHANGE = `consumer-${process.pid}`;
const queue = (name: string) => ({
  exchange: EXCHANGE,
  routingKey: name,
  queue: `${EXCHANGE}-${name}`,
  queueOptions: { durable: false, expires: 10_000 },
});

const EXPECTED = dedent`
  send exchange:placed [producer]
    process exchange-placed [consumer] (event ack)
      Orders.store
`;
const EXPECTED_REQUEST = dedent`
  send exchange:find [client]
    process exchange-find [server] (event ack)
      Orders.store
`;

@Injectable()
class Orders {
  @Traced()
  async store(id: number): Promise<number> {
    return id;
  }

  @RabbitSubscribe(queue('placed'))
  async placed({ id }: { id: number }): Promise<void> {
    await this.store(id);
  }

  @RabbitRPC(queue('find'))
  async find({ id }: { id: number }): Promise<number> {
    return this.store(id);
  }
}

const recorder = new SpanRecorder();

@Module({
  imports: [
    RabbitMQModule.forRoot({
      uri: `amqp://guest:guest@127.0.0.1:${PORT}`,
      exchanges: [{ name: EXCHANGE, type: 'topic', options: { durable: false, autoDelete: true } }],
    }),
    TracingModule.forRoot({ serviceName: 'orders', spanProcessors: [recorder] }),
  ],
  providers: [Orders],
})
class AppModule {}

function isRabbitThere(): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port: PORT });
    const answer = (isThere: boolean) => () => {
      socket.destroy();
      resolve(isThere);
    };
    socket.once('connect', answer(true)).once('error', answer(false));
  });
}

async function expectTrace(expected: string): Promise<void> {
  const trace = await recorder.takeNextTrace({ spanCount: 3, deadlineMillis: 5000 });
  const text = traceAsText(trace, { attributes: false, events: true })
    .split(EXCHANGE)
    .join('exchange');
  console.log(text);
  if (text !== expected) throw new Error(`The trace should have been\n${expected}`);
}

/** Sends messages with the package of Nest 11, and compares their traces. */
async function main(): Promise<void> {
  if (!(await isRabbitThere())) {
    console.log('RabbitMQ does not answer: its messages are not checked.');
    return;
  }
  const app = await NestFactory.createApplicationContext(AppModule, { logger: ['error', 'warn'] });
  const connection = app.get(AmqpConnection);
  await connection.publish(EXCHANGE, 'placed', { id: 7 });
  await expectTrace(EXPECTED);
  const answer = await connection.request({
    exchange: EXCHANGE,
    routingKey: 'find',
    payload: { id: 8 },
  });
  if (answer !== 8) throw new Error(`The answer is ${String(answer)}`);
  await expectTrace(EXPECTED_REQUEST);
  await app.close();
  recorder.verify();
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
