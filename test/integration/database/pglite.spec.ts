import { PGlite } from '@electric-sql/pglite';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { tracedQueryable } from '../../../lib/database/index.js';
import { createTestTracing, traceAsText } from '../../../lib/testing/index.js';

let tracing: ReturnType<typeof createTestTracing>;
let raw: PGlite;
let client: PGlite;

beforeAll(async () => {
  raw = await PGlite.create();
  await raw.query('CREATE TABLE queries (id int PRIMARY KEY, name text)');
  client = tracedQueryable(raw, { system: 'postgresql', captureReturnedRows: true });
});

afterAll(() => raw.close());

beforeEach(() => {
  tracing = createTestTracing();
});

afterEach(() => {
  tracing.close();
  tracing.recorder.verify();
});

const SHOWN = ['db.response.status_code', 'db.response.returned_rows'];
const taken = (attributes = SHOWN): string =>
  traceAsText(tracing.recorder.takeSpans(), { attributes });

describe('PGlite', () => {
  it('has a span for a query, with what is known of it', async () => {
    const { rows } = await client.query('SELECT $1::int AS a', [42]);
    expect(rows).toEqual([{ a: 42 }]);
    expect(tracing.recorder.takeSpan().attributes).toEqual({
      'db.system.name': 'postgresql',
      'db.query.summary': 'SELECT',
      'db.query.text': 'SELECT $1::int AS a',
      'db.response.returned_rows': 1,
    });
  });

  it('has a span for several statements at once', async () => {
    await client.exec("INSERT INTO queries VALUES (1, 'a'); DELETE FROM queries;");
    expect(taken(['db.query.text'])).toBe(
      'INSERT queries DELETE queries [client] db.query.text="INSERT INTO queries VALUES (?, ?); DELETE FROM queries;"',
    );
  });

  it('has a span for a template', async () => {
    const { rows } = await client.sql`SELECT ${'x'}::text AS a`;
    expect(rows).toEqual([{ a: 'x' }]);
    expect(taken(['db.query.text'])).toBe('SELECT [client] db.query.text="SELECT $1::text AS a"');
  });

  it('has spans for what happens in a transaction, savepoints too', async () => {
    await tracing.tracer.trace('work', () =>
      client.transaction(async (transaction) => {
        await transaction.query('INSERT INTO queries VALUES ($1, $2)', [1, 'a']);
        await transaction.exec('SAVEPOINT halfway');
        await transaction.sql`INSERT INTO queries VALUES (${2}, ${'b'})`;
        await transaction.exec('ROLLBACK TO SAVEPOINT halfway');
      }),
    );
    expect((await raw.query('SELECT id FROM queries')).rows).toEqual([{ id: 1 }]);
    await raw.query('DELETE FROM queries');
    expect(taken([])).toBe(
      [
        'work',
        '  INSERT queries [client]',
        '  SAVEPOINT [client]',
        '  INSERT queries [client]',
        '  ROLLBACK [client]',
      ].join('\n'),
    );
  });

  it('has spans for what a transaction did that was rolled back', async () => {
    const failing = client.transaction(async (transaction) => {
      await transaction.query("INSERT INTO queries VALUES (1, 'a')");
      await transaction.query("INSERT INTO queries VALUES (1, 'hunter2')");
    });
    await expect(failing).rejects.toThrow('duplicate key');
    expect((await raw.query('SELECT * FROM queries')).rows).toEqual([]);
    expect(taken()).toBe(
      [
        'INSERT queries [client] db.response.returned_rows=0',
        'INSERT queries [client] db.response.status_code="23505" ERROR "duplicate key value violates unique constraint \\"queries_pkey\\""',
      ].join('\n\n'),
    );
  });

  it.each([
    [
      'its syntax',
      "SELECT * FROM queries WHERE hunter2 hunter2 'hunter2'",
      'SELECT queries [client] db.response.status_code="42601" ERROR "syntax error at or near ?"',
    ],
    [
      'a value',
      "SELECT 'hunter2'::int",
      'SELECT [client] db.response.status_code=22P02 ERROR "invalid input syntax for type integer: ?"',
    ],
  ])('says why a query failed: %s', async (_, sql, text) => {
    await expect(client.query(sql)).rejects.toThrow('hunter2');
    expect(taken()).toBe(text);
  });

  it('has one span for 10,000 rows', async () => {
    const { rows } = await client.query('SELECT n FROM generate_series(1, 10000) AS s(n)');
    expect(rows).toHaveLength(10_000);
    expect(taken()).toBe('SELECT [client] db.response.returned_rows=10000');
  });
});
