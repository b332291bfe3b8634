import { describe, expect, it } from '@jest/globals';
import { Sequelize as Sequelize7 } from '@sequelize/core';
import { PostgresDialect } from '@sequelize/postgres';
import { Sequelize } from 'sequelize';
import {
  addressOfConnection,
  hasReplicas,
  isSequelize,
  sourceOfSequelize,
} from '../../../../lib/database/sequelize/sequelize-shape.js';

const server = { host: 'db', port: 5433, database: 'shop' };
const six = (options: object) =>
  new Sequelize({ dialect: 'postgres', username: 'me', password: 'hunter2', ...options }) as never;
const seven = (options: object) =>
  new Sequelize7({
    dialect: PostgresDialect,
    user: 'me',
    password: 'hunter2',
    ...options,
  }) as never;

describe('isSequelize', () => {
  it('accepts instances of both versions, and no other value', () => {
    expect([six(server), seven(server)].every(isSequelize)).toBe(true);
    const throwing = new Proxy(
      {},
      {
        get() {
          throw new Error('no');
        },
      },
    );
    expect([undefined, null, 'text', {}, { query() {} }, throwing].some(isSequelize)).toBe(false);
  });
});

describe('sourceOfSequelize', () => {
  const shop = {
    system: 'postgresql',
    namespace: 'shop',
    serverAddress: 'db',
    serverPort: 5433,
  };

  it.each([
    ['options of version 6', six(server), shop],
    ['options of version 7', seven(server), shop],
    ['a URL', new Sequelize('postgres://me:hunter2@db:5433/shop') as never, shop],
    [
      'a primary server of version 6',
      six({ database: 'shop', replication: { write: { host: 'db', port: 5433 }, read: [server] } }),
      shop,
    ],
    [
      'a primary server of version 7',
      seven({ replication: { write: server, read: [{ ...server, host: 'replica' }] } }),
      shop,
    ],
    [
      'MySQL',
      new Sequelize('shop', 'me', 'hunter2', { dialect: 'mysql', host: 'db', port: 3307 }) as never,
      { system: 'mysql', namespace: 'shop', serverAddress: 'db', serverPort: 3307 },
    ],
    [
      'a file of SQLite',
      { dialect: { name: 'sqlite' }, options: { storage: 'shop.db' } } as never,
      { system: 'sqlite', namespace: 'shop.db' },
    ],
    [
      'a dialect that it does not know',
      { dialect: { name: 'other' }, options: {} } as never,
      { system: 'other_sql' },
    ],
  ])('finds %s', (_, sequelize, expected) => {
    expect(sourceOfSequelize(sequelize)).toEqual(expected);
  });
});

describe('hasReplicas', () => {
  it('is true with a replica only', () => {
    const replication = { write: server, read: [server] };
    expect([six({ ...server, replication }), seven({ replication })].map(hasReplicas)).toEqual([
      true,
      true,
    ]);
    expect([six(server), seven(server)].map(hasReplicas)).toEqual([false, false]);
  });
});

describe('addressOfConnection', () => {
  it.each([
    [
      { host: 'a', port: 1 },
      { serverAddress: 'a', serverPort: 1 },
    ],
    [{ config: { host: 'b', port: 2 } }, { serverAddress: 'b', serverPort: 2 }],
    [{ host: 'c' }, { serverAddress: 'c', serverPort: undefined }],
    [{}, undefined],
    [undefined, undefined],
  ])('reads %j', (connection, expected) => {
    expect(addressOfConnection(connection)).toEqual(expected);
  });
});
