import { describe, expect, it } from '@jest/globals';
import {
  configureRedis,
  RedisClientSettings,
} from '../../../../lib/database/redis/redis-settings.js';
import { tracingsOfTest } from '../../../support/tracings-of-test.js';

const createTracing = tracingsOfTest();

describe('RedisClientSettings', () => {
  it('are those of the application where the client sets nothing', () => {
    const { tracer } = createTracing();
    configureRedis(tracer, { requireParent: false, queryText: 'sanitized' });
    const settings = new RedisClientSettings({ queryText: 'none' }, 'x');
    const merged = settings.of(tracer);
    expect([merged.requireParent, merged.showsText]).toEqual([false, false]);
    expect(settings.of(tracer)).toBe(merged);
    expect(new RedisClientSettings({}, 'x').of(tracer).showsText).toBe(true);
  });

  it('refuse an invalid option by its owner', () => {
    expect(() => new RedisClientSettings({ queryText: 'x' } as never, 'traceRedis')).toThrow(
      'traceRedis.queryText must be',
    );
  });
});
