import { EventEmitter } from 'node:events';
import { createRequire } from 'node:module';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import pg from 'pg';
import { tracedQueryable } from '../../../lib/database/index.js';
import { createTestTracing, type TestTracing, traceAsText } from '../../../lib/testing/index.js';
import { PgNative } from '../../support/pg-native.js';
import { isServiceThere, POSTGRESQL } from '../../support/services.js';
import { until } from '../../support/until.js';

PgNative.connection = { host: '127.0.0.1', port: 5432, user: 'postgres', database: 'test' };
const source = { system: 'postgresql', namespace: 'test', captureReturnedRows: true };
const SHOWN = ['db.response.status_code', 'error.type', 'db.response.returned_rows'];
const CHANNEL = `nt_native_${process.pid}`;

jest.mock('pg-native', () => PgNative, { virtual: true });
const NativeClient = createRequire(import.meta.url)(
  'pg/lib/native/index.js',
) as typeof pg.Client & {
  readonly Query: new (text: string) => EventEmitter;
};

const describeIfThere = (await isServiceThere(POSTGRESQL)) ? describe : describe.skip;

describeIfThere('the client pg.native', () => {
  let tracing: TestTracing;
  let rawPool: pg.Pool;
  let pool: pg.Pool;

  beforeEach(() => {
    tracing = createTestTracing();
    rawPool = new pg.Pool({ Client: NativeClient as never, max: 1 });
    pool = tracedQueryable(rawPool, source);
  });

  afterEach(async () => {
    await rawPool.end();
    tracing.close();
    tracing.recorder.verify();
  });

  const taken = (): string => traceAsText(tracing.recorder.takeSpans(), { attributes: SHOWN });
  const step = (name: string): void => tracing.tracer.startSpan(name).end();
  const read = 'SELECT [client] db.response.returned_rows=1';

  it('has a span for each query, with promises, callbacks and names', async () => {
    await tracing.tracer.trace('work', async () => {
      expect((await pool.query('SELECT $1::int AS a', [42])).rows).toEqual([{ a: 42 }]);
      await pool.query({ name: 'one', text: 'SELECT $1::int AS a', values: [1] });
      const client = await pool.connect();
      await new Promise<void>((resolve, reject) => {
        void client.query('SELECT 2', (error: unknown) => {
          step('called back');
          if (error) reject(error);
          else resolve();
        });
      });
      client.release();
    });
    const lines = [read, read, read, 'called back'].map((line) => `  ${line}`);
    expect(taken()).toBe(['work', ...lines].join('\n'));
  });

  it('shows why a query failed, without its values', async () => {
    await expect(pool.query('SELECT $1::int', ['hunter2'])).rejects.toThrow('hunter2');
    const query = new NativeClient.Query("SELECT 'hunter2'::int");
    const client = await pool.connect();
    void client.query(query as never);
    await new Promise<void>((resolve) => query.on('error', () => resolve()));
    client.release();
    const failure =
      'SELECT [client] db.response.status_code=22P02 error.type=22P02 ERROR "invalid input syntax for type integer: ?"';
    expect(taken()).toBe([failure, failure].join('\n\n'));
  });

  it('keeps the events of a query in the context of their listeners', async () => {
    // Opens the connection, whose events then come in the context of this request.
    await tracing.tracer.trace('neighbour', () => pool.query('SELECT 1'));
    await tracing.tracer.trace('events', async () => {
      const client = await pool.connect();
      const query = new NativeClient.Query('SELECT 1');
      void client.query(query as never);
      query.on('row', () => step('row'));
      await new Promise<void>((resolve) => query.on('end', () => resolve()));
      step('end');
      client.release();
    });
    expect(taken()).toBe(
      ['neighbour', `  ${read}`, '', 'events', '  SELECT [client]', '  row', '  end'].join('\n'),
    );
  });

  it('hears notifications outside of the request that has opened the connection', async () => {
    const heard: unknown[] = [];
    const client = await tracing.tracer.trace('request', async () => {
      const connected = await pool.connect();
      connected.on('notification', ({ payload }) => {
        step('heard');
        heard.push(payload);
      });
      await connected.query(`LISTEN ${CHANNEL}`);
      await connected.query(`NOTIFY ${CHANNEL}, 'hunter2'`);
      return connected;
    });
    await until(
      () => heard.length > 0,
      () => heard,
    );
    client.release();
    expect(heard).toEqual(['hunter2']);
    const sent = ['LISTEN', 'NOTIFY'].map(
      (name) => `  ${name} ${CHANNEL} [client] db.response.returned_rows=0`,
    );
    expect(taken().split('\n\n').sort()).toEqual(['heard', ['request', ...sent].join('\n')]);
  });

  it('shows the wait for its connection', async () => {
    pool = tracedQueryable(new pg.Pool({ Client: NativeClient as never, max: 1 }), {
      ...source,
      connectionWaitThresholdMillis: 0,
    });
    await tracing.tracer.trace('work', () => pool.query('SELECT 1'));
    await pool.end();
    expect(taken()).toBe(['work', `  ${read}`, '    connect test [client]'].join('\n'));
  });
});
