import { describe, expect, it } from '@jest/globals';
import { clientOfKnex, sourceOfKnex } from '../../../../lib/database/knex/knex-shape.js';

describe('clientOfKnex', () => {
  it('finds the client by its methods', () => {
    const client = {
      acquireConnection() {},
      releaseConnection() {},
      transaction() {},
      _query() {},
      _stream() {},
    };
    expect(clientOfKnex({ client })).toBe(client);
    expect(clientOfKnex({ client: { ...client, _query: 1 } })).toBeUndefined();
    for (const value of [undefined, null, {}, 'text', { client: null }]) {
      expect(clientOfKnex(value)).toBeUndefined();
    }
  });
});

describe('sourceOfKnex', () => {
  it.each([
    [
      {
        dialect: 'postgresql',
        connectionSettings: { host: 'db', port: '5432', database: 'shop', password: 'hunter2' },
      },
      { system: 'postgresql', serverAddress: 'db', serverPort: 5432, namespace: 'shop' },
    ],
    [
      {
        dialect: 'postgresql',
        connectionSettings: { connectionString: 'postgres://root:hunter2@db:5432/shop' },
      },
      { system: 'postgresql', serverAddress: 'db', serverPort: 5432, namespace: 'shop' },
    ],
    [
      { dialect: 'mssql', connectionSettings: { server: 'db' } },
      { system: 'microsoft.sql_server', serverAddress: 'db' },
    ],
    [
      { dialect: 'mysql', driverName: 'mysql2', connectionSettings: { socketPath: '/a.sock' } },
      { system: 'mysql', serverAddress: '/a.sock' },
    ],
    [
      { dialect: 'mysql', driverName: 'mariadb', connectionSettings: undefined },
      { system: 'mariadb' },
    ],
    [
      { dialect: 'sqlite3', connectionSettings: { filename: 'a.db' } },
      { system: 'sqlite', namespace: 'a.db' },
    ],
    [{}, { system: 'other_sql' }],
  ])('reads %j', (client, source) => {
    const found = Object.entries(sourceOfKnex(client as never));
    expect(Object.fromEntries(found.filter(([, value]) => value !== undefined))).toEqual(source);
  });
});
