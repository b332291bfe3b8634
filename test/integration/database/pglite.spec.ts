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
  it('sets all attributes that it knows', async () => {
    const { rows } = await client.query('SELECT $1::int AS a', [42]);
    expect(rows).toEqual([{ a: 42 }]);
    expect(tracing.recorder.takeSpan().attributes).toEqual({
      'db.system.name': 'postgresql',
      'db.query.summary': 'SELECT',
      'db.query.text': 'SELECT $1::int AS a',
      'db.response.returned_rows': 1,
    });
  });

  it('gives several statements one span, and counts their rows', async () => {
    await client.exec("INSERT INTO queries VALUES (1, 'a'); DELETE FROM queries;");
    await client.exec('SELECT 1; SELECT 2 UNION SELECT 3');
    expect(taken(['db.query.text', 'db.response.returned_rows'])).toBe(
      [
        'INSERT queries DELETE queries [client] db.query.text="INSERT INTO queries VALUES (?, ?); DELETE FROM queries;" db.response.returned_rows=0',
        'SELECT [client] db.query.text="SELECT ?; SELECT ? UNION SELECT ?" db.response.returned_rows=3',
      ].join('\n\n'),
    );
  });

  it('gives a template a span', async () => {
    const { rows } = await client.sql`SELECT ${'x'}::text AS a`;
    expect(rows).toEqual([{ a: 'x' }]);
    expect(taken(['db.query.text'])).toBe('SELECT [client] db.query.text="SELECT $1::text AS a"');
  });

  it('gives the queries of a transaction spans, with savepoints', async () => {
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
        '  ROLLBACK TO SAVEPOINT [client]',
      ].join('\n'),
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
  ])('shows why a query failed: %s', async (_, sql, text) => {
    await expect(client.query(sql)).rejects.toThrow('hunter2');
    expect(taken()).toBe(text);
  });
});
