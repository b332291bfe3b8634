import { describe, expect, it } from '@jest/globals';
import { MikroORM } from '@mikro-orm/postgresql';
import {
  connectionsOf,
  isMikroOrm,
  MIKRO_ORM_METHODS,
  sourceOfMikroOrm,
} from '../../../../lib/database/mikro-orm/mikro-orm-shape.js';

const methods = Object.fromEntries(MIKRO_ORM_METHODS.map((name) => [name, () => {}]));

class PostgreSqlDriver {
  readonly connection: object;
  readonly replicas: object[];

  constructor(connection: object, replicas: object[] = []) {
    this.connection = connection;
    this.replicas = replicas;
  }

  getConnection() {
    return this.connection;
  }

  convertException() {}
}

const six = { getKnex() {}, transactional() {} };
const seven = { createKyselyDialect() {}, transactional() {} };
const ormWith = (driver: object, url = '') =>
  ({ ...methods, driver, config: { getClientUrl: () => url } }) as never;

describe('isMikroOrm', () => {
  it('accepts instances of both versions', () => {
    const orm = MikroORM.initSync({
      dbName: 'shop',
      entities: [],
      discovery: { warnWhenNoEntities: false },
    });
    expect(isMikroOrm(orm)).toBe(true);
    expect(isMikroOrm(ormWith(new PostgreSqlDriver(seven)))).toBe(true);
  });

  it('accepts no other value, such as an instance on MongoDB', () => {
    const mongo = ormWith(new PostgreSqlDriver({ getClient() {}, transactional() {} }));
    const throwing = new Proxy(
      {},
      {
        get() {
          throw new Error('no');
        },
      },
    );
    expect([undefined, null, 'text', {}, methods, mongo, throwing].some(isMikroOrm)).toBe(false);
  });
});

describe('connectionsOf', () => {
  it('finds the primary server and the replicas', () => {
    expect(connectionsOf(ormWith(new PostgreSqlDriver(six, [seven])))).toEqual([six, seven]);
    expect(connectionsOf(ormWith({ getConnection: () => six }))).toEqual([six]);
  });
});

describe('sourceOfMikroOrm', () => {
  const connection = {
    ...six,
    getConnectionOptions: () => ({
      host: 'db',
      port: 5433,
      database: 'shop',
      user: 'me',
      password: 'hunter2',
    }),
  };
  const shop = { namespace: 'shop', serverAddress: 'db', serverPort: 5433 };

  it('finds the database by the class of the driver', () => {
    const driver = new PostgreSqlDriver(connection);
    expect(sourceOfMikroOrm(ormWith(driver))).toEqual({ system: 'postgresql', ...shop });
  });

  it.each([
    ['postgresql://me@db', 'postgresql'],
    ['postgres://me@db', 'postgresql'],
    ['mysql://me@db', 'mysql'],
    ['mariadb://me@db', 'mariadb'],
    ['mssql://me@db', 'microsoft.sql_server'],
    ['', 'other_sql'],
  ])('finds the system in %j if the class has another name', (url, system) => {
    const driver = { getConnection: () => connection };
    expect(sourceOfMikroOrm(ormWith(driver, url))).toEqual({ system, ...shop });
  });

  it('finds the file of SQLite', () => {
    class SqliteDriver extends PostgreSqlDriver {}
    const file = { ...six, getConnectionOptions: () => ({ filename: 'shop.db' }) };
    expect(sourceOfMikroOrm(ormWith(new SqliteDriver(file)))).toEqual({
      system: 'sqlite',
      namespace: 'shop.db',
    });
  });

  it('finds a replica', () => {
    const replica = { ...six, getConnectionOptions: () => ({ host: 'replica' }) };
    const orm = ormWith(new PostgreSqlDriver(connection, [replica]));
    expect(sourceOfMikroOrm(orm, replica as never).serverAddress).toBe('replica');
  });

  it('does not throw for options that MikroORM cannot read', () => {
    const broken = {
      ...six,
      getConnectionOptions: () => {
        throw new TypeError('Invalid URL');
      },
    };
    expect(sourceOfMikroOrm(ormWith(new PostgreSqlDriver(broken)))).toEqual({
      system: 'postgresql',
    });
  });
});
