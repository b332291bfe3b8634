import { EventEmitter } from 'node:events';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
// @ts-expect-error The package has no types.
import Cursor from 'pg-cursor';
import QueryStream from 'pg-query-stream';
import { tracedQueryable } from '../../../lib/database/index.js';
import { createTestTracing, traceAsText } from '../../../lib/testing/index.js';
import { isServiceThere, POSTGRESQL } from '../../support/services.js';
import { dropTestTables, TABLE_PREFIX, withoutTablePrefix } from '../../support/test-tables.js';

const connection = { host: '127.0.0.1', port: 5432, user: 'postgres', database: 'test' };
const source = {
  system: 'postgresql',
  namespace: 'test',
  serverAddress: '127.0.0.1',
  serverPort: 5432,
};
const TABLE = `${TABLE_PREFIX}queries`;
const SHOWN = ['db.response.status_code', 'error.type', 'db.response.returned_rows'];

let tracing: ReturnType<typeof createTestTracing>;
let rawPool: pg.Pool;
let pool: pg.Pool;

const describeIfThere = (await isServiceThere(POSTGRESQL)) ? describe : describe.skip;

describeIfThere('pg on a real PostgreSQL', () => {
  beforeAll(async () => {
    rawPool = new pg.Pool({ ...connection, max: 2, connectionTimeoutMillis: 1000 });
    rawPool.on('error', () => {});
    await rawPool.query(`CREATE TABLE ${TABLE} (id int PRIMARY KEY, name text)`);
    pool = tracedQueryable(rawPool, { ...source, captureReturnedRows: true });
  });

  afterAll(async () => {
    await dropTestTables(async (sql) => (await rawPool.query(sql)).rows);
    await rawPool.end();
  });

  /** What a test opens for itself. */
  const closing: (() => unknown)[] = [];

  beforeEach(() => {
    tracing = createTestTracing();
  });

  afterEach(async () => {
    await Promise.all(closing.splice(0).map((close) => close()));
    tracing.close();
    tracing.recorder.verify();
  });

  const taken = (): string =>
    withoutTablePrefix(traceAsText(tracing.recorder.takeSpans(), { attributes: SHOWN }));

  it('sets all attributes that it knows', async () => {
    const { rows } = await pool.query('SELECT $1::int AS a', [42]);
    expect(rows).toEqual([{ a: 42 }]);
    expect(tracing.recorder.takeSpan().attributes).toEqual({
      'db.system.name': 'postgresql',
      'db.namespace': 'test',
      'server.address': '127.0.0.1',
      'server.port': 5432,
      'db.query.summary': 'SELECT',
      'db.query.text': 'SELECT $1::int AS a',
      'db.response.returned_rows': 1,
    });
  });

  it('calls callbacks in the context that sent the query', async () => {
    await tracing.tracer.trace('work', async (work) => {
      await new Promise<void>((resolve, reject) => {
        void pool.query('SELECT 1', (error) => {
          tracing.tracer.startSpan('after').end();
          if (error) reject(error);
          else resolve();
        });
      });
      expect(tracing.tracer.activeSpan).toBe(work);
    });
    expect(taken()).toBe(
      ['work', '  SELECT [client] db.response.returned_rows=1', '  after'].join('\n'),
    );
  });

  it('traces prepared statements and other objects', async () => {
    await pool.query({ name: 'one', text: `SELECT * FROM ${TABLE} WHERE id = $1`, values: [1] });
    await pool.query({ text: 'SELECT 1 AS a', rowMode: 'array' });
    expect(taken()).toBe(
      [
        'SELECT queries [client] db.response.returned_rows=0',
        '',
        'SELECT [client] db.response.returned_rows=1',
      ].join('\n'),
    );
  });

  it('traces clients that a callback gets', async () => {
    await new Promise<void>((resolve, reject) => {
      pool.connect((error, client, release) => {
        if (error || client === undefined) return reject(error);
        void client.query('SELECT 1', (failure: unknown) => {
          release();
          if (failure) reject(failure);
          else resolve();
        });
      });
    });
    expect(taken()).toBe('SELECT [client] db.response.returned_rows=1');
  });

  it('traces queries that submit themselves', async () => {
    const client = await pool.connect();
    const query = client.query(new pg.Query('SELECT 1 AS a'));
    const rows: unknown[] = [];
    query.on('row', (row: unknown) => rows.push(row));
    await new Promise((resolve) => query.on('end', resolve));
    client.release();
    expect(rows).toEqual([{ a: 1 }]);
    expect(taken()).toBe('SELECT [client]');
  });

  it('traces cursors whose return value is ignored', async () => {
    const client = await pool.connect();
    const read = new Cursor('SELECT n FROM generate_series(1, 250) AS s(n)');
    void client.query(read);
    let count = 0;
    for (let rows = await read.read(100); rows.length > 0; rows = await read.read(100)) {
      count += rows.length;
      if (count === 100) expect(tracing.recorder.openSpans).toHaveLength(1);
    }
    expect(count).toBe(250);
    const left = new Cursor('SELECT n FROM generate_series(1, 250) AS s(n)');
    void client.query(left);
    expect(await left.read(1)).toHaveLength(1);
    await left.close();
    const failing = new Cursor('SELECT $1::int', ['hunter2']);
    void client.query(failing);
    await expect(failing.read(1)).rejects.toThrow('hunter2');
    await client.query('SELECT 1');
    client.release();
    expect(taken()).toBe(
      [
        'SELECT [client]',
        'SELECT [client]',
        'SELECT [client] db.response.status_code=22P02 error.type=22P02 ERROR "invalid input syntax for type integer: ?"',
        'SELECT [client] db.response.returned_rows=1',
      ].join('\n\n'),
    );
  });

  it('keeps what cursors, streams and queries with events report in the context of the reader', async () => {
    const single = new pg.Pool({ ...connection, max: 1 });
    closing.push(() => single.end());
    const traced = tracedQueryable(single, source);
    const step = (name: string): void => tracing.tracer.startSpan(name).end();
    const series = 'SELECT n FROM generate_series(1, 250) AS s(n)';
    // Opens the connection, whose events then come in the context of this request.
    await tracing.tracer.trace('neighbour', () => traced.query('SELECT 1'));
    const inTrace = (name: string, work: (client: pg.PoolClient) => Promise<void>): Promise<void> =>
      tracing.tracer.trace(name, async () => {
        const client = await traced.connect();
        await work(client).finally(() => client.release());
      });
    await Promise.all([
      inTrace('cursor', async (client) => {
        const cursor = new Cursor(series);
        void client.query(cursor);
        await new Promise<void>((resolve, reject) => {
          cursor.read(10, (error: unknown) => {
            step('read');
            if (error) return reject(error);
            cursor.close(() => {
              step('closed');
              resolve();
            });
          });
        });
      }),
      inTrace('stream', async (client) => {
        const stream = client.query(new QueryStream(series));
        stream.once('data', () => step('first row'));
        stream.resume();
        await new Promise((resolve) => stream.on('end', resolve));
        step('last row');
      }),
      inTrace('iterated stream', async (client) => {
        let count = 0;
        for await (const _row of client.query(new QueryStream(series))) count++;
        expect(count).toBe(250);
        step('last row');
      }),
      inTrace('events', async (client) => {
        const query = client.query(new pg.Query('SELECT 1') as never) as unknown as EventEmitter;
        query.on('row', () => step('row'));
        await new Promise((resolve) => query.on('end', resolve));
        step('end');
      }),
    ]);
    expect(taken()).toBe(
      [
        ['neighbour', '  SELECT [client]'],
        ['cursor', '  SELECT [client]', '  read', '  closed'],
        ['stream', '  SELECT [client]', '  first row', '  last row'],
        ['iterated stream', '  SELECT [client]', '  last row'],
        ['events', '  SELECT [client]', '  row', '  end'],
      ]
        .map((lines) => lines.join('\n'))
        .join('\n\n'),
    );
  });

  it('hears notifications outside of the request that has opened the connection', async () => {
    const client = tracedQueryable(new pg.Client(connection), source);
    const heard: unknown[] = [];
    await tracing.tracer.trace('request', async () => {
      await client.connect();
      client.on('notification', ({ payload }) => {
        heard.push(payload);
        tracing.tracer.startSpan('heard').end();
      });
      await client.query(`LISTEN ${TABLE}`);
      await client.query(`NOTIFY ${TABLE}, 'hunter2'`);
    });
    await client.query(`SELECT pg_notify($1, 'again')`, [TABLE]);
    await client.query('UNLISTEN *');
    await client.end();
    expect(heard).toEqual(['hunter2', 'again']);
    expect(taken().split('\n\n').sort()).toEqual([
      'SELECT [client]',
      'UNLISTEN [client]',
      'heard',
      'heard',
      'request\n  LISTEN queries [client]\n  NOTIFY queries [client]',
    ]);
  });

  it('streams 10,000 rows within one span', async () => {
    const client = await pool.connect();
    const query = client.query(
      new pg.Query('SELECT n FROM generate_series(1, 10000) AS s(n)') as never,
    ) as unknown as pg.Query;
    let count = 0;
    query.on('row', () => {
      count++;
      if (count === 1) expect(tracing.recorder.openSpans).toHaveLength(1);
    });
    await new Promise((resolve) => query.on('end', resolve));
    client.release();
    expect(count).toBe(10_000);
    expect(taken()).toBe('SELECT [client]');
  });

  it.each([
    [
      'a constraint',
      `INSERT INTO ${TABLE} VALUES (7, 'hunter2'), (7, 'hunter2')`,
      'INSERT queries [client] db.response.status_code="23505" error.type="23505" ERROR "duplicate key value violates unique constraint \\"queries_pkey\\""',
    ],
    [
      'its syntax',
      `SELECT * FROM ${TABLE} WHERE hunter2 hunter2 'hunter2'`,
      'SELECT queries [client] db.response.status_code="42601" error.type="42601" ERROR "syntax error at or near ?"',
    ],
    [
      'a value',
      "SELECT 'hunter2'::int",
      'SELECT [client] db.response.status_code=22P02 error.type=22P02 ERROR "invalid input syntax for type integer: ?"',
    ],
    [
      'a missing table',
      'SELECT * FROM nothing',
      'SELECT nothing [client] db.response.status_code=42P01 error.type=42P01 ERROR "relation \\"nothing\\" does not exist"',
    ],
    [
      'a timeout',
      'SET statement_timeout = 20; SELECT pg_sleep(5)',
      'SET SELECT [client] db.response.status_code="57014" error.type="57014" ERROR "canceling statement due to statement timeout"',
    ],
  ])('shows why a query failed: %s', async (_, sql, text) => {
    const failing = pool.query(sql);
    await expect(failing).rejects.toBeInstanceOf(pg.DatabaseError);
    await rawPool.query('RESET statement_timeout');
    expect(taken()).toBe(text);
  });

  it('shows that the pool is exhausted', async () => {
    const clients = [await rawPool.connect(), await rawPool.connect()];
    await expect(pool.query('SELECT 1')).rejects.toThrow('timeout');
    for (const client of clients) client.release();
    expect(taken()).toBe(
      'SELECT [client] error.type=Error ERROR "timeout exceeded when trying to connect"',
    );
  });

  it('shows that the connection was lost', async () => {
    const client = tracedQueryable(new pg.Client(connection), source);
    client.on('error', () => {});
    await client.connect();
    const { rows } = await client.query('SELECT pg_backend_pid() AS pid');
    const pending = client.query('SELECT pg_sleep(5)');
    pending.catch(() => {});
    await rawPool.query('SELECT pg_terminate_backend($1)', [rows[0].pid]);
    await expect(pending).rejects.toThrow();
    expect(taken()).toBe(
      [
        'SELECT [client]',
        '',
        'SELECT [client] db.response.status_code=57P01 error.type=57P01 ERROR "terminating connection due to administrator command"',
      ].join('\n'),
    );
    await client.end();
  });

  it('shows which of two transactions failed in a deadlock', async () => {
    await rawPool.query(`INSERT INTO ${TABLE} VALUES (1, 'a'), (2, 'b')`);
    const [one, two] = [await pool.connect(), await pool.connect()];
    const lock = `UPDATE ${TABLE} SET name = $2 WHERE id = $1`;
    await one.query('BEGIN');
    await two.query('BEGIN');
    await one.query(lock, [1, 'x']);
    await two.query(lock, [2, 'x']);
    tracing.recorder.takeSpans();
    const outcomes = await Promise.allSettled([
      one.query(lock, [2, 'y']).catch(async (error: unknown) => {
        await one.query('ROLLBACK');
        throw error;
      }),
      two.query(lock, [1, 'y']).catch(async (error: unknown) => {
        await two.query('ROLLBACK');
        throw error;
      }),
    ]);
    await one.query('ROLLBACK');
    await two.query('ROLLBACK');
    one.release();
    two.release();
    await rawPool.query(`DELETE FROM ${TABLE}`);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(taken()).toContain(
      'UPDATE queries [client] db.response.status_code=40P01 error.type=40P01 ERROR "deadlock detected"',
    );
  });
});
