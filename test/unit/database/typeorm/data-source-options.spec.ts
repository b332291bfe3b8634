import { describe, expect, it } from '@jest/globals';
import { isDataSource } from '../../../../lib/database/typeorm/data-source-shape.js';
import { sourceOfOptions } from '../../../../lib/database/typeorm/source-of-options.js';
import { traceDataSource } from '../../../../lib/database/typeorm/traced-data-source.js';

describe('sourceOfOptions', () => {
  it.each<[object, object]>([
    [
      { type: 'postgres', host: 'db', port: 5432, database: 'shop', password: 'hunter2' },
      { system: 'postgresql', serverAddress: 'db', serverPort: 5432, namespace: 'shop' },
    ],
    [
      { type: 'postgres', database: 'shop', schema: 'sales' },
      { system: 'postgresql', namespace: 'shop|sales' },
    ],
    [
      { type: 'mysql', url: 'mysql://root:hunter2@db:3307/shop' },
      { system: 'mysql', serverAddress: 'db', serverPort: 3307, namespace: 'shop' },
    ],
    [
      { type: 'mariadb', socketPath: '/run/db.sock', port: 3306 },
      { system: 'mariadb', serverAddress: '/run/db.sock' },
    ],
    [
      { type: 'mssql', replication: { master: { host: 'first', port: 1433 } } },
      { system: 'microsoft.sql_server', serverAddress: 'first', serverPort: 1433 },
    ],
    [{ type: 'sqljs', database: new Uint8Array(1) }, { system: 'sqlite' }],
    [{ type: 'new', url: 'not a url' }, { system: 'other_sql' }],
  ])('reads %j', (options, source) => {
    expect(sourceOfOptions(options)).toEqual(source);
  });
});

describe('isDataSource', () => {
  const shape = {
    options: { type: 'postgres' },
    manager: { transaction: () => {} },
    createQueryRunner: () => {},
    initialize: () => {},
  };
  it.each([
    [shape, true],
    [{ ...shape, options: { type: 'mongodb' } }, false],
    [{ ...shape, initialize: undefined }, false],
    [{}, false],
    [null, false],
    [
      new Proxy(
        {},
        {
          get() {
            throw new Error('no');
          },
        },
      ),
      false,
    ],
  ])('knows one by its shape (%#)', (value, is) => {
    expect(isDataSource(value)).toBe(is);
  });
});

describe('traceDataSource', () => {
  it('refuses what is none', () => {
    expect(() => traceDataSource({})).toThrow('traceDataSource.dataSource must be a DataSource');
  });
});
