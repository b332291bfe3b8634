import { describe, expect, it } from '@jest/globals';
import * as names from '../../../lib/messaging/attributes.js';
import {
  receivedMessageAttributes,
  sentMessageAttributes,
} from '../../../lib/messaging/message-attributes.js';
import { receivedMessage, sentMessage } from './messages.js';

const known = new Set<string>(Object.values(names));

function defined(attributes: object): object {
  return Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== undefined));
}

describe('the attributes of a message', () => {
  it('have names from the list', () => {
    const all = {
      ...sentMessageAttributes(sentMessage()),
      ...receivedMessageAttributes(receivedMessage()),
    };
    expect(Object.keys(all).filter((key) => !known.has(key))).toEqual([]);
  });

  it('tell of a sent message', () => {
    const message = sentMessage({
      server: { host: 'broker', port: 4222 },
      key: 'k',
      bodyBytes: 7,
      batchCount: 3,
    });
    expect(defined(sentMessageAttributes(message))).toEqual({
      'messaging.system.name': 'nats',
      'messaging.operation.name': 'send',
      'messaging.operation.type': 'send',
      'messaging.destination.name': 'orders.placed',
      'server.address': 'broker',
      'server.port': 4222,
      'kafka.message.key': 'k',
      'messaging.message.body.size': 7,
      'messaging.batch.message_count': 3,
    });
  });

  it('tell of a received message', () => {
    const message = receivedMessage({
      partition: 0,
      offset: 0,
      isTombstone: true,
      functionName: 'OrdersController.placed',
      peer: { remoteAddress: '10.0.0.7', remotePort: 4711 },
    });
    expect(defined(receivedMessageAttributes(message))).toEqual({
      'messaging.system.name': 'nats',
      'messaging.operation.name': 'process',
      'messaging.operation.type': 'process',
      'messaging.destination.name': 'orders.placed',
      'code.function.name': 'OrdersController.placed',
      'network.peer.address': '10.0.0.7',
      'network.peer.port': 4711,
      'messaging.destination.partition.id': '0',
      'kafka.offset': 0,
      'kafka.message.tombstone': true,
    });
  });

  it('name the pattern with wildcards as the template of the destination', () => {
    const message = receivedMessage({ pattern: 'orders.*', destination: 'orders.placed' });
    expect(defined(receivedMessageAttributes(message))).toMatchObject({
      'messaging.destination.name': 'orders.placed',
      'messaging.destination.template': 'orders.*',
    });
  });

  it('name the pattern beside the queue of RabbitMQ', () => {
    const rabbit = { system: 'rabbitmq', destination: 'orders' };
    for (const attributes of [
      sentMessageAttributes(sentMessage(rabbit)),
      receivedMessageAttributes(receivedMessage(rabbit)),
    ]) {
      expect(defined(attributes)).toMatchObject({
        'messaging.destination.name': 'orders',
        'nestjs_traced.messaging.pattern': 'orders.placed',
      });
      expect(defined(attributes)).not.toHaveProperty('messaging.destination.template');
    }
  });
});
