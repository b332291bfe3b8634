import { describe, expect, it } from '@jest/globals';
import { DatabaseHandler } from '../../../../lib/database/database.handler.js';
import { MongoHandlers } from '../../../../lib/database/mongodb/mongo-handlers.js';
import { commandStarted } from './command-started.js';

describe('MongoHandlers', () => {
  it('has one handler for each database of each server, up to a number', () => {
    const handlers = new MongoHandlers(new DatabaseHandler({ system: 'mongodb' }), 2);
    const of = (databaseName: string, address = 'a:1') =>
      handlers.of({ ...commandStarted({ find: 'a' }), databaseName, address });
    const shop = of('shop');
    expect(of('shop')).toBe(shop);
    expect(shop.source).toEqual({
      system: 'mongodb',
      namespace: 'shop',
      serverAddress: 'a',
      serverPort: 1,
    });
    expect(of('shop', 'b:1')).not.toBe(shop);
    expect(of('shop')).toBe(shop);
    of('other');
    expect(of('shop')).not.toBe(shop);
  });
});
