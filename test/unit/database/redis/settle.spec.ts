import { describe, expect, it } from '@jest/globals';
import { settle } from '../../../../lib/database/redis/settle.js';
import { unhandledRejectionsOf } from '../../../support/unhandled-rejections.js';
import { HandlerDouble } from './redis-operation-double.js';

describe('settle', () => {
  const begin = (double: HandlerDouble) => double.handler.begin({ name: 'GET' }, undefined);

  it('ends the operation with the promise, and returns what it returns', async () => {
    const double = new HandlerDouble();
    expect(await settle(begin(double), async () => 'reply')).toBe('reply');
    const error = new Error('no');
    await expect(settle(begin(double), () => Promise.reject(error))).rejects.toBe(error);
    expect(double.events).toEqual(['begin GET()', 'finish GET', 'begin GET()', 'fail GET: no']);
  });

  it('ends the operation of a call that returns or throws at once', () => {
    const double = new HandlerDouble();
    expect(settle(begin(double), () => 1)).toBe(1);
    expect(() =>
      settle(begin(double), () => {
        throw new Error('at once');
      }),
    ).toThrow('at once');
    expect(double.events).toEqual([
      'begin GET()',
      'finish GET',
      'begin GET()',
      'fail GET: at once',
    ]);
  });

  it('only sends without an operation', () => {
    expect(settle(undefined, () => 1)).toBe(1);
  });

  it('lets Node report a rejection that nobody handles', async () => {
    const double = new HandlerDouble();
    const error = new Error('forgotten');
    const reasons = await unhandledRejectionsOf(() => {
      settle(begin(double), () => Promise.reject(error));
    });
    expect(reasons).toEqual([error]);
  });
});
