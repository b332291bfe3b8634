import { describe, expect, it } from '@jest/globals';
import {
  addToPacket,
  addToSerialized,
  isPacket,
  withUserProperties,
} from '../../../../lib/nest/messaging/packet-context.js';

const fields = { traceparent: 'ours' };
const never = (): never => {
  throw new Error('only for NATS');
};

describe('isPacket', () => {
  it.each([
    [{ pattern: 'a', data: 1 }, true],
    [{ pattern: 'a' }, false],
    ['text', false],
    [null, false],
    [undefined, false],
  ])('%j: %s', (value, is) => {
    expect(isPacket(value)).toBe(is);
  });
});

describe('the metadata of a packet', () => {
  it.each<[unknown, unknown]>([
    [undefined, { traceparent: 'ours' }],
    [
      { tenant: 'acme', traceparent: 'of the user' },
      { tenant: 'acme', traceparent: 'ours' },
    ],
    ['text', 'text'],
    [['list'], ['list']],
    [null, null],
  ])('%j become %j', (metadata, expected) => {
    const packet = { pattern: 'a', data: 1, ...(metadata !== undefined && { metadata }) };
    addToPacket(packet, fields);
    expect((packet as { metadata?: unknown }).metadata).toEqual(expected);
  });
});

describe('the headers of a serialized message', () => {
  it('stand in the options of RabbitMQ, beside those of the user', () => {
    const headers = { 'x-tenant': 'acme' };
    const message = { data: 1, options: { priority: 3, headers } };
    expect(addToSerialized('rabbitmq', message, fields, never)).toEqual({
      data: 1,
      options: { priority: 3, headers: { 'x-tenant': 'acme', traceparent: 'ours' } },
    });
    expect(headers).toEqual({ 'x-tenant': 'acme' });
  });

  it('are a copy for Kafka, which keeps the class of the message', () => {
    class Message {
      value = '1';
      headers = { 'x-tenant': 'acme' };
    }
    const message = new Message();
    const added = addToSerialized('kafka', message, fields, never);
    expect(added).toBeInstanceOf(Message);
    expect(added).toEqual({ value: '1', headers: { 'x-tenant': 'acme', traceparent: 'ours' } });
    expect(message.headers).toEqual({ 'x-tenant': 'acme' });
  });

  it('stay as they are where NATS has no headers', () => {
    const message = { data: '1' };
    expect(addToSerialized('nats', message, fields, () => undefined)).toBe(message);
  });

  it.each([['text'], [null], [undefined], [7], [['list']]])('do not exist in %j', (message) => {
    for (const system of ['rabbitmq', 'kafka', 'nats', 'tcp'] as const) {
      expect(addToSerialized(system, message, fields, never)).toBe(message);
    }
  });
});

describe('withUserProperties', () => {
  it.each<[unknown, object]>([
    [undefined, { properties: { userProperties: fields } }],
    [
      { qos: 1, properties: { contentType: 'a', userProperties: { 'x-tenant': ['a', 'b'] } } },
      {
        qos: 1,
        properties: { contentType: 'a', userProperties: { 'x-tenant': ['a', 'b'], ...fields } },
      },
    ],
  ])('of %j', (options, expected) => {
    expect(withUserProperties(options, fields)).toEqual(expected);
  });
});
