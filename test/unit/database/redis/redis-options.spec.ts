import { describe, expect, it } from '@jest/globals';
import { redisSettingsOf } from '../../../../lib/database/redis/redis-options.js';

describe('redisSettingsOf', () => {
  it('has defaults that show no argument and need a parent', () => {
    expect(redisSettingsOf({}, 'x')).toEqual({
      requireParent: true,
      keyPattern: undefined,
      showsText: false,
    });
  });

  it.each([
    [{ requireParent: 'no' }, 'database.redis.requireParent must be true or false'],
    [{ keyPattern: 'user:*' }, 'database.redis.keyPattern must be a function'],
    [{ queryText: 'all' }, "database.redis.queryText must be one of 'sanitized', 'none'"],
  ])('refuses %j', (options, message) => {
    expect(() => redisSettingsOf(options as never, 'database.redis')).toThrow(message);
  });
});
