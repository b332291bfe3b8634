import { MikroORM } from '@mikro-orm/postgresql';
import { Sequelize as Sequelize7 } from '@sequelize/core';
import { PostgresDialect } from '@sequelize/postgres';
import postgres from 'postgres';
import { Sequelize as Sequelize6 } from 'sequelize';
import {
  tracedPostgres,
  tracedQueryable,
  traceMikroOrm,
  traceSequelize,
} from '../../../lib/database/index.js';
import {
  type AdapterExpectations,
  type AdapterOptions,
  type AdapterUnderTest,
  databaseAdapterSuite,
} from '../../suites/database-adapter.suite.js';
import { nodeSqlite } from '../../support/node-sqlite.js';
import { isServiceThere, MARIADB, POSTGRESQL } from '../../support/services.js';
import { createQueue } from '../../support/work-queue.js';

const hasPostgres = await isServiceThere(POSTGRESQL);
const hasMariadb = await isServiceThere(MARIADB);
const onPostgres = { host: '127.0.0.1', port: 5432, user: 'postgres', database: 'test' };

const postgresExpectations = {
  read: 'SELECT',
  failure: 'SELECT [client] ERROR "invalid input syntax for type integer: ?"',
  rowCount: 1,
  begin: ['BEGIN'],
  commit: ['COMMIT'],
  rollback: ['ROLLBACK'],
  transactionSpan: true,
  stream: { name: 'SELECT' },
  sqlOptions: true,
} as const satisfies Omit<AdapterExpectations, 'target'>;

/** Applies an adapter several times. */
function repeat<T>(times: number, value: T, apply: (value: T) => T): T {
  let result = value;
  for (let count = 0; count < times; count++) result = apply(result);
  return result;
}

/** Reads all rows, or leaves after the first `maxCount`. */
async function count(
  rows: AsyncIterable<readonly unknown[]>,
  maxCount = Infinity,
): Promise<number> {
  let read = 0;
  for await (const chunk of rows) {
    read += chunk.length;
    if (read >= maxCount) break;
  }
  return read;
}

const postgresJs: AdapterUnderTest = {
  name: 'tracedPostgres',
  isThere: hasPostgres,
  expected: { ...postgresExpectations, target: 'tracedPostgres.sql' },
  open: async (options: AdapterOptions = {}, times = 1) => {
    const sql = repeat(times, postgres({ ...onPostgres, onnotice() {} }), (one) =>
      tracedPostgres(one, options),
    );
    const read = async (one: postgres.ISql) => [...(await one`SELECT ${4711}::int AS a`)];
    return {
      read: () => read(sql),
      fail: async (secret) => sql`SELECT ${secret}::text::int AS a`,
      transaction: async (work) => {
        await sql.begin((inner) => work(() => read(inner)));
      },
      stream: (maxCount) =>
        count(sql`SELECT n FROM generate_series(1, 1000) AS n`.cursor(), maxCount),
      close: () => sql.end({ timeout: 1 }),
    };
  },
  traceTarget: (target) => tracedPostgres(target as never),
  traceWith: (options) => tracedPostgres(postgres(onPostgres), options),
};

/** What both versions of Sequelize have in common. */
interface AnySequelize {
  authenticate(options?: object): Promise<void>;
  query(text: string, options: object): Promise<unknown>;
  transaction(work: (transaction: object) => Promise<void>): Promise<void>;
  close(): Promise<void>;
}

function sequelize(
  name: string,
  isThere: boolean,
  create: () => object,
  expected: Partial<AdapterExpectations>,
  texts: { readonly read: string; readonly fail: string } = {
    read: 'SELECT $1::int AS a',
    fail: 'SELECT $1::int AS a',
  },
): AdapterUnderTest {
  return {
    name: `traceSequelize on ${name}`,
    isThere,
    expected: {
      ...postgresExpectations,
      begin: ['START TRANSACTION'],
      stream: 'Sequelize has no streams',
      ...expected,
      target: 'traceSequelize.sequelize',
    },
    open: async (options, times = 1) => {
      const instance = create() as AnySequelize;
      // Sequelize asks for the version of the server first.
      await instance.authenticate();
      repeat(times, instance, (one) => traceSequelize(one, options));
      const read = (transaction?: object) =>
        instance.query(texts.read, { bind: [4711], type: 'SELECT', transaction });
      return {
        read,
        fail: (secret) => instance.query(texts.fail, { bind: [secret] }),
        transaction: (work) => instance.transaction((transaction) => work(() => read(transaction))),
        close: () => instance.close(),
      };
    },
    traceTarget: (target) => traceSequelize(target as object),
    traceWith: (options) => traceSequelize(create(), options),
  };
}

const sequelizes = [
  sequelize(
    'PostgreSQL, version 6',
    hasPostgres,
    () =>
      new Sequelize6({
        dialect: 'postgres',
        host: '127.0.0.1',
        username: 'postgres',
        database: 'test',
        logging: false,
      }),
    {},
  ),
  sequelize(
    'MariaDB, version 6',
    hasMariadb,
    () =>
      new Sequelize6({
        dialect: 'mysql',
        host: '127.0.0.1',
        username: 'root',
        database: 'test',
        logging: false,
      }),
    { failure: 'SET [client] ERROR "Variable ?"' },
    { read: 'SELECT $1 AS a', fail: 'SET sql_mode = $1' },
  ),
  sequelize(
    'PostgreSQL, version 7',
    hasPostgres,
    () =>
      new Sequelize7({
        dialect: PostgresDialect,
        host: '127.0.0.1',
        user: 'postgres',
        database: 'test',
        logging: false,
        // Its timers keep the process alive.
        pool: { idle: 50, evict: 20 },
      }),
    {},
  ),
];

const mikroOrm: AdapterUnderTest = {
  name: 'traceMikroOrm on PostgreSQL, version 6',
  isThere: hasPostgres,
  expected: {
    ...postgresExpectations,
    target: 'traceMikroOrm.orm',
    begin: ['BEGIN'],
    stream: 'MikroORM 6 has no streams',
  },
  open: async (options, times = 1) => {
    const orm = await createMikroOrm();
    repeat(times, orm, (one) => traceMikroOrm(one, options));
    const connection = orm.em.getConnection();
    const read = (ctx?: unknown) =>
      connection.execute('SELECT ?::int AS a', [4711], 'all', ctx as never);
    return {
      read,
      fail: (secret) => connection.execute('SELECT ?::int AS a', [secret]),
      transaction: (work) => connection.transactional((trx) => work(() => read(trx))),
      close: () => orm.close(true),
    };
  },
  traceTarget: (target) => traceMikroOrm(target as object),
  traceWith: (options) => {
    const connection = { getKnex() {}, transactional() {} };
    const names = ['isConnected', 'checkConnection', 'reconnect', 'discoverEntity', 'getMetadata'];
    const driver = { getConnection: () => connection, convertException() {} };
    const orm = { driver, config: { getClientUrl: () => 'postgresql://localhost' } };
    return traceMikroOrm(
      Object.assign(orm, Object.fromEntries(names.map((name) => [name, () => {}]))),
      options,
    );
  },
};

function createMikroOrm(): Promise<MikroORM> {
  return MikroORM.init({
    host: '127.0.0.1',
    user: 'postgres',
    dbName: 'test',
    entities: [],
    discovery: { warnWhenNoEntities: false },
    connect: false,
  });
}

const sqlite = nodeSqlite();

const sqliteOfNode: AdapterUnderTest = {
  name: 'tracedQueryable on node:sqlite',
  isThere: sqlite !== undefined,
  expected: {
    ...postgresExpectations,
    target: 'tracedQueryable.client',
    failure: 'sqlite [client] ERROR "near ?: syntax error"',
    transactionSpan: 'BEGIN and COMMIT are queries as any other',
  },
  open: async (options: AdapterOptions = {}, times = 1) => {
    const { DatabaseSync } = sqlite as NonNullable<typeof sqlite>;
    const database = repeat(times, new DatabaseSync(':memory:'), (one) =>
      tracedQueryable(one, { system: 'sqlite', ...options }),
    );
    const enqueue = createQueue();
    const read = async () => database.prepare('SELECT ? AS a').all(4711);
    return {
      read,
      fail: async (secret) => database.exec(`'${secret}'`),
      transaction: (work) =>
        enqueue(async () => {
          database.exec('BEGIN');
          try {
            await work(read);
          } catch (error) {
            database.exec('ROLLBACK');
            throw error;
          }
          database.exec('COMMIT');
        }),
      stream: async (maxCount = Infinity) => {
        const series =
          'WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s LIMIT 1000) SELECT n FROM s';
        let rowCount = 0;
        for (const _row of database.prepare(series).iterate()) {
          rowCount++;
          if (rowCount === maxCount) break;
        }
        return rowCount;
      },
      close: async () => database.close(),
    };
  },
  traceTarget: (target) => tracedQueryable(target as object, { system: 'sqlite' }),
  traceWith: (options) => tracedQueryable({ prepare() {} }, { system: 'sqlite', ...options }),
};

for (const adapter of [postgresJs, ...sequelizes, mikroOrm, sqliteOfNode])
  databaseAdapterSuite(adapter);
