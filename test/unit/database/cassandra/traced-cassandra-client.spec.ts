import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { failCassandra } from '../../../../lib/database/cassandra/cassandra-failure.js';
import {
  finishQuery,
  readBatch,
  readQuery,
} from '../../../../lib/database/cassandra/cassandra-query.js';
import { isCassandraClient } from '../../../../lib/database/cassandra/cassandra-shape.js';
import {
  TracedCassandraClient,
  traceCassandra,
} from '../../../../lib/database/cassandra/traced-cassandra-client.js';
import { DatabaseHandler } from '../../../../lib/database/database.handler.js';
import { createTestTracing, traceAsText } from '../../../../lib/testing/index.js';

let tracing: ReturnType<typeof createTestTracing>;

beforeEach(() => {
  tracing = createTestTracing();
});

afterEach(() => {
  tracing.close();
  tracing.recorder.verify();
});

const taken = (): string =>
  traceAsText(tracing.recorder.takeSpans(), { attributes: ['db.namespace', 'error.type'] });

type Send = (...values: unknown[]) => unknown;

function createClient(send: Send = async () => ({}), options: object = {}) {
  return {
    keyspace: 'shop' as string | undefined,
    options: { contactPoints: ['a'], protocolOptions: { port: 9042 }, ...options },
    execute: send,
    batch: send,
    eachRow: send,
    stream: send,
    getReplicas: send,
  };
}

function begin() {
  const operation = new DatabaseHandler({ system: 'cassandra' }).begin({ operation: 'query' });
  if (operation === undefined) throw new Error('The query must have a span.');
  return operation;
}

describe('isCassandraClient', () => {
  it('knows clients by their members', () => {
    expect(isCassandraClient(createClient())).toBe(true);
    const { options, ...others } = createClient();
    for (const value of [null, 'a', {}, others]) expect(isCassandraClient(value)).toBe(false);
  });
});

describe('failCassandra', () => {
  it.each([
    [
      { name: 'ResponseError', code: 0x2200, message: 'secret' },
      'error.type="8704" ERROR "invalid"',
    ],
    [
      { name: 'ResponseError', code: 7, message: 'secret' },
      'error.type="7" ERROR "server error 7"',
    ],
    [
      { name: 'NoHostAvailableError', message: 'All host(s) tried. First: secret' },
      'error.type=NoHostAvailableError ERROR "All host(s) tried"',
    ],
    [{ name: 'NoHostAvailableError' }, 'error.type=NoHostAvailableError ERROR ""'],
    [new TypeError("no 'secret'"), 'error.type=TypeError ERROR "no ?"'],
    [null, 'error.type=object ERROR "null"'],
  ])('shows nothing of the query: %p', (error, shown) => {
    failCassandra(begin(), error);
    expect(taken()).toBe(`query [client] ${shown}`);
  });
});

describe('what a span shows of a query', () => {
  const client = createClient(undefined, { queryOptions: { consistency: 1, fetchSize: 100 } });

  it('are the options of the call, else those of the client', () => {
    expect(readQuery(client, 'SELECT 1', undefined, {}).attributes).toEqual({
      'cassandra.consistency.level': 'one',
      'cassandra.page.size': 100,
    });
    const options = { consistency: 6, fetchSize: 'a', isIdempotent: false };
    expect(readQuery(client, 7, [1], options)).toEqual({
      text: undefined,
      parameters: [1],
      attributes: {
        'cassandra.consistency.level': 'local_quorum',
        'cassandra.query.idempotent': false,
      },
    });
  });

  it.each([
    [['INSERT INTO a (b) VALUES (1)', { query: 'INSERT INTO a (b) VALUES (2)' }], 'BATCH INSERT a'],
    [['INSERT INTO a (b) VALUES (1)', 'DELETE FROM a'], 'BATCH'],
    [['DELETE FROM a'], 'DELETE a'],
    [[null], 'BATCH'],
    [[], 'BATCH'],
  ])('is the name of a batch: %j', (queries, name) => {
    expect(readBatch(client, queries, {})).toMatchObject({ name, batchSize: queries.length });
  });

  it.each([
    ['10.0.0.1:9042', '10.0.0.1', 9042],
    ['::1:9042', '::1', 9042],
    ['a', 'a', undefined],
  ])('is the node that has answered: %s', (queriedHost, address, port) => {
    const hosts = new Map([['10.0.0.1:9042', { datacenter: 'dc1', hostId: 7 }]]);
    const info = { queriedHost, achievedConsistency: 99, speculativeExecutions: 2 };
    finishQuery(begin(), { ...client, hosts }, { info });
    const { attributes } = tracing.recorder.takeSpan();
    expect(attributes).toMatchObject({
      'network.peer.address': address,
      'cassandra.speculative_execution.count': 2,
    });
    expect(attributes['network.peer.port']).toBe(port);
    expect(attributes['cassandra.coordinator.id']).toBe(hosts.has(queriedHost) ? '7' : undefined);
  });
});

describe('traceCassandra', () => {
  it('returns the client, traces it once, and is undone', async () => {
    const client = createClient();
    const { execute } = client;
    expect(traceCassandra(client)).toBe(client);
    const traced = TracedCassandraClient.attach(client);
    await client.execute('SELECT b FROM a');
    expect(tracing.recorder.takeSpan().attributes).toMatchObject({
      'server.address': 'a',
      'server.port': 9042,
    });
    traced.detach();
    expect(client.execute).toBe(execute);
  });

  it('refuses anything else', () => {
    expect(() => traceCassandra({})).toThrow('traceCassandra.client must be a client of Cassandra');
    expect(() => traceCassandra(createClient(), { queryText: 'all' as never })).toThrow(
      'traceCassandra.queryText',
    );
  });

  it('names the keyspace of the call, else the one in use, and the one of its options first', async () => {
    const client = traceCassandra(createClient());
    await client.execute('SELECT b FROM a', [], { keyspace: 'other' });
    client.keyspace = 'used';
    await client.execute('SELECT b FROM a');
    client.keyspace = undefined;
    await client.execute('SELECT b FROM a');
    await traceCassandra(createClient(), { namespace: 'own' }).execute('SELECT b FROM a');
    expect(taken()).toBe(
      ['other', 'used', 'shop', 'own']
        .map((name) => `SELECT a [client] db.namespace=${name}`)
        .join('\n\n'),
    );
  });

  it.each([
    [['a', 'b'], undefined, undefined],
    [['a:1'], 'a', 1],
    [['[::1]:2'], '::1', 2],
    [['::1'], '::1', 9042],
    [[7], undefined, undefined],
  ])('names the server that the user has named: %j', async (contactPoints, address, port) => {
    const client = traceCassandra(createClient(undefined, { contactPoints }));
    await client.execute('SELECT b FROM a');
    const { attributes } = tracing.recorder.takeSpan();
    expect([attributes['server.address'], attributes['server.port']]).toEqual([address, port]);
  });

  it('passes on what a client returns and throws at once', () => {
    const results: Send[] = [
      () => 7,
      () => {
        throw new RangeError('no');
      },
    ];
    const client = traceCassandra(createClient(() => results.shift()?.()));
    expect(client.stream('SELECT b FROM a')).toBe(7);
    expect(() => client.execute('SELECT b FROM a')).toThrow('no');
    expect(client.batch('no array')).toBeUndefined();
    expect(client.eachRow('no callback')).toBeUndefined();
    expect(taken().replaceAll(' db.namespace=shop', '')).toBe(
      'SELECT a [client]\n\nSELECT a [client] error.type=RangeError ERROR "no"',
    );
  });

  it('adds a comment to texts that nothing is cached by, if asked', async () => {
    const sent: unknown[] = [];
    const client = createClient(async (text) => sent.push(text), {
      queryOptions: { prepare: true },
    });
    traceCassandra(client, { sqlCommenter: 'including-cached-statements' });
    await client.execute('SELECT b FROM a', [], { prepare: false });
    expect(sent[0]).toMatch(/^SELECT b FROM a \/\*traceparent=/);
    tracing.recorder.takeSpans();
  });
});
