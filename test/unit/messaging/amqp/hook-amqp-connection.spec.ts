import { describe, expect, it } from '@jest/globals';
import {
  hookAmqpConnection,
  isAmqpConnection,
} from '../../../../lib/messaging/amqp/hook-amqp-connection.js';

class Connection {
  readonly configuration = { uri: ['amqp://localhost'] };
  publish(): void {}
  request(): void {}
  createSubscriber(...args: unknown[]): unknown[] {
    return args;
  }
  createRpc(): void {}
}

const handlers = { consumerOf: () => undefined, producerOf: () => undefined };

describe('hookAmqpConnection', () => {
  it('hooks a connection once, and restores it', () => {
    const connection = new Connection();
    const before = Object.getOwnPropertyNames(connection);
    const leave = hookAmqpConnection(connection, handlers, () => undefined);
    expect(Object.getOwnPropertyNames(connection)).toContain('createRpc');
    expect(hookAmqpConnection(connection, handlers, () => undefined)).toBeUndefined();
    leave?.();
    expect(Object.getOwnPropertyNames(connection)).toEqual(before);
  });

  it('passes a handler on that is none, and calls a handler without a traced message', () => {
    const connection = new Connection();
    hookAmqpConnection(connection, handlers, () => 'Orders.place');
    expect(connection.createSubscriber(undefined, {}, 'place')).toEqual([undefined, {}, 'place']);
    const [handler] = connection.createSubscriber((data: unknown) => [data], {});
    expect((handler as (data: unknown) => unknown)('x')).toEqual(['x']);
  });

  it.each([[undefined], ['text'], [{}], [{ publish() {}, request() {} }]])('ignores %p', (one) => {
    expect(isAmqpConnection(one)).toBe(false);
    expect(hookAmqpConnection(one, handlers, () => undefined)).toBeUndefined();
  });
});
