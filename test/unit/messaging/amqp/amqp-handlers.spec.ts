import { describe, expect, it } from '@jest/globals';
import {
  expectAnswer,
  isAnswer,
  isForAnswers,
  isGenerated,
} from '../../../../lib/messaging/amqp/amqp-handlers.js';

describe('isAnswer', () => {
  const request = { exceptionCaught() {} };
  expectAnswer(request, 'replies');
  expectAnswer(request, undefined);

  it.each<[string, unknown, unknown, boolean]>([
    ['a direct answer', '', 'amq.rabbitmq.reply-to.g1.x', true],
    ['the address of the request', '', 'replies', true],
    ['another queue', '', 'orders', false],
    ['an exchange', 'shop', 'replies', false],
    ['no routing key', '', undefined, false],
  ])('%s', (_, exchange, routingKey, is) => {
    expect(isAnswer(exchange, routingKey, request)).toBe(is);
  });

  it('knows the address only while the request is handled', () => {
    expect(isAnswer('', 'replies', undefined)).toBe(false);
    expect(isAnswer('', 'replies', { exceptionCaught() {} })).toBe(false);
  });
});

it('knows the pseudo queue for answers', () => {
  expect(isForAnswers('amq.rabbitmq.reply-to')).toBe(true);
  expect(isForAnswers('orders')).toBe(false);
});

it('knows names that the server has generated', () => {
  expect(isGenerated('amq.gen-x1')).toBe(true);
  expect(isGenerated('orders')).toBe(false);
});
