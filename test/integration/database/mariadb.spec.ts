import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import * as mysql from 'mysql2';
import * as promises from 'mysql2/promise';
import { tracedQueryable } from '../../../lib/database/index.js';
import { createTestTracing, traceAsText } from '../../../lib/testing/index.js';
import { isServiceThere, MARIADB } from '../../support/services.js';
import { dropTestTables, TABLE_PREFIX, withoutTablePrefix } from '../../support/test-tables.js';
import { untilSettled } from '../../support/until-settled.js';

const connection = { host: '127.0.0.1', port: 3306, user: 'root', database: 'test' };
const source = { system: 'mariadb', namespace: 'test', captureReturnedRows: true };
const ENDLESS =
  'SELECT count(*) FROM seq_1_to_1000000 a, seq_1_to_1000000 b WHERE a.seq * b.seq % 7 = 9';
const TABLE = `${TABLE_PREFIX}queries`;
const SHOWN = ['db.response.status_code', 'error.type', 'db.response.returned_rows'];

let tracing: ReturnType<typeof createTestTracing>;
let rawPool: promises.Pool;
let pool: promises.Pool;
let callbackPool: mysql.Pool;

const describeIfThere = (await isServiceThere(MARIADB)) ? describe : describe.skip;

describeIfThere('mysql2 on a real MariaDB', () => {
  beforeAll(async () => {
    rawPool = promises.createPool({ ...connection, connectionLimit: 2, queueLimit: 1 });
    await rawPool.query(`CREATE TABLE ${TABLE} (id int PRIMARY KEY, name text) ENGINE=InnoDB`);
    pool = tracedQueryable(rawPool, source);
    callbackPool = mysql.createPool(connection);
  });

  afterAll(async () => {
    await dropTestTables(async (sql) => (await rawPool.query(sql))[0] as { name: string }[]);
    await rawPool.end();
    await callbackPool.promise().end();
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

  const taken = (attributes = SHOWN): string =>
    withoutTablePrefix(traceAsText(tracing.recorder.takeSpans(), { attributes }));

  it('traces the promises of a client with callbacks, and counts no rows of a statement that writes', async () => {
    const traced = tracedQueryable(callbackPool, source).promise();
    await traced.query(`INSERT INTO ${TABLE} VALUES (77, 'promised')`);
    const [rows] = await traced.query(`DELETE FROM ${TABLE} WHERE id = 77 RETURNING id`);
    expect(rows).toEqual([{ id: 77 }]);
    expect(taken()).toBe(
      ['INSERT queries [client]', '', 'DELETE queries [client] db.response.returned_rows=1'].join(
        '\n',
      ),
    );
  });

  it('traces query and execute with promises', async () => {
    const [rows] = await pool.query('SELECT ? AS a', [42]);
    expect(rows).toEqual([{ a: 42 }]);
    await pool.execute(`SELECT * FROM ${TABLE} WHERE id = ?`, [1]);
    await pool.query({ sql: 'SELECT "hunter2" AS a' });
    expect(taken(['db.query.text', 'db.response.returned_rows'])).toBe(
      [
        'SELECT [client] db.query.text="SELECT ? AS a" db.response.returned_rows=1',
        '',
        'SELECT queries [client] db.query.text="SELECT * FROM queries WHERE id = ?" db.response.returned_rows=0',
        '',
        'SELECT [client] db.query.text="SELECT ? AS a" db.response.returned_rows=1',
      ].join('\n'),
    );
  });

  it('calls callbacks in the context that sent the query', async () => {
    const traced = tracedQueryable(callbackPool, source);
    await tracing.tracer.trace('work', async () => {
      await new Promise<void>((resolve, reject) => {
        traced.query('SELECT ? AS a', [1], (error) => {
          tracing.tracer.startSpan('after').end();
          if (error) reject(error);
          else resolve();
        });
      });
    });
    expect(taken()).toBe(
      ['work', '  SELECT [client] db.response.returned_rows=1', '  after'].join('\n'),
    );
  });

  it('traces each run of a prepared statement, with its parameters', async () => {
    const client = tracedQueryable(rawPool, { ...source, captureParameters: true });
    const connection = await client.getConnection();
    const statement = await connection.prepare(`SELECT * FROM ${TABLE} WHERE id = ?`);
    await statement.execute([1]);
    await statement.execute([2]);
    await statement.close();
    connection.release();
    expect(taken(['db.query.parameter.0', 'db.query.text'])).toBe(
      [1, 2]
        .map(
          (id) =>
            `SELECT queries [client] db.query.parameter.0="${id}" db.query.text="SELECT * FROM queries WHERE id = ?"`,
        )
        .join('\n\n'),
    );
  });

  it('shows which of two transactions failed in a deadlock', async () => {
    await rawPool.query(`INSERT INTO ${TABLE} VALUES (1, 'a'), (2, 'b')`);
    const [one, two] = [await pool.getConnection(), await pool.getConnection()];
    const lock = `UPDATE ${TABLE} SET name = ? WHERE id = ?`;
    for (const client of [one, two]) await client.query('START TRANSACTION');
    await one.query(lock, ['x', 1]);
    await two.query(lock, ['x', 2]);
    tracing.recorder.takeSpans();
    const outcomes = await Promise.allSettled([
      one.query(lock, ['y', 2]).finally(() => one.query('ROLLBACK')),
      two.query(lock, ['y', 1]).finally(() => two.query('ROLLBACK')),
    ]);
    for (const client of [one, two]) client.release();
    await rawPool.query(`DELETE FROM ${TABLE}`);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(taken()).toContain(
      'UPDATE queries [client] db.response.status_code="40001" error.type=ER_LOCK_DEADLOCK ERROR "Deadlock found',
    );
  });

  it.each([
    [
      'a constraint',
      `INSERT INTO ${TABLE} VALUES (7, 'hunter2'), (7, 'hunter2')`,
      'INSERT queries [client] db.response.status_code="23000" error.type=ER_DUP_ENTRY ERROR "Duplicate entry ?"',
    ],
    [
      'its syntax',
      `SELECT * FROM ${TABLE} WHERE hunter2 hunter2 'hunter2'`,
      `SELECT queries [client] db.response.status_code="42000" error.type=ER_PARSE_ERROR ERROR "You have an error in your SQL syntax; check the manual that corresponds to your MariaDB server version for the right syntax to use near ? at line 1"`,
    ],
  ])('shows why a query failed: %s', async (_, sql, text) => {
    await expect(pool.query(sql)).rejects.toThrow();
    expect(taken()).toBe(text);
  });

  it('shows that a query was cancelled', async () => {
    const client = await pool.getConnection();
    const [rows] = await client.query('SELECT connection_id() AS id');
    const pending = client.query(ENDLESS);
    const kill = `KILL QUERY ${(rows as { id: number }[])[0]?.id}`;
    await untilSettled(pending, () => rawPool.query(kill));
    await expect(pending).rejects.toThrow();
    client.release();
    expect(taken()).toContain('error.type=ER_QUERY_INTERRUPTED ERROR');
  });

  it('shows that the connection was lost', async () => {
    const client = tracedQueryable(await promises.createConnection(connection), source);
    client.on('error', () => {});
    const [rows] = await client.query('SELECT connection_id() AS id');
    const pending = client.query(ENDLESS);
    pending.catch(() => {});
    await rawPool.query(`KILL ${(rows as { id: number }[])[0]?.id}`);
    await expect(pending).rejects.toThrow();
    expect(taken()).toMatch(/SELECT seq_1_to_1000000 \[client\] .*error.type=\w+ ERROR/);
    client.destroy();
  });

  it('ends the span of an emitter with its events, which stay in the context of their listener', async () => {
    const single = mysql.createPool({ ...connection, connectionLimit: 1 });
    closing.push(() => single.promise().end());
    const traced = tracedQueryable(single, { system: 'mariadb' });
    const series = 'SELECT seq FROM seq_1_to_100';
    const step = (name: string): void => tracing.tracer.startSpan(name).end();
    // Opens the connection, whose events then come in the context of this request.
    await tracing.tracer.trace('neighbour', () => traced.promise().query('SELECT 1'));
    await Promise.all([
      tracing.tracer.trace('events', async () => {
        let count = 0;
        const query = traced.query(series);
        query.once('result', () => step('first row'));
        query.on('result', () => count++);
        await new Promise<void>((resolve, reject) => {
          query.on('error', reject).on('end', () => {
            step('last row');
            resolve();
          });
        });
        expect(count).toBe(100);
      }),
      tracing.tracer.trace('stream', async () => {
        const stream = traced.query(series).stream();
        stream.once('data', () => step('first row'));
        stream.resume();
        await new Promise((resolve) => stream.on('end', resolve));
        step('last row');
      }),
      tracing.tracer.trace('failing stream', async () => {
        const stream = traced.query('SELECT * FROM nothing').stream();
        await new Promise<void>((resolve) => {
          stream.on('error', () => {
            step('failed');
            resolve();
          });
          stream.resume();
        });
      }),
    ]);
    expect(taken(['error.type']).replace(/ERROR .*/, 'ERROR')).toBe(
      [
        ['neighbour', '  SELECT [client]'],
        ['events', '  SELECT seq_1_to_100 [client]', '  first row', '  last row'],
        ['stream', '  SELECT seq_1_to_100 [client]', '  first row', '  last row'],
        [
          'failing stream',
          '  SELECT nothing [client] error.type=ER_NO_SUCH_TABLE ERROR',
          '  failed',
        ],
      ]
        .map((lines) => lines.join('\n'))
        .join('\n\n'),
    );
  });

  it('traces prepare and execute with callbacks, in the context of their caller', async () => {
    const single = mysql.createPool({ ...connection, connectionLimit: 1 });
    closing.push(() => single.promise().end());
    const traced = tracedQueryable(single, source);
    await tracing.tracer.trace('neighbour', () => traced.promise().query('SELECT 1'));
    await tracing.tracer.trace('work', async () => {
      await new Promise<void>((resolve, reject) => {
        traced.getConnection((refused, client) => {
          if (refused) return reject(refused);
          client.prepare('SELECT ? AS a', (unprepared, statement) => {
            if (unprepared) return reject(unprepared);
            tracing.tracer.startSpan('prepared').end();
            statement.execute([1], (error) => {
              tracing.tracer.startSpan('executed').end();
              statement.close();
              client.execute('SELECT ? AS b', [2], (failure) => {
                client.unprepare('SELECT ? AS b');
                client.release();
                if (error || failure) reject(error ?? failure);
                else resolve();
              });
            });
          });
        });
      });
      tracing.tracer.startSpan('released').end();
    });
    const read = '  SELECT [client] db.response.returned_rows=1';
    expect(taken()).toBe(
      [
        ...['neighbour', read, '', 'work', '  prepared', read, '  executed', read, '  released'],
      ].join('\n'),
    );
  });

  it('traces a cluster of pools, with callbacks and with promises', async () => {
    const rawCluster = mysql.createPoolCluster();
    closing.push(() => rawCluster.end());
    rawCluster.add('one', { ...connection, connectionLimit: 1 });
    rawCluster.add('two', { ...connection, connectionLimit: 1 });
    const cluster = tracedQueryable(rawCluster, { ...source, connectionWaitThresholdMillis: 0 });
    await tracing.tracer.trace('callbacks', async () => {
      await new Promise<void>((resolve, reject) => {
        cluster.getConnection('one', (refused, client) => {
          if (refused) return reject(refused);
          client.query('SELECT 1', (error) => {
            client.release();
            tracing.tracer.startSpan('after').end();
            if (error) reject(error);
            else resolve();
          });
        });
      });
      await new Promise<void>((resolve, reject) => {
        cluster.of('*').query('SELECT 2', (error) => (error ? reject(error) : resolve()));
      });
    });
    const read = 'SELECT [client] db.response.returned_rows=1';
    expect(taken()).toBe(
      [
        'callbacks',
        '  connect test [client]',
        `  ${read}`,
        '  after',
        `  ${read}`,
        '    connect test [client]',
      ].join('\n'),
    );
    const rawPromises = promises.createPoolCluster();
    closing.push(() => rawPromises.end());
    rawPromises.add('one', { ...connection, connectionLimit: 1 });
    const withPromises = tracedQueryable(rawPromises, {
      ...source,
      connectionWaitThresholdMillis: 0,
    });
    await tracing.tracer.trace('promises', async () => {
      const client = await withPromises.getConnection('one');
      await client.query('SELECT 3');
      client.release();
      await withPromises.of('one').execute('SELECT 4');
      await expect(withPromises.of('three').query('SELECT 5')).rejects.toThrow('Not exist');
      await expect(withPromises.getConnection('three')).rejects.toThrow('Not exist');
    });
    const failure = 'error.type=POOL_NOEXIST ERROR "Pool does Not exist."';
    expect(taken().replace(/ exception Error/g, '')).toBe(
      [
        'promises',
        '  connect test [client]',
        `  ${read}`,
        `  ${read}`,
        '    connect test [client]',
        `  SELECT [client] db.response.status_code=POOL_NOEXIST ${failure}`,
        `  connect test [client] ${failure}`,
      ].join('\n'),
    );
  });

  it('shows that the pool is exhausted', async () => {
    const clients = [await rawPool.getConnection(), await rawPool.getConnection()];
    const waiting = pool.query('SELECT 1');
    await expect(pool.query('SELECT 2')).rejects.toThrow('Queue limit reached');
    for (const client of clients) client.release();
    await waiting;
    expect(taken()).toContain('SELECT [client] error.type=Error ERROR "Queue limit reached."');
  });
});
