import { describe, expect, it } from '@jest/globals';
import type { MessagingSystem } from '../../../../lib/nest/messaging/nest-transports.js';
import { readFacts } from '../../../../lib/nest/messaging/received-facts.js';

const SYSTEMS: MessagingSystem[] = ['tcp', 'redis', 'nats', 'mqtt', 'rabbitmq', 'kafka', 'custom'];
const server = { queue: 'orders', consumerGroup: 'shop' };

function read(
  system: MessagingSystem,
  args: readonly unknown[],
  raw: unknown = {},
  id?: unknown,
  wantsBodySize = false,
) {
  const packet = { pattern: 'a', data: 1, id };
  const facts = readFacts(system, args, raw, packet, server, wantsBodySize);
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined));
}

describe('readFacts', () => {
  it.each(SYSTEMS)('reads nothing from arguments of %s that are not as expected', (system) => {
    for (const args of [[], [null, null, null, null], ['a', 7, true, {}], [{}, {}, {}, {}]]) {
      expect(() => read(system, args)).not.toThrow();
      expect(() =>
        readFacts(system, args, null, undefined, { ...server, consumerGroup: undefined }, true),
      ).not.toThrow();
    }
  });

  it.each(SYSTEMS.filter((system) => system !== 'kafka'))(
    'takes a packet of %s with an id as a request',
    (system) => {
      expect(read(system, [], {}, undefined).isEvent).toBe(true);
      expect(read(system, [], {}, 'i-1').isEvent).toBe(false);
    },
  );

  it('reads Redis', () => {
    const raw = { metadata: { traceparent: 't' } };
    expect(read('redis', ['orders.*', '{"a":"ü"}', {}, 'orders.1'], raw, 'i-1', true)).toEqual({
      isEvent: false,
      conversationId: 'i-1',
      headers: { traceparent: 't' },
      destination: 'orders.1',
      bodyBytes: 10,
    });
  });

  it('reads RabbitMQ with an exchange', () => {
    const message = {
      content: Buffer.from('{}'),
      fields: { exchange: 'shop', routingKey: 'orders.1', deliveryTag: 3 },
      properties: { headers: { a: 1 }, messageId: 'm-1', correlationId: 'c-1' },
    };
    expect(read('rabbitmq', [message], {}, undefined, true)).toEqual({
      isEvent: true,
      headers: { a: 1 },
      destination: 'shop:orders.1:orders',
      routingKey: 'orders.1',
      deliveryTag: 3,
      id: 'm-1',
      conversationId: 'c-1',
      bodyBytes: 2,
    });
  });

  it('reads Kafka', () => {
    const headers = { kafka_correlationId: Buffer.from('c-1'), kafka_replyTopic: 'r' };
    const message = { key: Buffer.from('k'), value: null, offset: '12', headers };
    expect(
      read('kafka', [{ topic: 'orders', partition: 0, message }], {}, undefined, true),
    ).toEqual({
      isEvent: false,
      headers,
      destination: 'orders',
      conversationId: 'c-1',
      partition: 0,
      offset: 12,
      key: 'k',
      isTombstone: true,
      consumerGroup: 'shop',
    });
  });

  it('reads NATS and MQTT 5', () => {
    const headers = new Map([['Nats-Msg-Id', ['n-1']]]);
    expect(read('nats', ['a', { subject: 'a.b', data: Buffer.from('12'), headers }])).toEqual({
      isEvent: true,
      headers: { 'Nats-Msg-Id': ['n-1'] },
      destination: 'a.b',
      id: 'n-1',
      consumerGroup: 'shop',
    });
    const properties = { userProperties: { traceparent: 't' } };
    expect(read('mqtt', ['a/b', Buffer.from('12'), {}, { properties }])).toEqual({
      isEvent: true,
      headers: { traceparent: 't' },
      destination: 'a/b',
    });
  });
});
