import { describe, expect, it } from '@jest/globals';
import { createRabbitNames } from '../../../../lib/nest/messaging/rabbit-functions.js';

const queueOptions = {};
const functions = [
  { function: {}, name: 'Orders.place', options: { type: 'subscribe', queue: 'a', queueOptions } },
  { function: {}, name: 'Orders.find', options: { type: 'rpc', queue: 'a' } },
  { function: {}, name: 'Orders.twin', options: { type: 'rpc', queue: 'b' } },
  { function: {}, name: 'Stock.twin', options: { type: 'rpc', queue: 'b' } },
  { function: {}, name: 'Stock.named', options: { type: 'subscribe', name: 'stock' } },
];

describe('createRabbitNames', () => {
  const nameOf = createRabbitNames(functions, {
    configuration: { handlers: { stock: [{ exchange: 'shop' }], other: { exchange: 'x' } } },
  });

  it.each([
    [{ type: 'subscribe', queue: 'a', queueOptions }, 'Orders.place'],
    [{ type: 'rpc', queue: 'a', routingKey: 'more' }, 'Orders.find'],
    [{ type: 'rpc', queue: 'b' }, undefined],
    [{ type: 'subscribe', name: 'stock', exchange: 'shop' }, 'Stock.named'],
    [{ queue: 'unknown' }, undefined],
  ])('%j is %s', (options, name) => {
    expect(nameOf(options)).toBe(name);
  });

  it('finds names without a configuration', () => {
    expect(createRabbitNames(functions, {})({ queue: 'none' })).toBeUndefined();
  });
});
