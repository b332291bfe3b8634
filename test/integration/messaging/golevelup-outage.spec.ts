import { randomUUID } from 'node:crypto';
import type { AmqpConnection as Connection } from '@golevelup/nestjs-rabbitmq';
import { describe, expect, it } from '@jest/globals';
import { Injectable, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Traced, TracingModule } from 'nestjs-traced';
import { testTracingOptions, traceAsText } from 'nestjs-traced/testing';
import { startBrokerProxy } from '../../support/broker-proxy.js';
import { closingAfterEach } from '../../support/closing.js';
import { loadGolevelupRabbitmq } from '../../support/golevelup-rabbitmq.js';
import { isServiceThere, RABBITMQ, rabbitmqUrl } from '../../support/services.js';
import { silentLogger } from '../../support/silent-logger.js';
import { until } from '../../support/until.js';

const { AmqpConnection, RabbitMQModule, RabbitRPC, RabbitSubscribe } = loadGolevelupRabbitmq();

const itIfThere = (await isServiceThere(RABBITMQ)) ? it : it.skip;
const onClose = closingAfterEach();

const run = randomUUID();
const exchange = `outage-${run}`;
const queueOptions = { durable: false, expires: 30_000 };
const queueOf = (name: string) => ({ queue: `${name}-${run}`, queueOptions });

@Injectable()
class Orders {
  readonly attempts: string[] = [];
  /** What the handler of `held` waits for. */
  held: Promise<void> = Promise.resolve();

  @Traced()
  async store(id: string): Promise<string> {
    return id;
  }

  @RabbitSubscribe({ exchange, routingKey: 'placed', ...queueOf('placed') })
  async placed({ id }: { id: string }): Promise<void> {
    await this.store(id);
  }

  @RabbitSubscribe({
    exchange,
    routingKey: 'held',
    ...queueOf('held'),
    // The channel of the first delivery is closed when its handler is over: it can be settled in no way.
    errorHandler: () => {},
  })
  async hold({ id }: { id: string }): Promise<void> {
    this.attempts.push(id);
    await this.held;
  }

  @RabbitRPC({ exchange, routingKey: 'find', ...queueOf('find') })
  async find({ id }: { id: string }): Promise<string> {
    return this.store(id);
  }
}

async function start() {
  const proxy = await startBrokerProxy(RABBITMQ.port);
  onClose(() => proxy.close());
  const { options, recorder, warnings } = testTracingOptions();
  const rabbit = RabbitMQModule.forRoot({
    uri: rabbitmqUrl(proxy.port),
    exchanges: [{ name: exchange, type: 'topic', options: { durable: false } }],
    connectionManagerOptions: { reconnectTimeInSeconds: 0.05 },
    logger: silentLogger,
  });
  @Module({ imports: [rabbit, TracingModule.forRoot(options)], providers: [Orders] })
  class ShopModule {}
  const application = await NestFactory.createApplicationContext(ShopModule, { logger: false });
  onClose(() => application.close());
  const connection = application.get<Connection>(AmqpConnection);
  const orders = application.get(Orders);
  const nextTrace = async (spanCount: number): Promise<string> => {
    const trace = await recorder.takeNextTrace({ spanCount, deadlineMillis: 20_000 });
    const text = traceAsText(trace, { attributes: false, events: true });
    return text.replaceAll(`-${run}`, '');
  };
  const loseConnection = async (): Promise<void> => {
    // The broker answers when it has got what was sent before, such as acknowledgements.
    await connection.channel.checkQueue(queueOf('placed').queue);
    proxy.drop();
    await until(
      () => !connection.managedConnection.isConnected(),
      () => 'The connection is not lost',
    );
  };
  return { connection, orders, recorder, warnings, nextTrace, loseConnection };
}

const PLACED =
  'send outage:placed [producer]\n  process placed [consumer] (event ack)\n    Orders.store';

describe('@golevelup/nestjs-rabbitmq, when its connection is lost', () => {
  itIfThere(
    'traces messages and requests again when it is back',
    async () => {
      const { connection, recorder, warnings, nextTrace, loseConnection } = await start();
      for (let outage = 0; outage < 2; outage++) {
        await connection.publish(exchange, 'placed', { id: 'before' });
        expect(await nextTrace(3)).toBe(PLACED);
        await loseConnection();
        // Waits in the channel until the connection is back.
        await connection.publish(exchange, 'placed', { id: 'meanwhile' });
        expect(await nextTrace(3)).toBe(PLACED);
        const request = { exchange, routingKey: 'find', payload: { id: 'a' }, timeout: 20_000 };
        expect(await connection.request(request)).toBe('a');
        expect(await nextTrace(3)).toBe(
          'send outage:find [client]\n  process find [server] (event ack)\n    Orders.store',
        );
      }
      recorder.verify();
      expect(warnings).toEqual([]);
    },
    60_000,
  );

  itIfThere(
    'shows each delivery of a message that it was handling',
    async () => {
      const { connection, orders, recorder, warnings, nextTrace, loseConnection } = await start();
      let release = (): void => {};
      orders.held = new Promise((resolve) => {
        release = resolve;
      });
      await connection.publish(exchange, 'held', { id: 'a' });
      await until(
        () => orders.attempts.length === 1,
        () => orders.attempts,
      );
      await loseConnection();
      await until(
        () => orders.attempts.length === 2,
        () => orders.attempts,
      );
      release();
      expect(await nextTrace(3)).toBe(
        'send outage:held [producer]\n' +
          '  process held [consumer] (event "channel closed")\n' +
          '  process held [consumer] (event ack)',
      );
      recorder.verify();
      expect(warnings).toEqual([]);
    },
    60_000,
  );
});
