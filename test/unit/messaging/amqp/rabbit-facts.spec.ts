import { describe, expect, it } from '@jest/globals';
import { rabbitFacts } from '../../../../lib/messaging/amqp/rabbit-facts.js';

describe('rabbitFacts', () => {
  it('names the queue, or exchange, routing key and queue', () => {
    const fields = { exchange: '', routingKey: 'orders', deliveryTag: 1 };
    expect(rabbitFacts({ fields }, 'orders', false).destination).toBe('orders');
    expect(rabbitFacts({ fields: { ...fields, exchange: 'shop' } }, 'q', false).destination).toBe(
      'shop:orders:q',
    );
  });

  it('reads nothing from a message that is not as expected', () => {
    const facts = rabbitFacts({ fields: { deliveryTag: 'x' }, content: 7 }, 'q', true);
    expect([facts.deliveryTag, facts.bodyBytes, facts.id]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });
});
