import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import knex from 'knex';
import { type Dialect, Kysely, MysqlDialect, PostgresDialect, sql } from 'kysely';
import mysql from 'mysql2';
import mysqlPromises from 'mysql2/promise';
import pg from 'pg';
import postgresJs from 'postgres';
import { Sequelize, type Transaction } from 'sequelize';
import { DataSource } from 'typeorm';
import { contextStorage } from '../../../lib/context/index.js';
import {
  type DatabaseAdapterOptions,
  traceDataSource,
  tracedKysely,
  tracedKyselyDialect,
  tracedPostgres,
  tracedQueryable,
  traceKnex,
  traceSequelize,
} from '../../../lib/database/index.js';
import { createTestTracing, type TestTracing, traceAsText } from '../../../lib/testing/index.js';
import { SystemClock } from '../../../lib/trace/index.js';
import { isServiceThere, MARIADB, POSTGRESQL } from '../../support/services.js';

const onPostgres = { host: '127.0.0.1', port: 5432, user: 'postgres', database: 'test' };
const onMariadb = { host: '127.0.0.1', port: 3306, user: 'root', database: 'test' };
const postgres = { system: 'postgresql', namespace: 'test' };
const mariadb = { system: 'mariadb', namespace: 'test' };

/** Each takes 30 ms. */
const SLOW_POSTGRES = 'SELECT pg_sleep(0.03)';
const SLOW_MARIADB = 'SELECT sleep(0.03)';

/** A pool with one connection. */
interface SmallPool {
  /** Sends a query with one parameter, and returns what the database makes of it. */
  query(value: number): Promise<unknown>;
  /** Keeps the connection busy for 30 ms. */
  slow(): Promise<unknown>;
  /** Streams 10 rows, and calls `onRow` in a listener if the library's streams have events. */
  stream?(onRow: () => void): Promise<unknown>;
  /** Runs `work` with a connection of its own, in a transaction if the library has them. */
  withConnection(
    work: (query: (value: number) => Promise<unknown>) => Promise<void>,
  ): Promise<void>;
  close(): Promise<unknown>;
}

interface PoolUnderTest {
  readonly name: string;
  readonly isThere: boolean;
  open(options: DatabaseAdapterOptions): Promise<SmallPool> | SmallPool;
  /** The names of the spans of `withConnection` around one query. */
  readonly around: readonly [begin: readonly string[], end: readonly string[]];
  /** Where the span of the wait stands: below the query that waits, or beside it. */
  readonly wait: 'below the query' | 'beside the query';
  /** Whether the streams of its small pool have events. The specs of other libraries cover theirs. */
  readonly hasStreams?: boolean;
}

const hasPostgres = await isServiceThere(POSTGRESQL);
const hasMariadb = await isServiceThere(MARIADB);

const NO_TRANSACTION = [[], []] as const;

function ofPg(): PoolUnderTest {
  return {
    name: 'pg',
    isThere: hasPostgres,
    around: NO_TRANSACTION,
    wait: 'below the query',
    open: (options) => {
      const pool = tracedQueryable(new pg.Pool({ ...onPostgres, max: 1 }), {
        ...postgres,
        ...options,
      });
      const read = async (client: pg.Pool | pg.PoolClient, value: number) =>
        (await client.query('SELECT $1::int AS a', [value])).rows[0].a;
      return {
        query: (value) => read(pool, value),
        slow: () => pool.query(SLOW_POSTGRES),
        withConnection: async (work) => {
          const client = await pool.connect();
          await work((value) => read(client, value)).finally(() => client.release());
        },
        close: () => pool.end(),
      };
    },
  };
}

function ofPgWithCallbacks(): PoolUnderTest {
  return {
    ...ofPg(),
    name: 'pg with callbacks',
    open: (options) => {
      const pool = tracedQueryable(new pg.Pool({ ...onPostgres, max: 1 }), {
        ...postgres,
        ...options,
      });
      const read = (client: pg.Pool | pg.PoolClient, value: number): Promise<unknown> =>
        new Promise((resolve, reject) => {
          client.query('SELECT $1::int AS a', [value], (error, result) =>
            error ? reject(error) : resolve(result.rows[0].a),
          );
        });
      return {
        query: (value) => read(pool, value),
        slow: () => pool.query(SLOW_POSTGRES),
        withConnection: (work) =>
          new Promise((resolve, reject) => {
            pool.connect((error, client, release) => {
              if (error || client === undefined) return reject(error);
              work((value) => read(client, value))
                .finally(release)
                .then(resolve, reject);
            });
          }),
        close: () => pool.end(),
      };
    },
  };
}

function ofMysql(method: 'query' | 'execute'): PoolUnderTest {
  return {
    name: `${method} of mysql2 with promises`,
    isThere: hasMariadb,
    around: NO_TRANSACTION,
    wait: 'below the query',
    open: (options) => {
      const pool = tracedQueryable(mysqlPromises.createPool({ ...onMariadb, connectionLimit: 1 }), {
        ...mariadb,
        ...options,
      });
      const read = async (client: Pick<mysqlPromises.Pool, 'query' | 'execute'>, value: number) => {
        const [rows] =
          method === 'query'
            ? await client.query('SELECT ? AS a', [value])
            : await client.execute('SELECT ? AS a', [value]);
        return Number((rows as { a: unknown }[])[0]?.a);
      };
      return {
        query: (value) => read(pool, value),
        slow: () => pool.query(SLOW_MARIADB),
        withConnection: async (work) => {
          const client = await pool.getConnection();
          await work((value) => read(client, value)).finally(() => client.release());
        },
        close: () => pool.end(),
      };
    },
  };
}

function ofMysqlWithCallbacks(): PoolUnderTest {
  return {
    ...ofMysql('query'),
    name: 'mysql2 with callbacks',
    open: (options) => {
      const pool = tracedQueryable(mysql.createPool({ ...onMariadb, connectionLimit: 1 }), {
        ...mariadb,
        ...options,
      });
      const read = (client: Pick<mysql.Pool, 'query'>, value: number): Promise<unknown> =>
        new Promise((resolve, reject) => {
          client.query('SELECT ? AS a', [value], (error, rows) =>
            error ? reject(error) : resolve((rows as unknown as { a: unknown }[])[0]?.a),
          );
        });
      return {
        query: (value) => read(pool, value),
        slow: () => pool.promise().query(SLOW_MARIADB),
        withConnection: (work) =>
          new Promise((resolve, reject) => {
            pool.getConnection((error, client) => {
              if (error) return reject(error);
              work((value) => read(client, value))
                .finally(() => client.release())
                .then(resolve, reject);
            });
          }),
        close: () => pool.promise().end(),
      };
    },
  };
}

function ofTypeorm(type: 'postgres' | 'mariadb'): PoolUnderTest {
  const isPostgres = type === 'postgres';
  return {
    name: `TypeORM on ${type}`,
    isThere: isPostgres ? hasPostgres : hasMariadb,
    around: [['transaction', 'START TRANSACTION'], ['COMMIT']],
    wait: 'below the query',
    open: async (options) => {
      const dataSource = await new DataSource({
        type,
        host: '127.0.0.1',
        username: isPostgres ? 'postgres' : 'root',
        database: 'test',
        ...(isPostgres ? { poolSize: 1 } : { poolSize: 1, connectorPackage: 'mysql2' }),
      } as never).initialize();
      traceDataSource(dataSource, options);
      const text = isPostgres ? 'SELECT $1::int AS a' : 'SELECT ? AS a';
      const read = async (client: Pick<DataSource, 'query'>, value: number) =>
        (await client.query(text, [value]))[0].a;
      return {
        query: (value) => read(dataSource, value),
        slow: () => dataSource.query(isPostgres ? SLOW_POSTGRES : SLOW_MARIADB),
        withConnection: (work) =>
          dataSource.transaction((manager) => work((value) => read(manager as never, value))),
        close: () => dataSource.destroy(),
      };
    },
  };
}

function ofKnex(client: 'pg' | 'mysql2'): PoolUnderTest {
  const isPostgres = client === 'pg';
  return {
    name: `Knex on ${client}`,
    isThere: isPostgres ? hasPostgres : hasMariadb,
    around: [['transaction', 'BEGIN'], ['COMMIT']],
    wait: 'beside the query',
    hasStreams: true,
    open: (options) => {
      const db = traceKnex(
        knex({
          client,
          connection: isPostgres ? onPostgres : onMariadb,
          pool: { min: 0, max: 1 },
        }),
        options,
      );
      const read = async (one: Pick<typeof db, 'raw'>, value: number) => {
        const result = await one.raw(isPostgres ? 'SELECT ?::int AS a' : 'SELECT ? AS a', [value]);
        return isPostgres ? result.rows[0].a : result[0][0].a;
      };
      return {
        query: (value) => read(db, value),
        slow: async () => db.raw(isPostgres ? SLOW_POSTGRES : SLOW_MARIADB),
        stream: (onRow) => {
          const series = isPostgres ? 'generate_series(1, 10)' : 'seq_1_to_10';
          const stream = db.select(db.raw('1')).from(db.raw(series)).stream();
          stream.on('data', onRow);
          return new Promise<void>((resolve, reject) => {
            stream.on('error', reject).on('end', () => resolve());
          });
        },
        withConnection: (work) => db.transaction((trx) => work((value) => read(trx, value))),
        close: () => db.destroy(),
      };
    },
  };
}

function ofKysely(
  name: string,
  isThere: boolean,
  source: { readonly system: string; readonly namespace: string },
  createDialect: () => Dialect,
): PoolUnderTest {
  const isPostgres = source.system === 'postgresql';
  return {
    name: `Kysely on ${name}`,
    isThere,
    around: [['transaction', 'BEGIN'], ['COMMIT']],
    wait: 'beside the query',
    open: (options) => {
      const dialect = tracedKyselyDialect(createDialect(), { ...source, ...options });
      const db = tracedKysely(new Kysely<unknown>({ dialect }));
      const read = async (one: Kysely<unknown>, value: number) => {
        const query = isPostgres ? sql`SELECT ${value}::int AS a` : sql`SELECT ${value} AS a`;
        return (await (query.execute(one) as Promise<{ rows: { a: number }[] }>)).rows[0]?.a;
      };
      return {
        query: (value) => read(db, value),
        slow: () => (isPostgres ? sql`SELECT pg_sleep(0.03)` : sql`SELECT sleep(0.03)`).execute(db),
        withConnection: (work) =>
          db.transaction().execute((trx) => work((value) => read(trx, value))),
        close: () => db.destroy(),
      };
    },
  };
}

function ofSequelize(): PoolUnderTest {
  return {
    name: 'Sequelize',
    isThere: hasPostgres,
    around: [['transaction', 'START TRANSACTION'], ['COMMIT']],
    wait: 'beside the query',
    open: (options) => {
      const sequelize = traceSequelize(
        new Sequelize({
          ...onPostgres,
          username: onPostgres.user,
          dialect: 'postgres',
          pool: { max: 1 },
          logging: false,
        }),
        options,
      );
      const read = async (value: number, transaction?: Transaction) => {
        const query = 'SELECT $1::int AS a';
        const [rows] = await sequelize.query(query, { bind: [value], transaction });
        return (rows[0] as { a: number }).a;
      };
      return {
        query: (value) => read(value),
        slow: () => sequelize.query(SLOW_POSTGRES),
        withConnection: (work) =>
          sequelize.transaction((transaction) => work((value) => read(value, transaction))),
        close: () => sequelize.close(),
      };
    },
  };
}

function ofPostgresJs(): PoolUnderTest {
  return {
    name: 'postgres.js',
    isThere: hasPostgres,
    around: [['transaction', 'BEGIN'], ['COMMIT']],
    wait: 'beside the query',
    open: (options) => {
      const db = tracedPostgres(postgresJs({ ...onPostgres, max: 1 }), options);
      const read = async (one: Pick<typeof db, 'unsafe'>, value: number) =>
        (await one.unsafe('SELECT $1::int AS a', [value]))[0]?.a;
      return {
        query: (value) => read(db, value),
        // postgres.js sends further queries on a busy connection, unless a transaction has it.
        slow: async () => db.begin((inner) => inner.unsafe(SLOW_POSTGRES)),
        withConnection: async (work) => {
          await db.begin((inner) => work((value) => read(inner, value)));
        },
        close: () => db.end(),
      };
    },
  };
}

const pools: PoolUnderTest[] = [
  ofPg(),
  ofPgWithCallbacks(),
  ofMysql('query'),
  ofMysql('execute'),
  ofMysqlWithCallbacks(),
  ofTypeorm('postgres'),
  ofTypeorm('mariadb'),
  ofKnex('pg'),
  ofKnex('mysql2'),
  ofSequelize(),
  ofPostgresJs(),
  ofKysely(
    'pg',
    hasPostgres,
    postgres,
    () => new PostgresDialect({ pool: new pg.Pool({ ...onPostgres, max: 1 }) }),
  ),
  ofKysely(
    'mysql2',
    hasMariadb,
    mariadb,
    () => new MysqlDialect({ pool: mysql.createPool({ ...onMariadb, connectionLimit: 1 }) }),
  ),
];

const REQUESTS = Array.from({ length: 20 }, (_, index) => index);

describe.each(pools)('a pool with one connection of $name', (pool) => {
  const itIfThere = pool.isThere ? it : it.skip;
  let tracing: TestTracing;
  let opened: SmallPool | undefined;

  beforeEach(() => {
    tracing = createTestTracing();
  });

  afterEach(async () => {
    await contextStorage.runSuppressed(() => opened?.close());
    opened = undefined;
    tracing.close();
    tracing.recorder.verify();
  });

  /** Opens the pool and its connection. */
  async function open(options: DatabaseAdapterOptions): Promise<SmallPool> {
    const one = await contextStorage.runSuppressed(async () => {
      const small = await pool.open(options);
      await small.query(0);
      return small;
    });
    opened = one;
    return one;
  }

  const taken = (attributes: string[]): string =>
    traceAsText(tracing.recorder.takeSpans(), { attributes });

  /** Sends a query while another one has the connection. @returns the time that both took, in milliseconds */
  async function queryBusy(options: DatabaseAdapterOptions, name?: string): Promise<number> {
    const small = await open(options);
    const start = performance.now();
    const slow = contextStorage.runSuppressed(() => small.slow());
    await (name === undefined ? small.query(1) : tracing.tracer.trace(name, () => small.query(1)));
    await slow;
    return performance.now() - start;
  }

  itIfThere('keeps 20 requests and what follows their queries apart', async () => {
    const small = await open({ captureParameters: true });
    const step = (name: string): void => tracing.tracer.startSpan(name).end();
    await Promise.all(
      REQUESTS.map((request) =>
        tracing.tracer.trace(`request ${request}`, async (span) => {
          expect(await small.query(request)).toBe(request);
          step(`${request} read`);
          await small.withConnection(async (query) => {
            expect(await query(100 + request)).toBe(100 + request);
            step(`${request} read again`);
          });
          expect(tracing.tracer.activeSpan).toBe(span);
          step(`${request} done`);
        }),
      ),
    );
    const [begin, end] = pool.around;
    const inner = begin[0] === 'transaction' ? '    ' : '  ';
    const line = (name: string): string =>
      name === 'transaction' ? `  ${name}` : `${inner}${name} [client]`;
    const shown = taken(['db.query.parameter.0']).split('\n\n');
    expect(shown).toEqual(
      REQUESTS.map((request) =>
        [
          `request ${request}`,
          `  SELECT [client] db.query.parameter.0="${request}"`,
          `  ${request} read`,
          ...begin.map(line),
          `${inner}SELECT [client] db.query.parameter.0="${100 + request}"`,
          `${inner}${request} read again`,
          ...end.map(line),
          `  ${request} done`,
        ].join('\n'),
      ),
    );
  });

  const itIfStreams = pool.isThere && pool.hasStreams === true ? it : it.skip;

  itIfStreams('keeps what streams report in the context of their listeners', async () => {
    const small = await open({});
    await Promise.all(
      REQUESTS.map((request) =>
        tracing.tracer.trace(`request ${request}`, async () => {
          let isFirst = true;
          await small.stream?.(() => {
            if (isFirst) tracing.tracer.startSpan(`${request} row`).end();
            isFirst = false;
          });
          tracing.tracer.startSpan(`${request} done`).end();
        }),
      ),
    );
    const shown = taken([]).split('\n\n');
    expect(
      shown.map((text) => text.replace(/\n {2}SELECT(?: seq_1_to_10)? \[client\]/, '')),
    ).toEqual(
      REQUESTS.map((request) =>
        [`request ${request}`, `  ${request} row`, `  ${request} done`].join('\n'),
      ),
    );
  });

  itIfThere('shows a long wait as a span', async () => {
    tracing.close();
    tracing = createTestTracing({ clock: new SystemClock() }) as never;
    const tookMillis = await queryBusy({ connectionWaitThresholdMillis: 5 }, 'work');
    const spans = tracing.recorder.takeSpans();
    const lines =
      pool.wait === 'below the query'
        ? ['work', '  SELECT [client]', '    connect test [client]']
        : ['work', '  connect test [client]', '  SELECT [client]'];
    expect(traceAsText(spans, { attributes: ['nestjs_traced.db.connection.wait_millis'] })).toBe(
      lines.join('\n'),
    );
    const wait = spans.find(({ name }) => name === 'connect test');
    const durationMillis = (wait?.duration[0] ?? 0) * 1000 + (wait?.duration[1] ?? 0) / 1e6;
    expect(durationMillis).toBeGreaterThanOrEqual(15);
    expect(durationMillis).toBeLessThan(tookMillis);
  });

  itIfThere('shows a short wait, and one outside of any span, as an attribute', async () => {
    await queryBusy({ connectionWaitThresholdMillis: 60_000 }, 'work');
    await opened?.close();
    const [query, work] = tracing.recorder.takeSpans();
    await queryBusy({ connectionWaitThresholdMillis: 60_000 });
    const alone = tracing.recorder.takeSpan();
    expect(work?.name).toBe('work');
    for (const span of [query, alone]) {
      const waitMillis = span?.attributes['nestjs_traced.db.connection.wait_millis'];
      expect(waitMillis).toBeGreaterThanOrEqual(15);
      expect(waitMillis).toBe(Math.floor(Number(waitMillis) * 10) / 10);
    }
  });

  itIfThere('shows no wait if the application does not want it', async () => {
    await queryBusy({ connectionWaitThresholdMillis: false }, 'work');
    expect(taken(['nestjs_traced.db.connection.wait_millis'])).toBe('work\n  SELECT [client]');
  });

  itIfThere('folds waits as it folds queries', async () => {
    const small = await open({ connectionWaitThresholdMillis: 5, foldQueriesAfter: 1 });
    const slow = contextStorage.runSuppressed(() => small.slow());
    await tracing.tracer.trace('work', async () => {
      await Promise.all([small.query(1), small.query(2), small.query(3)]);
    });
    await slow;
    const names = tracing.recorder.takeSpans().map(({ name }) => name);
    expect(names.filter((name) => name === 'SELECT')).toHaveLength(2);
    expect(names.filter((name) => name === 'connect test').length).toBeLessThanOrEqual(3);
    expect(names.filter((name) => name === 'connect test').length).toBeGreaterThanOrEqual(2);
  });
});
