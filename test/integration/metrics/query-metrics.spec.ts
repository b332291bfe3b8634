import 'reflect-metadata';
import { ClickHouseLogLevel, createClient as createClickHouse } from '@clickhouse/client';
import { Client as ElasticClient } from '@elastic/elasticsearch';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import knex from 'knex';
import { Kysely, PostgresDialect, sql } from 'kysely';
import { Long, MongoClient } from 'mongodb';
import mongoose from 'mongoose';
import mysqlPromises from 'mysql2/promise';
import {
  type DatabaseAdapterOptions,
  traceClickHouse,
  traceDataSource,
  tracedKyselyDialect,
  tracedQueryable,
  traceElasticsearch,
  traceKnex,
  traceMongo,
} from 'nestjs-traced';
import pg from 'pg';
import { DataSource } from 'typeorm';
import { createTestTracing } from '../../../lib/testing/index.js';
import { serversOfTest } from '../../support/loopback-server.js';
import { metricsAsText } from '../../support/metrics-as-text.js';
import { startMongoServer } from '../../support/mongo-server.js';
import { startSearchServer } from '../../support/search-server.js';
import { isServiceThere, MARIADB, POSTGRESQL, REDIS } from '../../support/services.js';
import { countsIn, SAMPLERS } from './series-of-operations.js';

const hasPostgres = await isServiceThere(POSTGRESQL);
const onPostgres = { host: '127.0.0.1', user: 'postgres', database: 'test' };
const startServer = serversOfTest();
const closings: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of closings.splice(0).reverse()) await close();
});

interface StoreUnderTest {
  readonly name: string;
  readonly isThere: boolean;
  /** Opens a traced client, and returns what sends two queries of one series and one that fails. */
  open(options: Pick<DatabaseAdapterOptions, 'tracer'>): Promise<() => Promise<void>>;
  /** The series of the queries. */
  readonly expected: readonly string[];
  /** The name of the pool whose waits are measured, and their number. @default none */
  readonly waits?: readonly [pool: string, count: number];
  /** Whether the pool tells how many connections it has. @default true for a pool */
  readonly hasState?: boolean;
}

const query = (attributes: string, count: number): string =>
  `db.client.operation.duration{${attributes}} ${count}`;

const fails = (promise: PromiseLike<unknown>): Promise<void> =>
  Promise.resolve(promise).then(
    () => {
      throw new Error('The query did not fail');
    },
    () => {},
  );

const postgresSeries = (more = ''): string[] => [
  query(`db.namespace=test db.query.summary=SELECT db.system.name=postgresql${more}`, 2),
  query(
    `db.namespace=test db.query.summary=SELECT no_such_table db.response.status_code=42P01 db.system.name=postgresql error.type=42P01${more}`,
    1,
  ),
];
const AT = ' server.address=127.0.0.1';
const AT_PORT = `${AT} server.port=PORT`;

const STORES: readonly StoreUnderTest[] = [
  {
    name: 'pg',
    isThere: hasPostgres,
    async open(options) {
      const raw = new pg.Pool({ ...onPostgres, max: 2 });
      closings.push(() => raw.end());
      const pool = tracedQueryable(raw, {
        system: 'postgresql',
        namespace: 'test',
        serverAddress: '127.0.0.1',
        ...options,
      });
      return async () => {
        await pool.query('SELECT 1 AS a');
        await pool.query({ text: 'SELECT $1::int AS a', values: [1] });
        await fails(pool.query('SELECT * FROM no_such_table'));
      };
    },
    expected: postgresSeries(AT),
    waits: ['test', 3],
  },
  {
    name: 'mysql2',
    isThere: await isServiceThere(MARIADB),
    async open(options) {
      const raw = mysqlPromises.createPool({ host: '127.0.0.1', user: 'root', database: 'test' });
      closings.push(() => raw.end());
      const pool = tracedQueryable(raw, { system: 'mariadb', ...options });
      return async () => {
        await pool.query('SELECT 1 AS a');
        await pool.execute('SELECT ? AS a', [1]);
        await fails(pool.query('SELECT * FROM no_such_table'));
      };
    },
    expected: [
      query('db.query.summary=SELECT db.system.name=mariadb', 2),
      query(
        'db.query.summary=SELECT no_such_table db.response.status_code=42S02 db.system.name=mariadb error.type=ER_NO_SUCH_TABLE',
        1,
      ),
    ],
    waits: ['mariadb', 3],
  },
  {
    name: 'Kysely',
    isThere: hasPostgres,
    async open(options) {
      const dialect = new PostgresDialect({ pool: new pg.Pool({ ...onPostgres, max: 1 }) });
      const db = new Kysely<unknown>({
        dialect: tracedKyselyDialect(dialect, {
          system: 'postgresql',
          namespace: 'test',
          ...options,
        }),
      });
      closings.push(() => db.destroy());
      return async () => {
        await sql`select 1 as a`.execute(db);
        await sql`select ${2}::int as a`.execute(db);
        await fails(sql`select * from no_such_table`.execute(db));
      };
    },
    expected: postgresSeries(),
    waits: ['test', 3],
    hasState: false,
  },
  {
    name: 'Knex',
    isThere: hasPostgres,
    async open(options) {
      const db = knex({ client: 'pg', connection: onPostgres, pool: { min: 0, max: 1 } });
      closings.push(() => db.destroy());
      traceKnex(db, options);
      return async () => {
        await db.raw('SELECT 1 AS a');
        await db.raw('SELECT ?::int AS a', [2]);
        await fails(db('no_such_table').select('*'));
      };
    },
    expected: postgresSeries(AT),
    waits: ['test', 3],
  },
  {
    name: 'TypeORM',
    isThere: hasPostgres,
    async open(options) {
      const dataSource = new DataSource({
        type: 'postgres',
        host: '127.0.0.1',
        username: 'postgres',
        database: 'test',
      });
      traceDataSource(dataSource, options);
      await dataSource.initialize();
      closings.push(() => dataSource.destroy());
      return async () => {
        await dataSource.query('SELECT 1 AS a');
        await dataSource.query('SELECT $1::int AS a', [2]);
        await fails(dataSource.query('SELECT * FROM no_such_table'));
      };
    },
    expected: postgresSeries(AT),
    waits: ['test', 3],
  },
  {
    name: 'MongoDB',
    isThere: true,
    async open(options) {
      const server = await startMongoServer((command) =>
        'find' in command
          ? { ok: 1, cursor: { id: Long.ZERO, ns: 'shop.orders', firstBatch: [] } }
          : 'insert' in command
            ? { ok: 0, code: 11000, errmsg: 'duplicate key' }
            : { ok: 1 },
      );
      closings.push(() => server.close());
      const client = new MongoClient(`mongodb://127.0.0.1:${server.port}`, {
        monitorCommands: true,
        serverApi: '1',
      });
      closings.push(() => client.close());
      const orders = traceMongo(client, options).db('shop').collection('orders');
      return async () => {
        await orders.find({ id: 1 }).toArray();
        await orders.find({ id: 2 }).toArray();
        await fails(orders.insertOne({ id: 3 }));
      };
    },
    expected: [
      query(
        `db.collection.name=orders db.namespace=shop db.operation.name=find db.system.name=mongodb${AT_PORT}`,
        2,
      ),
      query(
        `db.collection.name=orders db.namespace=shop db.operation.name=insert db.response.status_code=11000 db.system.name=mongodb error.type=11000${AT_PORT}`,
        1,
      ),
    ],
  },
  {
    name: 'Mongoose, whose operations are the queries without monitored commands',
    isThere: true,
    async open() {
      const server = await startMongoServer((command) =>
        'find' in command
          ? { ok: 1, cursor: { id: Long.ZERO, ns: 'shop.orders', firstBatch: [] } }
          : { ok: 0, code: 11000, errmsg: 'duplicate key' },
      );
      closings.push(() => server.close());
      const connection = mongoose.createConnection(`mongodb://127.0.0.1:${server.port}/shop`, {
        serverApi: '1',
      });
      closings.push(() => connection.close());
      await connection.asPromise();
      const schema = new mongoose.Schema({ name: String }, { autoCreate: false, autoIndex: false });
      const Orders = connection.model('Order', schema);
      return async () => {
        await Orders.find({ name: 'a' });
        await Orders.find({ name: 'b' });
        await fails(Orders.updateOne({ name: 'a' }, { name: 'b' }));
      };
    },
    expected: [
      query(
        `db.collection.name=orders db.namespace=shop db.operation.name=find db.system.name=mongodb${AT_PORT}`,
        2,
      ),
      query(
        `db.collection.name=orders db.namespace=shop db.operation.name=updateOne db.response.status_code=11000 db.system.name=mongodb error.type=11000${AT_PORT}`,
        1,
      ),
    ],
  },
  {
    name: 'ioredis',
    isThere: await isServiceThere(REDIS),
    async open() {
      const client = new Redis({ port: REDIS.port, host: '127.0.0.1', maxRetriesPerRequest: 0 });
      closings.push(() => client.quit());
      // A command that waits for the connection is nobody's.
      await client.ping();
      return async () => {
        await client.get('traced-metrics-1');
        await client.get('traced-metrics-2');
        await fails(client.call('get'));
      };
    },
    expected: [
      query(`db.namespace=0 db.operation.name=GET db.system.name=redis${AT_PORT}`, 2),
      query(
        `db.namespace=0 db.operation.name=GET db.response.status_code=ERR db.system.name=redis error.type=ERR${AT_PORT}`,
        1,
      ),
    ],
  },
  {
    name: 'Elasticsearch, whose HTTP requests the queries describe',
    isThere: true,
    async open(options) {
      const server = await startSearchServer(({ path }) =>
        path.startsWith('/missing')
          ? { status: 404, body: { error: { type: 'index_not_found_exception' } } }
          : { body: { hits: { hits: [] } } },
      );
      closings.push(() => server.close());
      const client = traceElasticsearch(new ElasticClient({ node: server.url }), options);
      closings.push(() => client.close());
      return async () => {
        await client.search({ index: 'songs' });
        await client.search({ index: 'songs' });
        await fails(client.search({ index: 'missing' }));
      };
    },
    expected: [
      query(
        `db.collection.name=missing db.operation.name=search db.response.status_code=404 db.system.name=elasticsearch error.type=404${AT_PORT}`,
        1,
      ),
      query(
        `db.collection.name=songs db.operation.name=search db.system.name=elasticsearch${AT_PORT}`,
        2,
      ),
    ],
  },
  {
    name: 'ClickHouse, whose HTTP requests the queries describe',
    isThere: true,
    async open(options) {
      const server = await startServer((request, response) => {
        let body = '';
        request.on('data', (chunk) => {
          body += chunk;
        });
        request.on('end', () => {
          const isMissing = body.includes('missing');
          if (isMissing) response.writeHead(404, { 'X-ClickHouse-Exception-Code': '60' });
          response.end(
            isMissing ? 'Code: 60. DB::Exception: no table. (UNKNOWN_TABLE)' : '{"a":1}\n',
          );
        });
      });
      const client = traceClickHouse(
        createClickHouse({
          url: server.url,
          database: 'shop',
          log: { level: ClickHouseLogLevel.OFF },
        }),
        options,
      );
      closings.push(() => client.close());
      return async () => {
        for (const value of [1, 2]) {
          const result = await client.query({
            query: 'SELECT a FROM songs WHERE a = {value:Int32}',
            query_params: { value },
            format: 'JSONEachRow',
          });
          await result.json();
        }
        await fails(client.query({ query: 'SELECT a FROM missing' }));
      };
    },
    expected: [
      query(
        `db.namespace=shop db.query.summary=SELECT missing db.response.status_code=60 db.system.name=clickhouse error.type=60${AT_PORT}`,
        1,
      ),
      query(
        `db.namespace=shop db.query.summary=SELECT songs db.system.name=clickhouse${AT_PORT}`,
        2,
      ),
    ],
  },
];

for (const { name, isThere, open, expected, waits, hasState = waits !== undefined } of STORES) {
  (isThere ? describe : describe.skip)(`the metrics of queries by ${name}`, () => {
    it.each(SAMPLERS)('tell of each query and failure, %s', async (_, sampler) => {
      const { tracer, tracing, recorder, close } = createTestTracing({ sampler, metrics: true });
      closings.push(close);
      const run = await open({ tracer });
      await tracer.trace('request', run);
      const waiting =
        waits === undefined
          ? []
          : [
              `db.client.connection.wait_time{db.client.connection.pool.name=${waits[0]}} ${waits[1]}`,
            ];
      expect(countsIn(tracing.metrics)).toEqual([...waiting, ...expected].sort());
      const connections = metricsAsText(tracing.metrics.collect(), 'db.client.connection.count');
      expect(connections.split('\n').filter((line) => line !== '')).toHaveLength(hasState ? 2 : 0);
      recorder.takeSpans();
    });
  });
}
