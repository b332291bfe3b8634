import { describe, expect, it } from '@jest/globals';
import {
  publishOnChannel,
  sendOnConnection,
  sendOnManagedChannel,
} from '../../../../lib/messaging/amqp/send-amqp-message.js';
import { MessageProducerHandler } from '../../../../lib/messaging/index.js';
import { traceAsText } from '../../../../lib/testing/index.js';
import { tracingsOfTest } from '../../../support/tracings-of-test.js';

const createTracing = tracingsOfTest();

/** A connection over a managed channel over a channel, as `@golevelup/nestjs-rabbitmq` has them. */
function setUp(outcome: () => Promise<unknown> = async () => true) {
  const { tracer, recorder } = createTracing();
  const producer = new MessageProducerHandler(tracer);
  const handlers = { producerOf: () => producer, consumerOf: () => undefined };
  const written: unknown[] = [];
  const write = (...args: unknown[]): void => {
    publishOnChannel(handlers, (...given) => written.push(given[3]), undefined, args);
  };
  const managed = (...args: unknown[]): unknown => {
    const [exchange, routingKey, data, options] = args;
    const send = (...given: unknown[]): unknown => {
      // A managed channel copies the options.
      write(given[0], given[1], given[2], { ...(given[3] as object | undefined) });
      return outcome();
    };
    const message = { exchange, routingKey, data, options };
    return sendOnManagedChannel(handlers, send, undefined, args, message, 3);
  };
  const connection = (isEvent: boolean, ...args: unknown[]): unknown => {
    const [exchange, routingKey, data, options] = args;
    const message = { exchange, routingKey, data, options };
    return sendOnConnection(handlers, managed, undefined, args, message, isEvent);
  };
  const text = () =>
    traceAsText(recorder.takeSpans(), { attributes: ['messaging.message.conversation_id'] });
  return { written, managed, connection, text };
}

const traceparent = expect.stringMatching(/^00-/);

describe('a message through several layers', () => {
  it('has one span, and keeps its options', async () => {
    const { written, connection, managed, text } = setUp();
    const options = Object.freeze({ priority: 1, headers: Object.freeze({ a: 1 }) });
    expect(await connection(true, 'shop', 'placed', 'x', options)).toBe(true);
    expect(await managed('shop', 'placed', Buffer.from('x'))).toBe(true);
    expect(text()).toBe('send shop:placed [producer]\n\nsend shop:placed [producer]');
    expect(written).toMatchObject([
      { priority: 1, headers: { a: 1, traceparent } },
      { headers: { traceparent } },
    ]);
  });

  it('is a request with the id of its answer', async () => {
    const { connection, text } = setUp();
    await connection(false, 'shop', 'find', 'x', { correlationId: 'c-1' });
    expect(text()).toBe('send shop:find [client] messaging.message.conversation_id=c-1');
  });

  it('shows a failure, and passes it on', async () => {
    const failure = new Error('Channel closed');
    const { connection, text } = setUp(async () => {
      throw failure;
    });
    await expect(connection(true, 'shop', 'placed', 'x')).rejects.toBe(failure);
    expect(text()).toBe('send shop:placed [producer] ERROR "Channel closed" exception Error');
  });

  it('has no span if it is an answer', async () => {
    const { written, connection, text } = setUp();
    await connection(true, '', 'amq.rabbitmq.reply-to.1', 'x', { correlationId: 'c-1' });
    expect(text()).toBe('');
    expect(written).toEqual([{ correlationId: 'c-1' }]);
  });
});
