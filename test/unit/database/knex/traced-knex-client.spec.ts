import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DatabaseHandler } from '../../../../lib/database/database.handler.js';
import type { DatabaseTracingOptions } from '../../../../lib/database/database-options.js';
import type { KnexQueryShape } from '../../../../lib/database/knex/knex-shape.js';
import { createTracedClientClass } from '../../../../lib/database/knex/traced-knex-client.js';
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
  traceAsText(tracing.recorder.takeSpans(), {
    attributes: ['error.type', 'db.response.returned_rows'],
  });

/** As the client of a dialect. */
class Client {
  /** The active span while a query went to the driver. */
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

  runner(stream: unknown): { stream(handler?: (given: unknown) => string): unknown } {
    return { stream: (handler) => (handler === undefined ? stream : handler(stream)) };
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

function createClient(options: DatabaseTracingOptions = {}): Client {
  const handler = new DatabaseHandler({ system: 'sqlite', namespace: ':memory:' }, options);
  const TracedClient = createTracedClientClass(Client as never, handler);
  return new TracedClient() as unknown as Client;
}

describe('createTracedClientClass', () => {
  it('extends the class of the dialect, and keeps its name', () => {
    const client = createClient();
    expect(client).toBeInstanceOf(Client);
    expect(client.constructor).not.toBe(Client);
    expect(client.constructor.name).toBe('Client');
  });

  it('returns what the client returns, and rejects with its error', async () => {
    const client = createClient({ captureReturnedRows: true });
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

  it('ends the span of a stream once, with its promise or its events', async () => {
    const client = createClient();
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
    const client = createClient();
    await tracing.tracer.trace('work', async () => {
      const result = await client.transaction(async () => {
        // Another connection than that of the transaction.
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

  it('gives no span to a nested transaction, or to one on a connection of the user', async () => {
    const client = createClient();
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

  it('shows why a transaction did not begin', async () => {
    const client = createClient();
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

  it.each(['returns', 'gives to a handler'])(
    'keeps the listeners of a stream that it %s in their context',
    (how) => {
      const stream = new EventEmitter();
      const client = createClient();
      const runner = client.runner(stream);
      const listen = (given: unknown): string => {
        (given as EventEmitter).on('data', () => active.push(tracing.tracer.activeSpan));
        return 'listening';
      };
      const active: unknown[] = [];
      tracing.tracer.trace('reader', (reader) => {
        if (how === 'returns') listen(runner.stream());
        else expect(runner.stream(listen)).toBe('listening');
        tracing.tracer.trace('neighbour', () => stream.emit('data'));
        expect(active).toEqual([reader]);
      });
      tracing.recorder.takeSpans();
    },
  );
});
