import { PGlite } from '@electric-sql/pglite';
import { afterAll } from '@jest/globals';
import knex, { type Knex } from 'knex';
import { type Dialect, Kysely, MysqlDialect, PostgresDialect, sql } from 'kysely';
import { Long, MongoClient } from 'mongodb';
import mysql from 'mysql2';
import mysqlPromises from 'mysql2/promise';
import pg from 'pg';
import { DataSource, type DataSourceOptions } from 'typeorm';
import {
  type QueryableOptions,
  traceDataSource,
  tracedKyselyDialect,
  tracedQueryable,
  traceKnex,
  traceMongo,
} from '../../../lib/database/index.js';
import {
  type AdapterExpectations,
  type AdapterOptions,
  type AdapterUnderTest,
  databaseAdapterSuite,
  type TracedClient,
} from '../../suites/database-adapter.suite.js';
import { betterSqlites } from '../../support/better-sqlite.js';
import { startMongoServer } from '../../support/mongo-server.js';
import { isServiceThere, MARIADB, POSTGRESQL } from '../../support/services.js';
import { createQueue } from '../../support/work-queue.js';

const hasPostgres = await isServiceThere(POSTGRESQL);
const hasMariadb = await isServiceThere(MARIADB);
const onPostgres = { host: '127.0.0.1', port: 5432, user: 'postgres', database: 'test' };
const onMariadb = { host: '127.0.0.1', port: 3306, user: 'root', database: 'test' };
const postgres = { system: 'postgresql', namespace: 'test' };
const mariadb = { system: 'mariadb', namespace: 'test' };

/** Each returns one row. */
const READ_POSTGRES = 'SELECT $1::int AS a';
const READ_MARIADB = 'SELECT ? AS a';
/** Each fails with its parameter in the message. */
const FAIL_POSTGRES = READ_POSTGRES;
const FAIL_MARIADB = 'SET sql_mode = ?';
const SERIES_MARIADB = 'seq_1_to_1000';

const NO_TRANSACTION_SPAN = 'a driver sends BEGIN and COMMIT as any other query';
const NO_PG_STREAM = 'streams of pg need the package pg-query-stream';

const postgresExpectations = {
  read: 'SELECT',
  failure: 'SELECT [client] ERROR "invalid input syntax for type integer: ?"',
  rowCount: 1,
  begin: ['BEGIN'],
  commit: ['COMMIT'],
  rollback: ['ROLLBACK'],
  transactionSpan: true,
  stream: NO_PG_STREAM,
  sqlOptions: true,
} as const;

const mariadbExpectations = {
  ...postgresExpectations,
  failure: 'SET [client] ERROR "Variable ?"',
  stream: { name: `SELECT ${SERIES_MARIADB}` },
} as const;

/** The adapter `tracedQueryable`, for the driver of an entry. */
function queryable(
  name: string,
  isThere: boolean,
  source: QueryableOptions,
  expected: Omit<AdapterExpectations, 'target'>,
  connect: (trace: <T extends object>(client: T) => T) => Promise<TracedClient> | TracedClient,
): AdapterUnderTest {
  return {
    name: `tracedQueryable on ${name}`,
    isThere,
    expected: { ...expected, target: 'tracedQueryable.client' },
    open: async (options = {}, times = 1) =>
      connect(
        <T extends object>(client: T): T =>
          repeat(times, client, (one) => tracedQueryable(one, { ...source, ...options })),
      ),
    traceTarget: (target) => tracedQueryable(target as object, source),
    traceWith: (options) => tracedQueryable({ query() {} }, { ...source, ...options }),
  };
}

function repeat<T>(times: number, value: T, apply: (value: T) => T): T {
  let result = value;
  for (let count = 0; count < times; count++) result = apply(result);
  return result;
}

/** Runs `work` between BEGIN and COMMIT or ROLLBACK. */
async function transact(
  send: (text: string) => Promise<unknown>,
  work: () => Promise<void>,
): Promise<void> {
  await send('BEGIN');
  try {
    await work();
  } catch (error) {
    await send('ROLLBACK');
    throw error;
  }
  await send('COMMIT');
}

/** Reads all rows, or leaves after the first `maxCount`. */
async function count(rows: AsyncIterable<unknown>, maxCount = Infinity): Promise<number> {
  let read = 0;
  for await (const _row of rows) {
    read++;
    if (read === maxCount) break;
  }
  return read;
}

type Done = (error: unknown, result?: unknown) => void;

function promised<T>(call: (done: Done) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    call((error, result) => (error ? reject(error) : resolve(result as T)));
  });
}

const queryables: AdapterUnderTest[] = [
  queryable(
    'pg with promises',
    hasPostgres,
    postgres,
    { ...postgresExpectations, transactionSpan: NO_TRANSACTION_SPAN },
    (trace) => {
      const pool = trace(new pg.Pool(onPostgres));
      const read = async (client: pg.Pool | pg.PoolClient) =>
        (await client.query(READ_POSTGRES, [4711])).rows;
      return {
        read: () => read(pool),
        fail: (secret) => pool.query(FAIL_POSTGRES, [secret]),
        transaction: async (work) => {
          const client = await pool.connect();
          const ended = transact(
            (text) => client.query(text),
            () => work(() => read(client)),
          );
          await ended.finally(() => client.release());
        },
        close: () => pool.end(),
      };
    },
  ),
  queryable(
    'pg with callbacks',
    hasPostgres,
    postgres,
    {
      ...postgresExpectations,
      rowCount: 1,
      begin: 'the other entry for pg covers it',
      transactionSpan: NO_TRANSACTION_SPAN,
    },
    (trace) => {
      const pool = trace(new pg.Pool(onPostgres));
      const send = (values: unknown[]) =>
        promised<pg.QueryResult>((done) => pool.query(READ_POSTGRES, values, done));
      return {
        read: async () => (await send([4711])).rows,
        fail: (secret) => send([secret]),
        close: () => pool.end(),
      };
    },
  ),
  ...(['query', 'execute'] as const).map((method) =>
    queryable(
      `${method} of mysql2 with promises`,
      hasMariadb,
      mariadb,
      {
        ...mariadbExpectations,
        transactionSpan: NO_TRANSACTION_SPAN,
        stream: 'the promises of mysql2 have no streams',
      },
      (trace) => {
        const pool = trace(mysqlPromises.createPool(onMariadb));
        type Client = Pick<mysqlPromises.Pool, 'query' | 'execute'>;
        const send = (client: Client, text: string, value: unknown) =>
          method === 'query'
            ? client.query(text, [value])
            : client.execute(text, [value as string]);
        const read = async (client: Client) => (await send(client, READ_MARIADB, 4711))[0];
        return {
          read: () => read(pool),
          fail: (secret) => send(pool, FAIL_MARIADB, secret),
          transaction: async (work) => {
            const client = await pool.getConnection();
            const ended = transact(
              (text) => client.query(text),
              () => work(() => read(client)),
            );
            await ended.finally(() => client.release());
          },
          close: () => pool.end(),
        };
      },
    ),
  ),
  queryable(
    'mysql2 with callbacks',
    hasMariadb,
    mariadb,
    {
      ...mariadbExpectations,
      begin: 'the entry for promises covers it',
      transactionSpan: NO_TRANSACTION_SPAN,
    },
    (trace) => {
      const pool = trace(mysql.createPool(onMariadb));
      const send = (text: string, values: unknown[]) =>
        promised((done) => pool.query(text, values, done));
      return {
        read: () => send(READ_MARIADB, [4711]),
        fail: (secret) => send(FAIL_MARIADB, [secret]),
        stream: (maxCount) =>
          count(pool.query(`SELECT * FROM ${SERIES_MARIADB}`).stream(), maxCount),
        close: () => promised((done) => pool.end(done)),
      };
    },
  ),
  queryable(
    'prepared statements of mysql2 with promises',
    hasMariadb,
    mariadb,
    {
      ...mariadbExpectations,
      transactionSpan: NO_TRANSACTION_SPAN,
      begin: 'the entry for promises covers it',
      stream: 'the promises of mysql2 have no streams',
    },
    (trace) => {
      const pool = trace(mysqlPromises.createPool(onMariadb));
      const send = async (text: string, values: string[]): Promise<unknown> => {
        const client = await pool.getConnection();
        try {
          const statement = await client.prepare(text);
          const [rows] = await statement.execute(values);
          return rows;
        } finally {
          client.release();
        }
      };
      return {
        read: () => send(READ_MARIADB, ['4711']),
        fail: (secret) => send(FAIL_MARIADB, [secret]),
        close: () => pool.end(),
      };
    },
  ),
  queryable(
    'prepared statements of mysql2 with callbacks',
    hasMariadb,
    mariadb,
    {
      ...mariadbExpectations,
      transactionSpan: NO_TRANSACTION_SPAN,
      begin: 'the entry for promises covers it',
      stream: 'the entry for callbacks covers it',
    },
    (trace) => {
      const connection = trace(mysql.createConnection(onMariadb));
      const send = async (text: string, values: string[]): Promise<unknown> => {
        const statement = await promised<mysql.PrepareStatementInfo>((done) =>
          connection.prepare(text, done),
        );
        return promised((done) => statement.execute(values, done));
      };
      return {
        read: () => send(READ_MARIADB, ['4711']),
        fail: (secret) => send(FAIL_MARIADB, [secret]),
        close: () => promised((done) => connection.end(done)),
      };
    },
  ),
  queryable(
    'PGlite',
    true,
    postgres,
    {
      ...postgresExpectations,
      begin: [],
      commit: [],
      rollback: [],
      transactionSpan: 'PGlite sends BEGIN and COMMIT by itself, out of sight',
      stream: 'PGlite has no streams',
    },
    async (trace) => {
      pglite ??= await PGlite.create();
      const client = trace(pglite);
      type Reader = Pick<PGlite, 'query'>;
      const read = async (one: Reader) => (await one.query(READ_POSTGRES, [4711])).rows;
      return {
        read: () => read(client),
        fail: (secret) => client.query(`SELECT '${secret}'::int`),
        transaction: (work) => client.transaction((inner) => work(() => read(inner))),
        close: async () => {},
      };
    },
  ),
  ...betterSqlites().map(({ name, isThere, open }) =>
    queryable(
      name,
      isThere,
      { system: 'sqlite' },
      {
        ...postgresExpectations,
        failure: 'sqlite [client] ERROR "near ?: syntax error"',
        transactionSpan: NO_TRANSACTION_SPAN,
        stream: { name: 'SELECT' },
      },
      async (trace) => {
        const database = trace(await open());
        const read = async (): Promise<unknown> => database.prepare('SELECT ? AS a').all(4711);
        const enqueue = createQueue();
        return {
          read,
          fail: async (secret) => database.exec(`'${secret}'`),
          stream: async (maxCount) => {
            const series =
              'WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s LIMIT 1000) SELECT n FROM s';
            const rows = database.prepare(series).iterate();
            return count(rows as unknown as AsyncIterable<unknown>, maxCount);
          },
          transaction: (work) =>
            enqueue(() =>
              transact(
                async (text) => database.prepare(text).run(),
                () => work(read),
              ),
            ),
          close: async () => {},
        };
      },
    ),
  ),
];

let pglite: PGlite | undefined;
afterAll(() => pglite?.close());

function typeorm(
  name: string,
  isThere: boolean,
  options: DataSourceOptions,
  expected: Omit<AdapterExpectations, 'target'>,
  texts: { readonly read: string; readonly fail: string; readonly series?: string },
): AdapterUnderTest {
  const shape = {
    options: { type: 'postgres' },
    manager: { transaction: async () => {} },
    initialize: () => {},
    createQueryRunner: () => {},
  };
  return {
    name: `traceDataSource on ${name}`,
    isThere,
    expected: { ...expected, target: 'traceDataSource.dataSource' },
    open: async (adapterOptions, times = 1) => {
      const dataSource = await new DataSource(options).initialize();
      repeat(times, dataSource, (one) => traceDataSource(one, adapterOptions));
      const { series } = texts;
      return {
        read: () => dataSource.query(texts.read, [4711]),
        fail: (secret) => dataSource.query(texts.fail, [secret]),
        transaction: (work) =>
          dataSource.transaction((manager) => work(() => manager.query(texts.read, [4711]))),
        stream: series
          ? async (maxCount) => {
              const runner = dataSource.createQueryRunner();
              const stream = await runner.stream(`SELECT * FROM ${series}`);
              const read = await count(stream, maxCount);
              await runner.release();
              return read;
            }
          : undefined,
        close: () => dataSource.destroy(),
      };
    },
    traceTarget: (target) => traceDataSource(target as object),
    traceWith: (adapterOptions) => traceDataSource({ ...shape }, adapterOptions),
  };
}

const typeorms: AdapterUnderTest[] = [
  typeorm(
    'PostgreSQL',
    hasPostgres,
    { type: 'postgres', host: '127.0.0.1', username: 'postgres', database: 'test' },
    { ...postgresExpectations, begin: ['START TRANSACTION'] },
    { read: READ_POSTGRES, fail: FAIL_POSTGRES },
  ),
  typeorm(
    'MariaDB',
    hasMariadb,
    { type: 'mariadb', host: '127.0.0.1', username: 'root', database: 'test' },
    { ...mariadbExpectations, begin: ['START TRANSACTION'] },
    { read: READ_MARIADB, fail: FAIL_MARIADB, series: SERIES_MARIADB },
  ),
];

function kysely(
  name: string,
  isThere: boolean,
  createDialect: () => Dialect,
  source: { readonly system: string },
  expected: Omit<AdapterExpectations, 'target'>,
  send: (db: Kysely<never>, kind: 'read' | 'fail', value: unknown) => Promise<{ rows: unknown[] }>,
  series?: string,
): AdapterUnderTest {
  return {
    name: `tracedKyselyDialect on ${name}`,
    isThere,
    expected: { ...expected, target: 'tracedKyselyDialect.dialect' },
    open: async (options: AdapterOptions = {}, times = 1) => {
      const dialect = repeat(times, createDialect(), (one) =>
        tracedKyselyDialect(one, { ...source, ...options }),
      );
      const db = new Kysely<never>({ dialect });
      return {
        read: async () => (await send(db, 'read', 4711)).rows,
        fail: (secret) => send(db, 'fail', secret),
        transaction: (work) =>
          db.transaction().execute((trx) => work(async () => (await send(trx, 'read', 4711)).rows)),
        stream: series
          ? (maxCount) =>
              count(
                db
                  .selectFrom(sql<{ seq: number }>`${sql.raw(series)}`.as('s'))
                  .selectAll()
                  .stream(),
                maxCount,
              )
          : undefined,
        close: () => db.destroy(),
      };
    },
    traceTarget: (target) => tracedKyselyDialect(target as object, source),
    traceWith: (options) =>
      tracedKyselyDialect({ createDriver: () => {} }, { ...source, ...options }),
  };
}

const kyselys: AdapterUnderTest[] = [
  kysely(
    'pg',
    hasPostgres,
    () => new PostgresDialect({ pool: new pg.Pool(onPostgres) }),
    postgres,
    { ...postgresExpectations, stream: 'streams of Kysely on pg need the package pg-cursor' },
    (db, _, value) => sql`SELECT ${value}::int AS a`.execute(db),
  ),
  kysely(
    'mysql2',
    hasMariadb,
    () => new MysqlDialect({ pool: mysql.createPool(onMariadb) }),
    mariadb,
    mariadbExpectations,
    (db, kind, value) =>
      kind === 'read'
        ? sql`SELECT ${value} AS a`.execute(db)
        : sql`SET sql_mode = ${value}`.execute(db),
    SERIES_MARIADB,
  ),
];

function knexAdapter(
  name: string,
  isThere: boolean,
  configuration: Knex.Config,
  expected: Omit<AdapterExpectations, 'target'>,
  texts: { readonly read: string; readonly fail: string; readonly series?: string },
  rowsOf: (result: never) => unknown,
): AdapterUnderTest {
  const quiet = { log: { warn() {} }, pool: { min: 0, max: 4 } };
  return {
    name: `traceKnex on ${name}`,
    isThere,
    expected: { ...expected, target: 'traceKnex.knex' },
    open: async (options, times = 1) => {
      const db = knex({ ...configuration, ...quiet });
      repeat(times, db, (one) => traceKnex(one, options));
      const read = async (one: Knex) => rowsOf((await one.raw(texts.read, [4711])) as never);
      const { series } = texts;
      return {
        read: () => read(db),
        fail: async (secret) => db.raw(texts.fail, [secret]),
        transaction: (work) => db.transaction((trx) => work(() => read(trx))),
        stream: series ? (maxCount) => count(db(series).stream(), maxCount) : undefined,
        close: () => db.destroy(),
      };
    },
    traceTarget: (target) => traceKnex(target as object),
    traceWith: (options) => traceKnex(knex(configuration), options),
  };
}

const knexes: AdapterUnderTest[] = [
  knexAdapter(
    'pg',
    hasPostgres,
    { client: 'pg', connection: onPostgres },
    postgresExpectations,
    { read: 'SELECT ?::int AS a', fail: 'SELECT ?::int AS a' },
    ({ rows }: { rows: unknown }) => rows,
  ),
  knexAdapter(
    'mysql2',
    hasMariadb,
    { client: 'mysql2', connection: onMariadb },
    mariadbExpectations,
    { read: READ_MARIADB, fail: FAIL_MARIADB, series: SERIES_MARIADB },
    ([rows]: unknown[]) => rows,
  ),
];

const mongo: AdapterUnderTest = {
  name: 'traceMongo',
  isThere: true,
  expected: {
    target: 'traceMongo.client',
    read: 'find orders',
    failure: 'find orders [client] ERROR "DuplicateKey"',
    rowCount: 1,
    begin:
      'the driver reports commands; the commands of a transaction differ in their options only',
    commit: [],
    rollback: [],
    transactionSpan: 'see begin',
    stream: 'each batch of a cursor is a command of its own',
    sqlOptions: 'commands are not SQL, and events name the database and the server',
  },
  open: async (options, times = 1) => {
    const server = await startMongoServer(({ filter }) => {
      const { secret } = (filter ?? {}) as { secret?: string };
      const cursor = { id: Long.ZERO, ns: 'shop.orders', firstBatch: [{ a: 1 }] };
      if (secret === undefined) return { ok: 1, cursor };
      const errmsg = `E11000 duplicate key error collection: shop.orders dup key: { name: ${secret} }`;
      return { ok: 0, code: 11000, codeName: 'DuplicateKey', errmsg };
    });
    const client = new MongoClient(`mongodb://127.0.0.1:${server.port}`, {
      monitorCommands: true,
      serverApi: '1',
    });
    repeat(times, client, (one) => traceMongo(one, options));
    const orders = client.db('shop').collection('orders');
    return {
      read: () => orders.findOne({ number: 4711 }),
      fail: (secret) => orders.findOne({ secret }),
      close: () => client.close().then(() => server.close()),
    };
  },
  traceTarget: (target) => traceMongo(target as object),
  traceWith: (options) => traceMongo({ on() {}, db() {} }, options),
};

for (const adapter of [...queryables, ...typeorms, ...kyselys, ...knexes, mongo]) {
  databaseAdapterSuite(adapter);
}
