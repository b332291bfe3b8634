import { randomUUID } from 'node:crypto';
import type { AmqpConnection as Connection, Nack as Refusal } from '@golevelup/nestjs-rabbitmq';
import { describe, expect, it } from '@jest/globals';
import {
  type ArgumentsHost,
  Catch,
  type ExceptionFilter,
  Injectable,
  Module,
  UseFilters,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { connect } from 'amqplib';
import { Traced, TracingModule, type TracingOptions } from 'nestjs-traced';
import { testTracingOptions, traceAsText } from 'nestjs-traced/testing';
import { closingAfterEach } from '../../support/closing.js';
import { loadGolevelupRabbitmq } from '../../support/golevelup-rabbitmq.js';
import { isServiceThere, RABBITMQ, rabbitmqUrl } from '../../support/services.js';
import { silentLogger } from '../../support/silent-logger.js';
import { until } from '../../support/until.js';

const {
  AmqpConnection,
  defaultNackErrorHandler,
  Nack,
  RabbitMQModule,
  RabbitRPC,
  RabbitSubscribe,
} = loadGolevelupRabbitmq();

const itIfThere = (await isServiceThere(RABBITMQ)) ? it : it.skip;
const uri = rabbitmqUrl();

const run = randomUUID();
const exchange = `shop-${run}`;
const deadLetterExchange = 'amq.fanout';
const passing = { durable: false, expires: 10_000 };
const named = (name: string) => `${name}-${run}`;

class OutOfStock extends Error {}

@Catch(OutOfStock)
class OutOfStockFilter implements ExceptionFilter {
  catch(error: OutOfStock, _: ArgumentsHost): string {
    return error.message;
  }
}

@Injectable()
class Orders {
  readonly seen: unknown[] = [];

  @Traced()
  async store(value: unknown): Promise<void> {
    this.seen.push(value);
  }

  @RabbitSubscribe({
    exchange,
    routingKey: 'placed',
    queue: named('placed'),
    queueOptions: passing,
  })
  async placed(message: unknown): Promise<void> {
    await this.store(message);
  }

  @RabbitSubscribe({
    exchange,
    routingKey: 'logs.*',
    queueOptions: { ...passing, exclusive: true },
  })
  async logs(_: unknown): Promise<void> {}

  @RabbitSubscribe({
    exchange,
    routingKey: 'refused',
    queue: named('refused'),
    queueOptions: { ...passing, deadLetterExchange },
  })
  async refused(_: unknown): Promise<Refusal> {
    return new Nack();
  }

  @RabbitSubscribe({ exchange, routingKey: 'again', queue: named('again'), queueOptions: passing })
  async again(
    _: unknown,
    message?: { fields: { redelivered: boolean } },
  ): Promise<Refusal | undefined> {
    if (message?.fields.redelivered === false) return new Nack(true);
    return undefined;
  }

  @RabbitSubscribe({
    exchange,
    routingKey: 'fails',
    queue: named('fails'),
    queueOptions: passing,
    errorHandler: defaultNackErrorHandler,
  })
  async fails(_: unknown): Promise<void> {
    throw new TypeError('a defect');
  }

  @UseFilters(OutOfStockFilter)
  @RabbitSubscribe({
    exchange,
    routingKey: 'filtered',
    queue: named('filtered'),
    queueOptions: passing,
  })
  async filtered(_: unknown): Promise<void> {
    throw new OutOfStock('out of stock');
  }

  @RabbitRPC({ exchange, routingKey: 'find', queue: named('find'), queueOptions: passing })
  async find(message: { id: number }): Promise<unknown> {
    await this.store(message);
    return { id: message.id };
  }

  @RabbitRPC({ exchange, routingKey: 'count', queue: named('shared'), queueOptions: passing })
  async count(_: unknown): Promise<number> {
    return 3;
  }

  @RabbitRPC({ exchange, routingKey: 'sum', queue: named('shared'), queueOptions: passing })
  async sum(_: unknown): Promise<number> {
    return 7;
  }

  @RabbitRPC({ exchange, routingKey: 'silent', queue: named('silent'), queueOptions: passing })
  async silent(_: unknown): Promise<Refusal> {
    return new Nack();
  }

  @RabbitSubscribe({
    exchange,
    routingKey: 'item',
    queue: named('items'),
    queueOptions: passing,
    batchOptions: { size: 3, timeout: 100 },
  })
  async items(messages: unknown[]): Promise<void> {
    await this.store(messages);
  }

  @RabbitSubscribe({
    exchange,
    routingKey: 'bad-item',
    queue: named('bad-items'),
    queueOptions: passing,
    batchOptions: { size: 2, timeout: 100 },
    errorHandler: defaultNackErrorHandler,
  })
  async badItems(_: unknown[]): Promise<void> {
    throw new RangeError('too many');
  }
}

const onClose = closingAfterEach();

async function start(others: TracingOptions = {}) {
  const { options, recorder, warnings } = testTracingOptions(others);
  const rabbit = RabbitMQModule.forRoot({
    uri,
    exchanges: [{ name: exchange, type: 'topic', options: { durable: false, autoDelete: true } }],
    channels: { second: { prefetchCount: 5 } },
    defaultRpcTimeout: 500,
    logger: silentLogger,
  });
  @Module({ imports: [rabbit, TracingModule.forRoot(options)], providers: [Orders] })
  class ShopModule {}
  const application = await NestFactory.createApplicationContext(ShopModule, { logger: false });
  let isClosed = false;
  const close = async (): Promise<void> => {
    if (isClosed) return;
    isClosed = true;
    await application.close();
  };
  onClose(close);
  const connection = application.get<Connection>(AmqpConnection);
  const nextTrace = async (spanCount: number, attributes: string[] | false = false) => {
    const trace = await recorder.takeNextTrace({ spanCount, deadlineMillis: 10_000 });
    return traceAsText(trace, { attributes, events: true });
  };
  const verify = (): void => {
    recorder.verify();
    expect(warnings).toEqual([]);
  };
  return {
    connection,
    orders: application.get(Orders),
    recorder,
    nextTrace,
    verify,
    close,
  };
}

describe('@golevelup/nestjs-rabbitmq', () => {
  itIfThere('makes a published message and its handling one trace', async () => {
    const { connection, orders, recorder, verify } = await start();
    expect(await connection.publish(exchange, 'placed', { id: 7 })).toBe(true);
    const trace = await recorder.takeNextTrace({ spanCount: 3, deadlineMillis: 10_000 });
    expect(traceAsText(trace, { attributes: false, events: true })).toBe(
      `send ${exchange}:placed [producer]\n` +
        `  process ${named('placed')} [consumer] (event ack)\n` +
        '    Orders.store',
    );
    expect(orders.seen).toEqual([{ id: 7 }]);
    const [sent, processed] = trace
      .filter(({ kind }) => kind !== 0)
      .sort((a, b) => a.kind - b.kind);
    const common = {
      'messaging.system.name': 'rabbitmq',
      'rabbitmq.destination.routing_key': 'placed',
      'server.address': '127.0.0.1',
      'server.port': RABBITMQ.port,
    };
    expect(sent?.attributes).toEqual({
      ...common,
      'messaging.operation.name': 'send',
      'messaging.operation.type': 'send',
      'messaging.destination.name': `${exchange}:placed`,
    });
    expect(processed?.attributes).toEqual({
      ...common,
      'messaging.operation.name': 'process',
      'messaging.operation.type': 'process',
      'messaging.destination.name': `${exchange}:placed:${named('placed')}`,
      'rabbitmq.message.delivery_tag': expect.any(Number),
      'code.function.name': 'Orders.placed',
    });
    verify();
  });

  itIfThere('makes a request, its handling and its answer one trace', async () => {
    const { connection, recorder, verify } = await start();
    const request = { exchange, routingKey: 'find', payload: { id: 8 }, headers: { tenant: 'a' } };
    expect(await connection.request(request)).toEqual({ id: 8 });
    const trace = await recorder.takeNextTrace({ spanCount: 3, deadlineMillis: 10_000 });
    expect(traceAsText(trace, { attributes: ['code.function.name'], events: true })).toBe(
      `send ${exchange}:find [client]\n` +
        `  process ${named('find')} [server] code.function.name=Orders.find (event ack)\n` +
        '    Orders.store',
    );
    const ids = trace.flatMap((span) => span.attributes['messaging.message.conversation_id'] ?? []);
    expect(ids).toEqual([expect.any(String), ids[0]]);
    expect(Object.keys(request.headers)).toEqual(['tenant']);
    verify();
  });

  itIfThere('names the method among those that share a queue', async () => {
    const { connection, nextTrace, verify } = await start();
    for (const [routingKey, answer] of [
      ['count', 3],
      ['sum', 7],
    ] as const) {
      expect(await connection.request({ exchange, routingKey })).toBe(answer);
      expect(await nextTrace(2, ['code.function.name'])).toBe(
        `send ${exchange}:${routingKey} [client]\n` +
          `  process ${named('shared')} [server] code.function.name=Orders.${routingKey} (event ack)`,
      );
    }
    verify();
  });

  itIfThere('names messages of a queue without a name by exchange and routing key', async () => {
    const { connection, nextTrace, verify } = await start();
    await connection.publish(exchange, 'logs.disk', 'full');
    expect(await nextTrace(2, ['code.function.name'])).toBe(
      `send ${exchange}:logs.disk [producer]\n` +
        `  process ${exchange}:logs.* [consumer] code.function.name=Orders.logs (event ack)`,
    );
    verify();
  });

  itIfThere('shows how each message is settled, and what failed', async () => {
    const { connection, nextTrace, verify } = await start();
    for (const [key, text] of [
      ['refused', 'process refused [consumer] (event "dead letter")'],
      ['again', 'process again [consumer] (event requeue)\n  process again [consumer] (event ack)'],
      ['fails', 'process fails [consumer] ERROR "a defect" exception TypeError (event nack)'],
      ['filtered', 'process filtered [consumer] exception OutOfStock "out of stock" (event ack)'],
    ] as const) {
      await connection.publish(exchange, key, {});
      const trace = await nextTrace(key === 'again' ? 3 : 2);
      expect(trace.replaceAll(`-${run}`, '')).toBe(`send shop:${key} [producer]\n  ${text}`);
    }
    verify();
  });

  itIfThere('shows a request that is not answered', async () => {
    const { connection, nextTrace, verify } = await start();
    await expect(connection.request({ exchange, routingKey: 'silent' })).rejects.toThrow(
      /timeout/i,
    );
    const trace = await nextTrace(2);
    expect(trace).toContain(`send ${exchange}:silent [client] ERROR`);
    expect(trace).toContain(`\n  process ${named('silent')} [server] (event nack)`);
    verify();
  });

  itIfThere('shows a body that cannot be deserialized, and a key without a handler', async () => {
    const { connection, nextTrace, verify } = await start();
    // The default handler of errors would put it into the queue again, without end.
    connection.configuration.defaultRpcErrorHandler = defaultNackErrorHandler;
    await connection.publish(exchange, 'find', Buffer.from('{"id":'));
    expect(await nextTrace(2)).toMatch(
      /\[producer\]\n {2}process .* \[consumer\] ERROR .* exception SyntaxError \(event nack\)$/,
    );
    await connection.managedChannel.sendToQueue(named('find'), Buffer.from('{}'));
    expect(await nextTrace(2)).toBe(
      `send ${named('find')} [producer]\n` +
        `  process ${named('find')} [consumer] ERROR "The application has no handler for the message" (event nack)`,
    );
    verify();
  });

  itIfThere('makes one span of a batch, with links to the senders', async () => {
    const { connection, orders, recorder, verify } = await start();
    for (let id = 0; id < 3; id++) await connection.publish(exchange, 'item', { id });
    const spans = await recorder.takeNextSpans(5, { deadlineMillis: 10_000 });
    const send = `send ${exchange}:item`;
    expect(
      traceAsText(spans, {
        attributes: ['messaging.batch.message_count', 'code.function.name'],
        links: true,
        events: true,
      }),
    ).toBe(
      `${send} [producer]\n\n${send} [producer]\n\n${send} [producer]\n\n` +
        `process ${named('items')} [consumer] code.function.name=Orders.items messaging.batch.message_count=3 (event ack messaging.batch.message_count=3) (link to "${send}") (link to "${send}") (link to "${send}")\n` +
        '  Orders.store',
    );
    expect(orders.seen).toEqual([[{ id: 0 }, { id: 1 }, { id: 2 }]]);
    for (let id = 0; id < 2; id++) await connection.publish(exchange, 'bad-item', { id });
    const failed = await recorder.takeNextSpans(3, { deadlineMillis: 10_000 });
    expect(traceAsText(failed, { attributes: false, events: true })).toMatch(
      /process bad-items.* ERROR "too many" exception RangeError \(event nack/,
    );
    verify();
  });

  itIfThere('traces messages of the channels that the connection uses', async () => {
    const { connection, nextTrace, verify } = await start();
    for (const send of [
      () => connection.managedChannel.publish(exchange, 'placed', Buffer.from('1')),
      () => connection.channel.publish(exchange, 'placed', Buffer.from('1')),
      () => connection.managedChannels.second?.publish(exchange, 'placed', Buffer.from('1')),
    ]) {
      await send();
      expect(await nextTrace(3)).toBe(
        `send ${exchange}:placed [producer]\n` +
          `  process ${named('placed')} [consumer] (event ack)\n` +
          '    Orders.store',
      );
    }
    verify();
  });

  itIfThere('keeps 100 messages in parallel apart', async () => {
    const { connection, nextTrace, verify } = await start();
    const ids = Array.from({ length: 100 }, (_, id) => id);
    const answers = await Promise.all(
      ids.map((id) =>
        connection.request({ exchange, routingKey: 'find', payload: { id }, timeout: 5000 }),
      ),
    );
    expect(answers).toEqual(ids.map((id) => ({ id })));
    for (const _ of ids) expect(await nextTrace(3)).toContain('    Orders.store');
    verify();
  });

  itIfThere('adds headers to messages, and nothing else', async () => {
    const plain = await connect(uri);
    const channel = await plain.createChannel();
    const { queue } = await channel.assertQueue('', { exclusive: true });
    const sentWith = async (tracing: TracingOptions): Promise<unknown[]> => {
      const { connection, recorder, close } = await start(tracing);
      await channel.bindQueue(queue, exchange, 'plain');
      const options = { headers: { tenant: 'acme' }, priority: 3, messageId: 'm-1' };
      await connection.publish(exchange, 'plain', { text: 'ü' }, options);
      await connection.publish(exchange, 'plain', 'text');
      connection
        .request({ exchange, routingKey: 'plain', payload: {}, correlationId: 'c-1' })
        .catch(() => {});
      const messages = [];
      while (messages.length < 3) {
        const message = await channel.get(queue, { noAck: true });
        if (message === false) continue;
        const { traceparent, ...headers } = message.properties.headers ?? {};
        messages.push({
          body: message.content.toString('hex'),
          // RabbitMQ adds an id of the connection to the address of an answer.
          properties: { ...message.properties, replyTo: undefined, headers },
        });
        expect(traceparent).toEqual(tracing.messaging === false ? undefined : expect.any(String));
      }
      await close();
      recorder.reset();
      return messages;
    };
    try {
      const untraced = await sentWith({ messaging: false });
      expect(await sentWith({})).toEqual(untraced);
    } finally {
      await plain.close();
    }
  });

  itIfThere('can be switched off on each side, and ignores messages', async () => {
    const { connection, recorder, nextTrace, close } = await start({
      messaging: { consumer: false, producer: { ignore: [`${exchange}:find`] } },
    });
    await connection.publish(exchange, 'placed', 1);
    expect(traceAsText(await recorder.takeNextSpans(2), { attributes: false })).toBe(
      `send ${exchange}:placed [producer]\n\nOrders.store`,
    );
    await connection.request({ exchange, routingKey: 'find', payload: { id: 1 } });
    expect(await nextTrace(1)).toBe('Orders.store');
    await close();
  });

  itIfThere('restores the connection when the application closes', async () => {
    const { connection, close } = await start();
    const { managedChannel, channel } = connection;
    expect(Object.keys(Object.getOwnPropertyDescriptors(connection))).toContain('publish');
    await close();
    for (const object of [connection, managedChannel, channel]) {
      const own = Object.getOwnPropertyNames(object);
      for (const key of ['publish', 'request', 'createRpc', 'addSetup', 'consume', 'ack']) {
        expect(own).not.toContain(key);
      }
    }
  });

  itIfThere('continues with a consumer that is cancelled and resumed', async () => {
    const { connection, nextTrace, orders, verify } = await start();
    const tags = [...connection.consumerTags];
    for (const tag of tags) await connection.cancelConsumer(tag);
    for (const tag of tags) await connection.resumeConsumer(tag);
    await connection.publish(exchange, 'placed', 9);
    expect(await nextTrace(3, ['code.function.name'])).toContain('Orders.placed');
    await until(
      () => orders.seen.length === 1,
      () => orders.seen,
    );
    verify();
  });
});
