import { EventEmitter } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { contextStorage, TracingContext } from '../../../../lib/context/index.js';
import {
  type AmqpListener,
  amqpDeliveryOf,
  tracedListener,
} from '../../../../lib/messaging/amqp/amqp-delivery.js';
import { SUBSCRIPTION } from '../../../../lib/messaging/amqp/amqp-handlers.js';
import { MessageConsumerHandler } from '../../../../lib/messaging/index.js';
import { traceAsText } from '../../../../lib/testing/index.js';
import { tracingsOfTest } from '../../../support/tracings-of-test.js';

const createTracing = tracingsOfTest();

class Channel extends EventEmitter {
  ack(..._: unknown[]): void {}
  nack(..._: unknown[]): void {}
  ackAll(): void {}
}

function setUp(queue: string, listener: AmqpListener, options?: object, subscription?: object) {
  const { tracer, recorder } = createTracing();
  const consumer = new MessageConsumerHandler(tracer);
  const handlers = { consumerOf: () => consumer, producerOf: () => undefined };
  const channel = new Channel();
  const context = TracingContext.ROOT.setValue(SUBSCRIPTION, subscription);
  const receive = contextStorage.run(context, () =>
    tracedListener(handlers, channel, queue, listener, options),
  );
  let deliveryTag = 0;
  const message = (properties = {}) => {
    deliveryTag++;
    return { fields: { exchange: '', routingKey: queue, deliveryTag }, properties };
  };
  const text = () =>
    traceAsText(recorder.takeSpans(), { attributes: ['error.type'], events: true });
  return { channel, receive, message, recorder, text };
}

describe('the span of a callback without a promise', () => {
  it('ends when the message is settled', () => {
    const { channel, receive, message, recorder, text } = setUp('orders', () => undefined);
    const first = message();
    receive(first);
    expect(recorder.openSpans).toHaveLength(1);
    channel.ack(first);
    expect(text()).toBe('process orders [consumer] (event ack)');
  });

  it('ends with the callback if it has settled the message', () => {
    const { channel, receive, message, text } = setUp('orders', (one) => channel.nack(one, false));
    receive(message());
    expect(text()).toBe('process orders [consumer] (event requeue)');
  });

  it('ends with the callback if the broker awaits no acknowledgement', () => {
    const { receive, message, text } = setUp('orders', () => undefined, { noAck: true });
    receive(message());
    expect(text()).toBe('process orders [consumer]');
  });

  it('ends when a later message is settled with all before it', () => {
    const { channel, receive, message, recorder, text } = setUp('orders', () => undefined);
    const messages = [message(), message(), message()];
    for (const one of messages) receive(one);
    channel.ack(messages[1], true);
    expect(recorder.openSpans).toHaveLength(1);
    channel.ackAll();
    expect(text().match(/event ack/g)).toHaveLength(3);
  });

  it('ends when the channel is closed', () => {
    const { channel, receive, message, text } = setUp('orders', () => undefined);
    receive(message());
    channel.emit('close');
    expect(text()).toBe('process orders [consumer] (event "channel closed")');
  });
});

describe('tracedListener', () => {
  it('makes a request of a message with an address for the answer', async () => {
    const { receive, message, text } = setUp('orders', async () => undefined);
    await receive(message({ replyTo: 'replies' }));
    expect(text()).toBe('process orders [server]');
  });

  it('does not put the name of a generated queue into the name of the span', async () => {
    const { receive, message, text } = setUp('amq.gen-x1', async () => undefined);
    await receive(message());
    expect(text()).toBe('process [consumer]');
  });

  it('leaves answers alone', () => {
    const listener = (): void => {};
    expect(setUp('amq.rabbitmq.reply-to', listener).receive).toBe(listener);
  });

  it('shows the failure of a handler, and ends with the negative acknowledgement', async () => {
    const { channel, receive, message, recorder, text } = setUp('orders', () => undefined);
    const one = message();
    receive(one);
    const failure = amqpDeliveryOf(one)?.callHandler('Orders.place', async () => {
      throw new RangeError('spoiled');
    });
    await expect(failure).rejects.toThrow('spoiled');
    expect(recorder.openSpans).toHaveLength(1);
    channel.nack(one, false, false);
    expect(text()).toBe(
      'process orders [consumer] error.type=RangeError ERROR "spoiled" exception RangeError (event nack)',
    );
  });

  it('shows a message that no handler was called with', () => {
    const { channel, receive, message, text } = setUp('orders', () => undefined, undefined, {
      pattern: 'orders',
      reportsHandled: true,
    });
    const one = message();
    receive(one);
    channel.nack(one, false, false);
    expect(text()).toContain('error.type=no_handler ERROR');
  });
});
