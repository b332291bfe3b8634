import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { countResponseRows } from '../../../../lib/database/knex/count-response-rows.js';
import { clientOfKnex, type KnexQueryShape } from '../../../../lib/database/knex/knex-shape.js';
import { sourceOfKnex } from '../../../../lib/database/knex/source-of-knex.js';
import { traceKnex } from '../../../../lib/database/knex/trace-knex.js';
import { createTracedClientClass } from '../../../../lib/database/knex/traced-knex-client.js';
import { createTestTracing, traceAsText } from '../../../../lib/testing/index.js';
import { unhandledRejectionsOf } from '../../../support/unhandled-rejections.js';

let tracing: ReturnType<typeof createTestTracing>;

beforeEach(() => {
  tracing = createTestTracing();
});

afterEach(() => {
  tracing.close();
  tracing.recorder.verify();
});

const taken = (): string =>
  traceAsText(tracing.recorder.takeSpans(), {
    attributes: ['error.type', 'db.response.returned_rows'],
  });

/** As a dialect's client, as far as tracing is concerned. */
class Client {
  readonly dialect = 'sqlite3';
  readonly connectionSettings = { filename: ':memory:' };
  /** The span in which a query went to the driver. */
  active: unknown;
  failure: Error | undefined;

  async acquireConnection(): Promise<object> {
    if (this.failure !== undefined) throw this.failure;
    return {};
  }

  releaseConnection(_connection: object): string {
    return 'released';
  }

  transaction(container: () => Promise<unknown>, config?: { level?: string }): object {
    if (config?.level === 'FAIL') throw new RangeError('no such level');
    const run = async (): Promise<unknown> => {
      const connection = await this.acquireConnection();
      await this._query(connection, { sql: 'BEGIN;' });
      const result = await container();
      await this._query(connection, { sql: 'COMMIT;' });
      this.releaseConnection(connection);
      return result;
    };
    return run();
  }

  _query(_connection: object, query: KnexQueryShape): Promise<KnexQueryShape> {
    this.active = tracing.tracer.activeSpan;
    if (query.sql === '') throw new TypeError('The query is empty');
    if (query.sql?.startsWith('FAIL')) return Promise.reject(new RangeError('no'));
    return Promise.resolve({ ...query, response: [{ a: 1 }] });
  }

  _stream(_connection: object, query: KnexQueryShape, stream: EventEmitter): Promise<unknown> {
    if (query.sql === '') throw new TypeError('The query is empty');
    return new Promise((resolve, reject) => {
      stream.on('error', reject);
      stream.on('end', resolve);
    });
  }
}

function createKnex() {
  return { client: new Client() };
}

describe('traceKnex', () => {
  it('gives back the same, and is done once, whoever the client is made by', async () => {
    const knex = createKnex();
    expect(traceKnex(knex)).toBe(knex);
    const traced = Object.getPrototypeOf(knex.client);
    traceKnex(knex);
    expect(Object.getPrototypeOf(knex.client)).toBe(traced);
    expect(knex.client).toBeInstanceOf(Client);
    expect(knex.client.constructor.name).toBe('Client');
    // As transactions do it.
    const client: Client = Object.create(knex.client.constructor.prototype);
    traceKnex({ client: Object.assign(client, knex.client) });
    await client._query({}, { sql: 'SELECT 1' });
    expect(taken()).toBe('SELECT [client]');
  });

  it('touches no other client of the dialect', async () => {
    traceKnex(createKnex());
    await createKnex().client._query({}, { sql: 'SELECT 1' });
    expect(tracing.recorder.spans).toEqual([]);
  });

  it('gives what the client gives, and rejects with its error', async () => {
    const { client } = traceKnex(createKnex(), { captureReturnedRows: true });
    const query = { sql: 'SELECT 1' };
    expect(await client._query({}, query)).toEqual({ ...query, response: [{ a: 1 }] });
    await expect(client._query({}, { sql: 'FAIL' })).rejects.toBeInstanceOf(RangeError);
    expect(() => client._query({}, { sql: '' })).toThrow('The query is empty');
    expect(client.active).toBe(tracing.recorder.spans.at(-1));
    expect(client.releaseConnection({})).toBe('released');
    expect(taken()).toBe(
      [
        'SELECT [client] db.response.returned_rows=1',
        ':memory: [client] error.type=RangeError ERROR "no"',
        ':memory: [client] error.type=TypeError ERROR "The query is empty"',
      ].join('\n\n'),
    );
  });

  it('leaves a rejection that nobody handles unhandled', async () => {
    const { client } = traceKnex(createKnex());
    const reasons = await unhandledRejectionsOf(() => {
      void client._query({}, { sql: 'FAIL' });
    });
    expect(reasons).toEqual([new RangeError('no')]);
    tracing.recorder.takeSpans();
  });

  it('works the same where nothing is traced', async () => {
    tracing.close();
    const { client } = traceKnex(createKnex());
    expect(await client.transaction(async () => 'done')).toBe('done');
    const stream = new EventEmitter();
    const streaming = client._stream({}, { sql: 'SELECT 1' }, stream);
    stream.emit('end', 'end');
    expect(await streaming).toBe('end');
  });

  it('ends the span of a stream once, however it says that it is over', async () => {
    const { client } = traceKnex(createKnex());
    const ended = new EventEmitter();
    const streaming = client._stream({}, { sql: 'SELECT 1' }, ended);
    ended.emit('end', 'all');
    ended.emit('close');
    expect(await streaming).toBe('all');
    const left = new EventEmitter();
    void client._stream({}, { sql: 'SELECT 2' }, left);
    left.emit('close');
    const failed = new EventEmitter();
    const failing = client._stream({}, { sql: 'SELECT 3' }, failed);
    failed.emit('error', new RangeError('lost'));
    failed.emit('close');
    await expect(failing).rejects.toThrow('lost');
    expect(() => client._stream({}, { sql: '' }, new EventEmitter())).toThrow('is empty');
    expect(taken()).toBe(
      [
        'SELECT [client]',
        'SELECT [client]',
        'SELECT [client] error.type=RangeError ERROR "lost"',
        ':memory: [client] error.type=TypeError ERROR "The query is empty"',
      ].join('\n\n'),
    );
  });

  it('gives a transaction a span until its connection is released', async () => {
    const { client } = traceKnex(createKnex());
    await tracing.tracer.trace('work', async () => {
      const result = await client.transaction(async () => {
        // Another connection, which is not that of the transaction.
        const connection = await client.acquireConnection();
        await client._query(connection, { sql: 'SELECT 1' });
        client.releaseConnection(connection);
        expect(tracing.recorder.openSpans).toHaveLength(2);
        return 'done';
      });
      expect(result).toBe('done');
      await client._query({}, { sql: 'SELECT * FROM a' });
    });
    expect(taken()).toBe(
      [
        'work',
        '  transaction',
        '    BEGIN [client]',
        '    SELECT [client]',
        '    COMMIT [client]',
        '  SELECT a [client]',
      ].join('\n'),
    );
  });

  it('gives no span to a transaction that is nested, or on a connection of the user', async () => {
    const { client } = traceKnex(createKnex());
    const begin = client.transaction as (...values: unknown[]) => object;
    const container = async (): Promise<void> => {};
    await begin.call(client, container, {}, {});
    await begin.call(client, container, { connection: {} });
    expect(taken()).toBe(
      Array(4)
        .fill(0)
        .map((_, index) => ['BEGIN [client]', 'COMMIT [client]'][index % 2])
        .join('\n\n'),
    );
  });

  it('says why a transaction did not begin', async () => {
    const { client } = traceKnex(createKnex());
    expect(() => client.transaction(async () => {}, { level: 'FAIL' })).toThrow('no such level');
    client.failure = new RangeError('no connection');
    await expect(client.transaction(async () => {})).rejects.toBe(client.failure);
    expect(taken()).toBe(
      [
        'transaction error.type=RangeError ERROR "no such level"',
        '',
        'transaction error.type=RangeError ERROR "no connection"',
        '  connect :memory: [client] error.type=RangeError ERROR "no connection"',
      ].join('\n'),
    );
  });

  it.each([
    [{}, {}, 'traceKnex.knex must be an instance of Knex'],
    [null, {}, 'traceKnex.knex must be an instance of Knex'],
    [{ client: {} }, {}, 'traceKnex.knex must be an instance of Knex'],
    [createKnex(), { queryText: 'x' }, 'traceKnex.queryText must be'],
  ])('refuses %p with %j', (knex, options, message) => {
    expect(() => traceKnex(knex as object, options as never)).toThrow(message);
  });
});

describe('clientOfKnex', () => {
  it('takes what refuses to be looked at for no client', () => {
    const refusing = {
      get client(): object {
        throw new Error('no');
      },
    };
    expect(clientOfKnex(refusing)).toBeUndefined();
  });
});

describe('sourceOfKnex', () => {
  it.each([
    [
      {
        dialect: 'postgresql',
        connectionSettings: { host: 'db', port: '5432', database: 'shop', password: 'hunter2' },
      },
      { system: 'postgresql', serverAddress: 'db', serverPort: 5432, namespace: 'shop' },
    ],
    [
      {
        dialect: 'postgresql',
        connectionSettings: { connectionString: 'postgres://root:hunter2@db:5432/shop' },
      },
      { system: 'postgresql', serverAddress: 'db', serverPort: 5432, namespace: 'shop' },
    ],
    [
      { dialect: 'mssql', connectionSettings: { server: 'db' } },
      { system: 'microsoft.sql_server', serverAddress: 'db' },
    ],
    [
      { dialect: 'mysql', driverName: 'mysql2', connectionSettings: { socketPath: '/a.sock' } },
      { system: 'mysql', serverAddress: '/a.sock' },
    ],
    [
      { dialect: 'mysql', driverName: 'mariadb', connectionSettings: undefined },
      { system: 'mariadb' },
    ],
    [
      { dialect: 'sqlite3', connectionSettings: { filename: 'a.db' } },
      { system: 'sqlite', namespace: 'a.db' },
    ],
    [{}, { system: 'other_sql' }],
  ])('reads %j', (client, source) => {
    const found = Object.entries(sourceOfKnex(client as never));
    expect(Object.fromEntries(found.filter(([, value]) => value !== undefined))).toEqual(source);
  });
});

describe('countResponseRows', () => {
  it.each([
    [{ rows: [1, 2] }, 2],
    [[[1, 2, 3], []], 3],
    [[{ affectedRows: 1 }, undefined], undefined],
    [[{ a: 1 }, { a: 2 }], 2],
    [[], 0],
    [undefined, undefined],
  ])('counts %j', (response, count) => {
    expect(countResponseRows(response)).toBe(count);
  });
});

describe('createTracedClientClass', () => {
  it('makes a class of its own of each dialect', () => {
    const traced = createTracedClientClass(Client as never, undefined as never, {} as never);
    expect(traced).not.toBe(Client);
    expect([traced.name, new traced() instanceof Client]).toEqual(['Client', true]);
  });
});
