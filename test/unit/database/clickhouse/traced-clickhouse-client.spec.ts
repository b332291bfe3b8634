import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { failClickHouse } from '../../../../lib/database/clickhouse/clickhouse-failure.js';
import {
  connectionOf,
  isClickHouseClient,
} from '../../../../lib/database/clickhouse/clickhouse-shape.js';
import {
  TracedClickHouseClient,
  traceClickHouse,
} from '../../../../lib/database/clickhouse/traced-clickhouse-client.js';
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
  traceAsText(tracing.recorder.takeSpans(), { attributes: ['error.type'] });

function createClient(send: (params?: unknown) => unknown = async () => ({})) {
  const connectionParams = { url: new URL('https://jack:pw@a/x'), database: 'shop' };
  return { query: send, command: send, exec: send, insert: send, ping: send, connectionParams };
}

describe('isClickHouseClient', () => {
  it('knows clients by their methods, and runs no accessors', () => {
    expect(isClickHouseClient(createClient())).toBe(true);
    const { ping, ...others } = createClient();
    const accessor = Object.defineProperty(others, 'ping', {
      get() {
        throw new Error('no');
      },
    });
    for (const value of [null, 'a', {}, accessor]) expect(isClickHouseClient(value)).toBe(false);
  });

  it('reads where a client sends its queries', () => {
    expect(connectionOf(createClient())).toEqual({ database: 'shop', url: expect.any(URL) });
    expect(connectionOf({})).toEqual({});
    expect(connectionOf({ connectionParams: { url: 'a', database: '' } })).toEqual({});
  });
});

describe('failClickHouse', () => {
  it.each([
    [
      { code: '60', type: 'UNKNOWN_TABLE', message: 'secret' },
      'error.type="60" ERROR "UNKNOWN_TABLE"',
    ],
    [{ code: '1002', message: 'secret' }, 'error.type="1002" ERROR "server error 1002"'],
    [{ code: 'ECONNREFUSED', message: 'no server' }, 'error.type=ECONNREFUSED ERROR "no server"'],
    [new Error('Timeout error.'), 'error.type=Error ERROR "Timeout error."'],
    [null, 'error.type=object ERROR "null"'],
    [{ code: 'ERR_STREAM_PREMATURE_CLOSE' }, undefined],
    [{ code: 'ABORT_ERR' }, undefined],
    [new Error('ResultSet has been closed'), undefined],
  ])('shows nothing of the query: %p', (error, shown) => {
    const operation = new DatabaseHandler({ system: 'clickhouse' }).begin({ operation: 'query' });
    if (operation === undefined) throw new Error('The query must have a span.');
    failClickHouse(operation, error);
    expect(taken()).toBe(['query [client]', shown].filter(Boolean).join(' '));
  });
});

describe('traceClickHouse', () => {
  it('returns the client, traces it once, and is undone', async () => {
    const client = createClient();
    const { query } = client;
    expect(traceClickHouse(client)).toBe(client);
    const traced = TracedClickHouseClient.attach(client);
    await client.query({ query: 'SELECT 1' });
    expect(tracing.recorder.takeSpan().attributes).toMatchObject({
      'db.namespace': 'shop',
      'server.address': 'a',
      'server.port': 443,
    });
    traced.detach();
    expect(client.query).toBe(query);
  });

  it('refuses anything else', () => {
    expect(() => traceClickHouse({})).toThrow(
      'traceClickHouse.client must be a client of ClickHouse',
    );
    expect(() => traceClickHouse(createClient(), { serverPort: 0 })).toThrow(
      'traceClickHouse.serverPort',
    );
  });

  it('passes on what a client returns and throws at once', () => {
    const results = [
      () => 7,
      () => {
        throw new RangeError('no');
      },
    ];
    const client = traceClickHouse(createClient(() => results.shift()?.()));
    expect(client.query({ query: 'SELECT 1' })).toBe(7);
    expect(() => client.query({ query: 'SELECT 1' })).toThrow('no');
    expect(taken()).toBe('SELECT [client]\n\nSELECT [client] error.type=RangeError ERROR "no"');
  });

  it('lets a call pass that it cannot read', async () => {
    const client = traceClickHouse(createClient(async (params) => params));
    const hostile = Object.defineProperty({}, 'query', {
      get() {
        throw new Error('no');
      },
    });
    expect(await client.query(hostile)).toBe(hostile);
    expect(tracing.recorder.takeSpans()).toEqual([]);
    await client.query();
    await client.insert({ table: 7 });
    expect(taken()).toBe('shop [client]\n\nINSERT shop [client]');
  });

  it('waits for the rows of a result that are read as a stream', async () => {
    const [response, rows] = [new EventEmitter(), new EventEmitter()];
    const result = { _stream: response, stream: () => rows };
    const client = traceClickHouse(createClient(async () => result));
    await client.query({ query: 'SELECT 1' });
    expect(result.stream()).toBe(rows);
    response.emit('end');
    expect(tracing.recorder.takeSpans()).toEqual([]);
    rows.emit('close');
    expect(taken()).toBe('SELECT [client]');
  });
});
