import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import * as mysql from 'mysql2/promise';
import pg from 'pg';
import { DataSource } from 'typeorm';
import { traceDataSource, tracedQueryable } from '../../../lib/database/index.js';
import { createTestTracing } from '../../../lib/testing/index.js';
import { isServiceThere, MARIADB, POSTGRESQL } from '../../support/services.js';

const SENT = {
  postgresql: 'SELECT query AS text FROM pg_stat_activity WHERE pid = pg_backend_pid()',
  mariadb: 'SELECT info AS text FROM information_schema.processlist WHERE id = connection_id()',
};
const sqlCommenter = true;

let tracing: ReturnType<typeof createTestTracing>;

beforeEach(() => {
  tracing = createTestTracing();
});

afterEach(() => {
  tracing.close();
  tracing.recorder.verify();
});

/** The text that the server must have received for the last query. */
function commented(text: string): string {
  const span = tracing.recorder.takeSpan();
  const { traceId, spanId } = span.spanContext();
  expect(span.attributes['db.query.text']).not.toContain('traceparent');
  return `${text} /*traceparent='00-${traceId}-${spanId}-01'*/`;
}

const describeOnPostgresql = (await isServiceThere(POSTGRESQL)) ? describe : describe.skip;
const describeOnMariadb = (await isServiceThere(MARIADB)) ? describe : describe.skip;

describeOnPostgresql('the comment, on PostgreSQL', () => {
  const connection = { host: '127.0.0.1', user: 'postgres', database: 'test' };
  let raw: pg.Client;
  let client: pg.Client;

  beforeAll(async () => {
    raw = new pg.Client(connection);
    await raw.connect();
    client = tracedQueryable(raw, { system: 'postgresql', sqlCommenter });
  });

  afterAll(() => raw.end());

  it('reaches the server, with parameters and without', async () => {
    const plain = await client.query(SENT.postgresql);
    expect(plain.rows[0].text).toBe(commented(SENT.postgresql));
    const text = `${SENT.postgresql} AND pid > $1`;
    const parameterised = await client.query(text, [0]);
    expect(parameterised.rows[0].text).toBe(commented(text));
  });

  it('reaches the server through TypeORM', async () => {
    const options = { host: '127.0.0.1', username: 'postgres', database: 'test' };
    const dataSource = new DataSource({ type: 'postgres', ...options });
    await traceDataSource(dataSource, { sqlCommenter }).initialize();
    tracing.recorder.takeSpans();
    const [row] = await dataSource.query(SENT.postgresql);
    await dataSource.destroy();
    expect(row.text).toBe(commented(SENT.postgresql));
  });

  it.each([
    'SELECT 1 AS a -- to the end',
    'SELECT 1 AS a;',
    'SELECT 1 AS a; SELECT 2 AS a;',
    'SELECT /* there is one */ 1 AS a',
    "SELECT '--' AS a",
    'SELECT $$ /* $$ AS a',
    "SELECT E'\\'' AS a",
    '(SELECT 1 AS a) UNION (SELECT 2) ORDER BY a ;\n',
    'WITH one AS (SELECT 1 AS a) SELECT * FROM one',
    'VALUES (1), (2)',
    'SHOW server_encoding',
    'BEGIN; ROLLBACK;',
    '',
  ])('breaks no statement: %j', async (text) => {
    const rowsOf = (result: unknown): unknown =>
      [result].flat().map((one) => (one as pg.QueryResult).rows);
    expect(rowsOf(await client.query(text))).toEqual(rowsOf(await raw.query(text)));
    tracing.recorder.takeSpans();
  });

  it('leaves prepared statements alone, whose text must not change under their name', async () => {
    const text = `${SENT.postgresql} AND pid > $1`;
    for (let count = 0; count < 2; count++) {
      const { rows } = await client.query({ name: 'sent', text, values: [0] });
      expect(rows[0].text).toBe(text);
    }
    tracing.recorder.takeSpans();
  });

  it('leaves queries that submit themselves alone', async () => {
    const query = client.query(new pg.Query(SENT.postgresql));
    const rows: unknown[] = [];
    query.on('row', (row: unknown) => rows.push(row));
    await new Promise((resolve) => query.on('end', resolve));
    expect(rows).toEqual([{ text: SENT.postgresql }]);
    tracing.recorder.takeSpans();
  });
});

describeOnMariadb('the comment, on MariaDB', () => {
  const connection = { host: '127.0.0.1', user: 'root', database: 'test' };
  let raw: mysql.Connection;
  let client: mysql.Connection;

  beforeAll(async () => {
    raw = await mysql.createConnection({ ...connection, multipleStatements: true });
    client = tracedQueryable(raw, { system: 'mariadb', sqlCommenter });
  });

  afterAll(() => raw.end());

  it('reaches the server, with parameters and without', async () => {
    const [plain] = await client.query(SENT.mariadb);
    expect(plain).toEqual([{ text: commented(SENT.mariadb) }]);
    const [rows] = await client.query(`${SENT.mariadb} AND id > ?`, [0]);
    // This driver inserts the parameters into the text.
    expect(rows).toEqual([{ text: commented(`${SENT.mariadb} AND id > 0`) }]);
  });

  it('reaches the server through TypeORM', async () => {
    const options = { host: '127.0.0.1', username: 'root', database: 'test' };
    const dataSource = new DataSource({ type: 'mariadb', ...options });
    await traceDataSource(dataSource, { sqlCommenter }).initialize();
    tracing.recorder.takeSpans();
    const rows = await dataSource.query(SENT.mariadb);
    await dataSource.destroy();
    expect(rows).toEqual([{ text: commented(SENT.mariadb) }]);
  });

  it('is added to `execute` only with `including-cached-statements`', async () => {
    const [rows] = await client.execute(SENT.mariadb);
    expect(rows).toEqual([{ text: SENT.mariadb }]);
    tracing.recorder.takeSpans();
    const told = tracedQueryable(raw, {
      system: 'mariadb',
      sqlCommenter: 'including-cached-statements',
    });
    const [commentedRows] = await told.execute(SENT.mariadb);
    expect(commentedRows).toEqual([{ text: commented(SENT.mariadb) }]);
  });

  it.each([
    'SELECT 1 AS a -- to the end',
    'SELECT 1 AS a # to the end',
    'SELECT 1 AS a;',
    'SELECT 1 AS a; SELECT 2 AS a ; ',
    "SELECT 'it\\'s' AS a",
    'SELECT "#" AS a',
    'SELECT /*! 1 + */ 1 AS a',
    '(SELECT 1 AS a) UNION (SELECT 2) ORDER BY a ;\n',
    'SHOW VARIABLES LIKE "version"',
  ])('breaks no statement: %j', async (text) => {
    expect((await client.query(text))[0]).toEqual((await raw.query(text))[0]);
    tracing.recorder.takeSpans();
  });
});
