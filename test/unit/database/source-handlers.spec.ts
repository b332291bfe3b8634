import { describe, expect, it } from '@jest/globals';
import { DatabaseHandler } from '../../../lib/database/database.handler.js';
import { SourceHandlers } from '../../../lib/database/source-handlers.js';

describe('SourceHandlers', () => {
  it('has one handler for each key, up to a number', () => {
    const handlers = new SourceHandlers(new DatabaseHandler({ system: 'mongodb' }), 2);
    const of = (namespace: string) =>
      handlers.of(namespace, () => ({ system: 'mongodb', namespace }));
    const shop = of('shop');
    expect(shop.source).toEqual({ system: 'mongodb', namespace: 'shop' });
    expect(of('shop')).toBe(shop);
    expect(of('other')).not.toBe(shop);
    expect(of('shop')).toBe(shop);
    of('third');
    expect(of('shop')).not.toBe(shop);
  });
});
