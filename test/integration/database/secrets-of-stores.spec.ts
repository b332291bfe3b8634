import { createClient } from '@clickhouse/client';
import { Client as ElasticClient } from '@elastic/elasticsearch';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Injectable, Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { Client as OpenSearchClient } from '@opensearch-project/opensearch';
import cassandra from 'cassandra-driver';
import { MongoClient } from 'mongodb';
import mongoose, { Schema } from 'mongoose';
import { Traced, TracingModule } from '../../../lib/index.js';
import { testTracingOptions } from '../../../lib/testing/index.js';
import { startCassandraServer } from '../../support/cassandra-server.js';
import { startMongoServer } from '../../support/mongo-server.js';
import { startSearchServer } from '../../support/search-server.js';

const SECRET_COUNT = 200;

/** A client on a server that refuses everything, and repeats in its message what it was sent. */
interface Store {
  readonly client: object;
  send(secret: string, index: number): Promise<unknown>;
  close(): Promise<unknown>;
}

const stores: { name: string; open: () => Promise<Store> }[] = [
  { name: 'Elasticsearch', open: () => openSearch(false) },
  { name: 'OpenSearch', open: () => openSearch(true) },
  { name: 'ClickHouse', open: openClickHouse },
  { name: 'Cassandra', open: openCassandra },
  { name: 'MongoDB', open: openMongo },
  { name: 'Mongoose with commands', open: () => openMongoose(true) },
  { name: 'Mongoose without commands', open: () => openMongoose(false) },
];

async function openSearch(isOpenSearch: boolean): Promise<Store> {
  const server = await startSearchServer(({ path, body }) => {
    const error = { type: 'parsing_exception', reason: `[${path}] [${body}]` };
    return { status: 400, body: { error: { ...error, root_cause: [error] }, status: 400 } };
  });
  const node = server.url.replace('//', '//jack:hunter0secret@');
  const client = isOpenSearch
    ? new OpenSearchClient({ node, maxRetries: 0 })
    : new ElasticClient({ node, maxRetries: 0 });
  const requests = [
    (id: string) => ({ method: 'GET', path: `/songs/_doc/${id}` }),
    (id: string) => ({ method: 'POST', path: '/songs/_search', body: { query: { term: { id } } } }),
    (id: string) => ({ method: 'GET', path: '/songs/_search', querystring: { q: id } }),
    (id: string) => ({
      method: 'POST',
      path: '/_bulk',
      bulkBody: [{ index: { _id: id } }, { id }],
    }),
    (id: string) => ({ method: 'DELETE', path: `/_security/user/${id}` }),
  ];
  return {
    client,
    send: async (secret, index) => {
      const request = requests[index % requests.length]?.(secret);
      await (client as ElasticClient).transport.request(request as never);
    },
    close: async () => {
      await client.close();
      await server.close();
    },
  };
}

async function openClickHouse(): Promise<Store> {
  const server = await startSearchServer(({ path, body }) => ({
    status: 400,
    body: `Code: 62. DB::Exception: Syntax error: ${decodeURIComponent(path)} ${body}. (SYNTAX_ERROR)`,
    headers: { 'x-clickhouse-exception-code': '62' },
  }));
  const client = createClient({
    url: server.url.replace('//', '//jack:hunter0secret@'),
    database: 'shop',
    log: { level: 127 as never },
  });
  const sends = [
    (id: string) => client.query({ query: `SELECT * FROM songs WHERE id = '${id}'` }),
    (id: string) => client.query({ query: 'SELECT {id:String} FROM songs', query_params: { id } }),
    (id: string) => client.insert({ table: 'songs', values: [{ id }], format: 'JSONEachRow' }),
    (id: string) => client.command({ query: `ALTER TABLE songs DELETE WHERE id = '${id}'` }),
    (id: string) => client.exec({ query: `SELECT '${id}' -- ${id}` }),
  ];
  return {
    client,
    send: async (secret, index) => sends[index % sends.length]?.(secret),
    close: async () => {
      await client.close();
      await server.close();
    },
  };
}

async function openCassandra(): Promise<Store> {
  let secret = '';
  const server = await startCassandraServer((text) => ({
    error: { code: 0x2200, message: `Invalid constant (${secret}) in ${text}` },
  }));
  const client = new cassandra.Client({
    contactPoints: [`127.0.0.1:${server.port}`],
    localDataCenter: 'dc1',
    isMetadataSyncEnabled: false,
    protocolOptions: { maxVersion: 4, port: server.port },
    pooling: { coreConnectionsPerHost: { 0: 1 } },
    credentials: { username: 'jack', password: 'hunter0secret' },
  });
  const sends = [
    (id: string) => client.execute(`SELECT * FROM songs WHERE id = '${id}'`),
    (id: string) => client.execute('SELECT * FROM songs WHERE id = ?', [id], { prepare: true }),
    (id: string) => client.batch([`DELETE FROM songs WHERE id = '${id}'`, 'DELETE FROM songs']),
    (id: string) => client.execute('SELECT * FROM songs WHERE id = :id', { id }),
  ];
  return {
    client,
    send: async (given, index) => {
      secret = given;
      return sends[index % sends.length]?.(given);
    },
    close: async () => {
      await client.shutdown();
      await server.close();
    },
  };
}

async function openMongo(): Promise<Store> {
  const server = await startMongoServer((command) => ({
    ok: 0,
    code: 11000,
    codeName: 'DuplicateKey',
    errmsg: `E11000 dup key: ${JSON.stringify(command)}`,
  }));
  const client = new MongoClient(`mongodb://127.0.0.1:${server.port}/?appName=hunter0secret`, {
    serverApi: '1',
  });
  const songs = client.db('shop').collection('songs');
  const sends = [
    (id: string) => songs.find({ id }).toArray(),
    (id: string) => songs.insertOne({ id }),
    (id: string) => songs.updateOne({ id }, { $set: { id } }),
    (id: string) => songs.aggregate([{ $match: { id } }]).toArray(),
    (id: string) => songs.bulkWrite([{ insertOne: { document: { id } } }]),
    (id: string) => songs.distinct('id', { id }),
    (id: string) => client.db('shop').command({ getLastError: id }),
  ];
  return {
    client,
    send: async (secret, index) => sends[index % sends.length]?.(secret),
    close: async () => {
      await client.close();
      await server.close();
    },
  };
}

async function openMongoose(monitorCommands: boolean): Promise<Store> {
  const server = await startMongoServer((command) => ({
    ok: 0,
    code: 11000,
    codeName: 'DuplicateKey',
    errmsg: `E11000 dup key: ${JSON.stringify(command)}`,
  }));
  const connection = await mongoose
    .createConnection(`mongodb://127.0.0.1:${server.port}/shop`, {
      serverApi: '1',
      monitorCommands,
    })
    .asPromise();
  const schema = new Schema(
    { id: { type: String, maxlength: 40 }, count: Number },
    { autoCreate: false, autoIndex: false },
  );
  const songs = connection.model('Song', schema);
  const sends = [
    (id: string) => songs.find({ id }),
    (id: string) => songs.create({ id }),
    (id: string) => songs.updateOne({ id }, { $set: { id } }),
    (id: string) => songs.find({ count: id as never }),
    (id: string) => songs.create({ id: id.repeat(5) }),
    (id: string) => songs.insertMany([{ id }, { id }]),
    (id: string) => songs.aggregate([{ $match: { id } }]),
  ];
  return {
    client: connection,
    send: async (secret, index) => sends[index % sends.length]?.(secret),
    close: async () => {
      await connection.close();
      await server.close();
    },
  };
}

@Injectable()
class SongsService {
  @Traced()
  async fail(send: () => Promise<unknown>, isWrapped: boolean): Promise<void> {
    try {
      await send();
    } catch (error) {
      if (!isWrapped) throw error;
      throw new Error(`could not do it: ${(error as Error).message}`, { cause: error });
    }
  }
}

describe.each(stores)('spans of failures, on $name,', ({ open }) => {
  const endings: (() => Promise<unknown>)[] = [];

  afterEach(async () => {
    for (const end of endings.splice(0).reverse()) await end();
  });

  it('show none of 200 secrets', async () => {
    const { client, send, close } = await open();
    endings.push(close);
    const setup = testTracingOptions();

    @Module({
      imports: [TracingModule.forRoot(setup.options)],
      providers: [SongsService, { provide: 'CLIENT', useValue: client }],
    })
    class SongsModule {}

    const module = await Test.createTestingModule({ imports: [SongsModule] }).compile();
    await module.init();
    endings.push(() => module.close());
    const service = module.get(SongsService);
    setup.recorder.takeSpans();
    for (let index = 1; index <= SECRET_COUNT; index++) {
      const secret = `hunter${index}secret`;
      const failing = service.fail(() => send(secret, index), index % 3 === 0);
      await expect(failing).rejects.toThrow(/hunter\d+secret/);
    }
    const spans = setup.recorder.takeSpans();
    expect(spans.length).toBeGreaterThanOrEqual(SECRET_COUNT * 2);
    const told = spans.map(({ name, attributes, status, events }) =>
      JSON.stringify([name, attributes, status, events]),
    );
    expect(told.find((text) => /hunter\d+secret/.test(text))).toBeUndefined();
  });
});
