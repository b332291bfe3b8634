import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { Controller } from '@nestjs/common';
import {
  type ClientProvider,
  Ctx,
  EventPattern,
  type MicroserviceOptions,
  Payload,
  RmqContext,
  Transport,
} from '@nestjs/microservices';
import { connect } from 'amqplib';
import { traceAmqpChannel } from 'nestjs-traced';
import { createTestTracing, testTracingOptions, traceAsText } from 'nestjs-traced/testing';
import { lastValueFrom } from 'rxjs';
import { closingAfterEach } from '../../support/closing.js';
import { isServiceThere, RABBITMQ, rabbitmqUrl } from '../../support/services.js';
import { startClient, startShop } from './application/start-shop.js';

const itIfThere = (await isServiceThere(RABBITMQ)) ? it : it.skip;
const urls = [rabbitmqUrl()];

/** Settles its messages as they ask for. */
@Controller()
class SettlingController {
  @EventPattern<string>('ack')
  ack(@Payload() _: unknown, @Ctx() context: RmqContext): void {
    context.getChannelRef().ack(context.getMessage());
  }

  @EventPattern<string>('nack')
  nack(@Payload() _: unknown, @Ctx() context: RmqContext): void {
    context.getChannelRef().nack(context.getMessage(), false, false);
  }

  @EventPattern<string>('again')
  again(@Payload() _: unknown, @Ctx() context: RmqContext): void {
    const { fields } = context.getMessage() as { fields: { redelivered: boolean } };
    if (fields.redelivered) context.getChannelRef().ack(context.getMessage());
    else context.getChannelRef().nack(context.getMessage(), false, true);
  }

  @EventPattern<string>('logs.*')
  logs(): void {}
}

const onClose = closingAfterEach();

async function start(server: object, client: object = server) {
  const { options, recorder } = testTracingOptions({
    messaging: { consumer: { bodySize: true }, producer: { bodySize: true } },
  });
  const queue = `orders-${randomUUID()}`;
  const common = { urls, queue, noAck: false, queueOptions: { durable: false, expires: 10_000 } };
  const shop = await startShop(
    { transport: Transport.RMQ, options: { ...common, ...server } } as MicroserviceOptions,
    [SettlingController],
    options,
  );
  onClose(() => shop.server.close());
  const shopClient = await startClient(
    { transport: Transport.RMQ, options: { ...common, noAck: true, ...client } } as ClientProvider,
    options,
  );
  onClose(() => shopClient.application.close());
  const emit = (pattern: string) =>
    lastValueFrom(shopClient.client.emit(pattern, 'data'), { defaultValue: undefined });
  return { emit, recorder, queue };
}

describe('the span of a message of RabbitMQ', () => {
  itIfThere('shows how the handler settles it', async () => {
    const { emit, recorder } = await start({});
    for (const [pattern, text] of [
      ['ack', 'process ack [consumer] (event ack)'],
      ['nack', 'process nack [consumer] (event nack)'],
      ['again', 'process again [consumer] (event requeue)\n  process again [consumer] (event ack)'],
      [
        'missing',
        'process [consumer] ERROR "The application has no handler for the message" (event nack)',
      ],
    ] as const) {
      await emit(pattern);
      const trace = await recorder.takeNextTrace({ spanCount: pattern === 'again' ? 3 : 2 });
      expect(traceAsText(trace, { attributes: false, events: true })).toBe(
        `send ${pattern} [producer]\n  ${text}`,
      );
    }
  });

  itIfThere('shows that a message becomes a dead letter', async () => {
    const queueOptions = { durable: false, expires: 10_000, deadLetterExchange: 'amq.fanout' };
    const { emit, recorder } = await start({ queueOptions });
    await emit('nack');
    const trace = await recorder.takeNextTrace({ spanCount: 2 });
    expect(traceAsText(trace, { attributes: false, events: true })).toContain(
      'process nack [consumer] (event "dead letter")',
    );
  });

  itIfThere('names the pattern with wildcards, the exchange and the routing key', async () => {
    const exchange = `shop-${randomUUID()}`;
    const { emit, recorder, queue } = await start({
      noAck: true,
      exchange,
      wildcards: true,
      exchangeType: 'topic',
    });
    await emit('logs.disk');
    const trace = await recorder.takeNextTrace({ spanCount: 2 });
    const [sent, processed] = trace.sort((a, b) => a.kind - b.kind);
    expect(sent?.name).toBe('send logs.disk');
    expect(sent?.attributes).toMatchObject({
      'messaging.destination.name': `${exchange}:logs.disk`,
      'rabbitmq.destination.routing_key': 'logs.disk',
      'messaging.message.body.size': 37,
    });
    expect(processed?.name).toBe('process logs.*');
    expect(processed?.attributes).toMatchObject({
      'messaging.destination.name': `${exchange}:logs.disk:${queue}`,
      'nestjs_traced.messaging.pattern': 'logs.*',
      'messaging.message.body.size': 37,
    });
  });
});

describe('plain amqplib', () => {
  itIfThere('is one trace from a traced channel to a traced consumer', async () => {
    const { tracer, recorder, close } = createTestTracing();
    const connection = await connect(urls[0] as string);
    const channel = traceAmqpChannel(await connection.createConfirmChannel(), { tracer });
    const { queue } = await channel.assertQueue('', { exclusive: true });
    await channel.consume(queue, async (message) => {
      if (message !== null) channel.ack(message);
    });
    const headers = { 'x-tenant': 'acme' };
    await new Promise((resolve) => {
      channel.sendToQueue(queue, Buffer.from('{}'), { headers }, resolve);
    });
    const trace = await recorder.takeNextTrace({ spanCount: 2 });
    expect(traceAsText(trace, { attributes: false, events: true })).toBe(
      'send [producer]\n  process [consumer] (event ack)',
    );
    await connection.close();
    close();
  });
});
