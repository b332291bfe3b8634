import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Readable } from 'node:stream';
import { ClickHouseLogLevel, createClient as createClickHouse } from '@clickhouse/client';
import { Client as ElasticClient } from '@elastic/elasticsearch';
import { afterAll } from '@jest/globals';
import { Client as OpenSearchClient } from '@opensearch-project/opensearch';
import cassandra from 'cassandra-driver';
import { Client as Elastic9Client } from 'elasticsearch-9';
import { Long } from 'mongodb';
import mongoose from 'mongoose';
import { Client as OpenSearch2Client } from 'opensearch-2';
import {
  traceCassandra,
  traceClickHouse,
  traceElasticsearch,
  traceMongoose,
  traceOpenSearch,
} from '../../../lib/database/index.js';
import {
  type AdapterUnderTest,
  databaseAdapterSuite,
} from '../../suites/database-adapter.suite.js';
import { startCassandraServer } from '../../support/cassandra-server.js';
import { startMongoServer } from '../../support/mongo-server.js';
import { type SearchRequest, startSearchServer } from '../../support/search-server.js';

// Servers that speak the protocols: the clients are the real packages.

const closings: (() => Promise<unknown>)[] = [];
afterAll(async () => {
  for (const close of closings) await close();
});

const NO_TRANSACTION = {
  begin: 'the store has no transactions of several queries',
  commit: [],
  rollback: [],
  transactionSpan: 'no transactions',
} as const;

function repeat<T>(times: number, value: T, apply: (value: T) => T): T {
  let result = value;
  for (let count = 0; count < times; count++) result = apply(result);
  return result;
}

/** Reads all rows, or leaves after the first `maxCount`. */
async function count(rows: AsyncIterable<unknown>, maxCount = Infinity): Promise<number> {
  let read = 0;
  for await (const row of rows) {
    // ClickHouse streams rows in groups.
    read += Array.isArray(row) && maxCount === Infinity ? row.length : 1;
    if (read >= maxCount) break;
  }
  return read;
}

const search = await startSearchServer(({ body }: SearchRequest) =>
  body.includes('wrong')
    ? {
        status: 400,
        body: {
          error: {
            type: 'parsing_exception',
            reason: body,
            root_cause: [{ type: 'parsing_exception', reason: body }],
          },
          status: 400,
        },
      }
    : { body: { took: 1, hits: { total: { value: 1 }, hits: [{ _id: '1' }] } } },
);
closings.push(() => search.close());

interface SearchClient {
  search(params: object): Promise<{ body?: unknown }>;
  close(): Promise<unknown>;
}

function searchAdapter(
  name: 'traceElasticsearch' | 'traceOpenSearch',
  version: number,
  trace: (client: never, options?: object) => object,
  create: () => object,
): AdapterUnderTest {
  return {
    name: `${name} on version ${version}`,
    isThere: true,
    expected: {
      target: `${name}.client`,
      read: 'search songs',
      failure: 'search songs [client] ERROR "parsing_exception"',
      rowCount: 1,
      ...NO_TRANSACTION,
      stream: 'a helper that scrolls sends a request for each page',
      sqlOptions: 'the client names its server, and sends no SQL',
    },
    async open(options = {}, times = 1) {
      const client = repeat(times, create(), (one) =>
        trace(one as never, options),
      ) as unknown as SearchClient;
      const ask = async (query: object): Promise<unknown> => {
        const result = await client.search({ index: 'songs', ...query });
        return name === 'traceOpenSearch' ? result.body : result;
      };
      const by = (id: string): object =>
        name === 'traceOpenSearch'
          ? { body: { query: { term: { id } } } }
          : { query: { term: { id } } };
      return {
        read: () => ask(by('4711')),
        fail: (secret) => ask(by(`wrong ${secret}`)),
        close: () => client.close(),
      };
    },
    traceTarget: (target) => trace(target as never),
    traceWith: (options) => trace(create() as never, options),
  };
}

const clickHouse = createServer((request, response) => {
  let body = '';
  request.on('data', (chunk) => {
    body += chunk;
  });
  request.on('end', () => {
    const secret = new URL(request.url ?? '', 'http://a').searchParams.get('param_secret');
    if (secret !== null) {
      response.writeHead(400, { 'X-ClickHouse-Exception-Code': '6' });
      response.end(`Code: 6. DB::Exception: Cannot parse ${secret} as Int32. (CANNOT_PARSE_TEXT)`);
      return;
    }
    const rowCount = body.includes('numbers') ? 1_000 : 1;
    response.end('{"a":1}\n'.repeat(rowCount));
  });
});
await new Promise<void>((resolve) => clickHouse.listen(0, '127.0.0.1', resolve));
closings.push(() => new Promise((resolve) => clickHouse.close(resolve)));

function openClickHouse() {
  const { port } = clickHouse.address() as AddressInfo;
  return createClickHouse({
    url: `http://127.0.0.1:${port}`,
    database: 'shop',
    log: { level: ClickHouseLogLevel.OFF },
  });
}

const clickHouseAdapter: AdapterUnderTest = {
  name: 'traceClickHouse',
  isThere: true,
  expected: {
    target: 'traceClickHouse.client',
    read: 'SELECT songs',
    failure: 'SELECT [client] ERROR "CANNOT_PARSE_TEXT"',
    rowCount: 'the client hands out the result before it has parsed the rows',
    ...NO_TRANSACTION,
    stream: { name: 'SELECT numbers' },
    sqlOptions: true,
  },
  async open(options = {}, times = 1) {
    const client = repeat(times, openClickHouse(), (one) => traceClickHouse(one, options));
    const format = 'JSONEachRow';
    return {
      async read() {
        const query = 'SELECT a FROM songs WHERE id = {id:Int32}';
        const result = await client.query({ query, query_params: { id: 4711 }, format });
        return result.json();
      },
      fail: (secret) =>
        client.query({ query: 'SELECT {secret:Int32}', query_params: { secret }, format }),
      async stream(maxCount) {
        const result = await client.query({ query: 'SELECT a FROM numbers', format });
        return count(result.stream(), maxCount);
      },
      close: () => client.close(),
    };
  },
  traceTarget: (target) => traceClickHouse(target as object),
  traceWith: (options) => traceClickHouse(openClickHouse(), options),
};

const cassandraServer = await startCassandraServer((text) => {
  const secret = /'wrong (\w+)'/.exec(text)?.[1];
  if (secret !== undefined) {
    return { error: { code: 0x2200, message: `Invalid STRING constant (${secret}) for "id"` } };
  }
  const rowCount = text.includes('all_songs') ? 1_000 : 1;
  return { columns: ['artist'], rows: Array.from({ length: rowCount }, () => ['Nina']) };
});
closings.push(() => cassandraServer.close());

function openCassandra(): cassandra.Client {
  return new cassandra.Client({
    contactPoints: [`127.0.0.1:${cassandraServer.port}`],
    localDataCenter: 'dc1',
    keyspace: 'shop',
    isMetadataSyncEnabled: false,
    protocolOptions: { maxVersion: 4, port: cassandraServer.port },
    pooling: { coreConnectionsPerHost: { 0: 1 } },
  });
}

const cassandraAdapter: AdapterUnderTest = {
  name: 'traceCassandra',
  isThere: true,
  expected: {
    target: 'traceCassandra.client',
    read: 'SELECT songs',
    failure: 'SELECT songs [client] ERROR "invalid"',
    rowCount: 1,
    ...NO_TRANSACTION,
    stream: { name: 'SELECT all_songs' },
    sqlOptions: true,
  },
  async open(options = {}, times = 1) {
    const client = repeat(times, openCassandra(), (one) => traceCassandra(one, options));
    return {
      async read() {
        const result = await client.execute('SELECT artist FROM songs WHERE id = ?', ['4711']);
        return result.rows.map(({ artist }) => artist);
      },
      fail: (secret) => client.execute(`SELECT artist FROM songs WHERE id = 'wrong ${secret}'`),
      stream: (maxCount) => {
        const stream = client.stream('SELECT artist FROM all_songs', []) as unknown as Readable;
        return count(stream, maxCount);
      },
      close: () => client.shutdown(),
    };
  },
  traceTarget: (target) => traceCassandra(target as object),
  traceWith: (options) => traceCassandra(openCassandra(), options),
};

const mongo = await startMongoServer((command) =>
  'update' in command
    ? {
        ok: 0,
        code: 11000,
        errmsg: `E11000 duplicate key error dup key: { name: "${nameIn(command)}" }`,
      }
    : {
        ok: 1,
        cursor: {
          id: Long.ZERO,
          ns: 'shop.orders',
          firstBatch: Array.from(
            { length: JSON.stringify(command).includes('all') ? 1_000 : 1 },
            () => ({ name: 'Nina' }),
          ),
        },
      },
);
closings.push(() => mongo.close());

/** The name in the first update of a command. */
function nameIn({ updates }: Record<string, unknown>): unknown {
  return (updates as { q: { name: unknown } }[])[0]?.q.name;
}

const OF_CHANNEL =
  'the option is that of the commands; what Mongoose publishes has the options of the application';

const mongooseAdapter: AdapterUnderTest = {
  name: 'traceMongoose, without monitored commands,',
  isThere: true,
  expected: {
    target: 'traceMongoose.connection',
    read: 'find orders',
    failure: 'updateOne orders [client] ERROR "server error 11000"',
    rowCount: OF_CHANNEL,
    ...NO_TRANSACTION,
    stream: 'Mongoose publishes each document of a cursor, which would be as many spans',
    sqlOptions: 'the messages of Mongoose name the server',
    excused: {
      'returns what the untraced client returns, with one span':
        'Mongoose publishes the operations of all connections',
      'uses the tracer that it is given': OF_CHANNEL,
      'folds repeated queries': OF_CHANNEL,
    },
  },
  async open(options = {}, times = 1) {
    const connection = mongoose.createConnection(`mongodb://127.0.0.1:${mongo.port}/shop`, {
      serverApi: '1',
    });
    await connection.asPromise();
    repeat(times, connection, (one) => traceMongoose(one, options));
    const schema = new mongoose.Schema({ name: String }, { autoCreate: false, autoIndex: false });
    const Orders = connection.model('Order', schema);
    return {
      read: () => Orders.find({ name: '4711' }).lean(),
      fail: (secret) => Orders.updateOne({ name: secret }, { name: secret }).exec(),
      close: () => connection.close(),
    };
  },
  traceTarget: (target) => traceMongoose(target as object),
  traceWith: (options) => traceMongoose(mongoose.createConnection(), options),
};

const onSearch = (): { node: string; maxRetries: number } => ({ node: search.url, maxRetries: 0 });

const adapters: readonly AdapterUnderTest[] = [
  searchAdapter('traceElasticsearch', 8, traceElasticsearch, () => new ElasticClient(onSearch())),
  searchAdapter('traceElasticsearch', 9, traceElasticsearch, () => new Elastic9Client(onSearch())),
  searchAdapter('traceOpenSearch', 2, traceOpenSearch, () => new OpenSearch2Client(onSearch())),
  searchAdapter('traceOpenSearch', 3, traceOpenSearch, () => new OpenSearchClient(onSearch())),
  clickHouseAdapter,
  cassandraAdapter,
  mongooseAdapter,
];

for (const adapter of adapters) databaseAdapterSuite(adapter);
