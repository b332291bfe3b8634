import { describe, expect, it } from '@jest/globals';
import {
  replicasOfDataSource,
  sourceOfDataSource,
} from '../../../../lib/database/typeorm/data-source-options.js';

const replication = {
  type: 'postgres',
  schema: 'sales',
  replication: {
    master: { host: 'first', port: 5432, database: 'shop' },
    slaves: [
      { url: 'postgres://root:hunter2@second:5433/shop' },
      { host: 'third', database: 'copy', schema: 'own' },
    ],
  },
};

describe('sourceOfDataSource', () => {
  it.each<[object, object]>([
    [
      { type: 'postgres', host: 'db', port: 5432, database: 'shop', password: 'hunter2' },
      { system: 'postgresql', serverAddress: 'db', serverPort: 5432, namespace: 'shop' },
    ],
    [
      { type: 'mysql', url: 'mysql://root:hunter2@db:3307/shop' },
      { system: 'mysql', serverAddress: 'db', serverPort: 3307, namespace: 'shop' },
    ],
    [
      replication,
      { system: 'postgresql', serverAddress: 'first', serverPort: 5432, namespace: 'shop|sales' },
    ],
    [
      { type: 'mssql', database: 'shop', replication: { master: { host: 'first' } } },
      { system: 'microsoft.sql_server', serverAddress: 'first', namespace: 'shop' },
    ],
    [{ type: 'sqljs', database: new Uint8Array(1) }, { system: 'sqlite' }],
    [{ type: 'new', url: 'not a url' }, { system: 'other_sql' }],
  ])('reads %j', (options, source) => {
    expect(sourceOfDataSource(options)).toEqual(source);
  });
});

describe('replicasOfDataSource', () => {
  it('reads each replica, and the common options for what it does not set', () => {
    expect(replicasOfDataSource(replication)).toEqual([
      { system: 'postgresql', serverAddress: 'second', serverPort: 5433, namespace: 'shop|sales' },
      { system: 'postgresql', serverAddress: 'third', namespace: 'copy|own' },
    ]);
  });

  it.each([
    [{ type: 'postgres' }],
    [{ type: 'postgres', replication: null }],
    [{ type: 'postgres', replication: { master: {} } }],
    [{ type: 'postgres', replication: { slaves: 'none' } }],
  ])('has none for %j', (options) => {
    expect(replicasOfDataSource(options)).toEqual([]);
  });
});
