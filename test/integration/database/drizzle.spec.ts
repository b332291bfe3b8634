import { PGlite } from '@electric-sql/pglite';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { eq, sql } from 'drizzle-orm';
import { drizzle as drizzleOnMysql } from 'drizzle-orm/mysql2';
import { drizzle as drizzleOnPg } from 'drizzle-orm/node-postgres';
import { integer, pgTable, text } from 'drizzle-orm/pg-core';
import { drizzle as drizzleOnPglite } from 'drizzle-orm/pglite';
import { drizzle as drizzleOnPostgresJs } from 'drizzle-orm/postgres-js';
import mysql from 'mysql2/promise';
import pg from 'pg';
import postgres from 'postgres';
import { tracedPostgres, tracedQueryable } from '../../../lib/database/index.js';
import { createTestTracing, traceAsText } from '../../../lib/testing/index.js';
import { isServiceThere, MARIADB, POSTGRESQL } from '../../support/services.js';

const TABLE = `nt_drizzle_${process.pid}`;
const songs = pgTable(TABLE, { id: integer().primaryKey(), title: text() });
const SHOWN = ['db.response.status_code', 'error.type', 'db.response.returned_rows'];

let tracing: ReturnType<typeof createTestTracing>;

beforeEach(() => {
  tracing = createTestTracing();
});

afterEach(() => {
  tracing.close();
  tracing.recorder.verify();
});

const taken = (): string =>
  traceAsText(tracing.recorder.takeSpans(), { attributes: SHOWN }).replaceAll(TABLE, 'songs');

const source = { system: 'postgresql', namespace: 'test', captureReturnedRows: true };

interface Postgres {
  readonly name: string;
  readonly isThere: boolean;
  readonly open: () => Promise<{
    readonly db: ReturnType<typeof drizzleOnPg>;
    readonly close: () => Promise<unknown>;
  }>;
  /** False if `tracedQueryable` does not see BEGIN and COMMIT: PGlite sends them by itself. */
  readonly showsBegin: boolean;
}

/** The errors of Drizzle repeat the query and its parameters: each call fails with `secret` in its message. */
interface FailingCalls {
  readonly parameter: (secret: string) => Promise<unknown>;
  readonly literal: (secret: string) => Promise<unknown>;
  readonly transaction: (secret: string) => Promise<unknown>;
}

/** Checks that no span shows a value of a query that failed: neither its own, nor those that the error passes. */
async function expectNoSecret(calls: FailingCalls): Promise<void> {
  const secret = 'hunter2secret';
  const isSecretIn = (error: unknown): boolean => String((error as Error).message).includes(secret);
  for (const call of Object.values(calls)) {
    const wrapping = async (): Promise<never> => {
      try {
        return (await call(secret)) as never;
      } catch (cause) {
        throw new Error(`The order failed: ${(cause as Error).message}`, { cause });
      }
    };
    const errors = await Promise.all(
      [() => call(secret), wrapping].map((work) =>
        tracing.tracer
          .trace('outer', () => tracing.tracer.trace('inner', work))
          .catch((error: unknown) => error),
      ),
    );
    expect(errors.map(isSecretIn)).toEqual([true, true]);
    const spans = tracing.recorder.takeSpans();
    const failed = spans.filter(({ status }) => status.code === 2).map(({ name }) => name);
    expect(failed.filter((name) => name === 'inner' || name === 'outer')).toHaveLength(4);
    expect(failed.length).toBeGreaterThanOrEqual(6);
    const shown = spans.map(({ attributes, status, events }) => [attributes, status, events]);
    expect(JSON.stringify(shown)).not.toContain(secret);
    expect(JSON.stringify(shown)).toContain('Failed query: ');
  }
}

const databases: Postgres[] = [
  {
    name: 'pg on a real PostgreSQL',
    isThere: await isServiceThere(POSTGRESQL),
    showsBegin: true,
    open: async () => {
      const connection = { host: '127.0.0.1', port: 5432, user: 'postgres', database: 'test' };
      const pool = new pg.Pool({ ...connection, max: 2 });
      return { db: drizzleOnPg(tracedQueryable(pool, source)), close: () => pool.end() };
    },
  },
  {
    name: 'PGlite',
    isThere: true,
    showsBegin: false,
    open: async () => {
      const client = await PGlite.create();
      const db = drizzleOnPglite(tracedQueryable(client, source));
      return { db: db as never, close: () => client.close() };
    },
  },
];

describe.each(databases)('Drizzle on $name', ({ isThere, open, showsBegin }) => {
  const itIfThere = isThere ? it : it.skip;
  let db: ReturnType<typeof drizzleOnPg>;
  let close: () => Promise<unknown>;

  beforeAll(async () => {
    if (!isThere) return;
    ({ db, close } = await open());
    await db.execute(sql`DROP TABLE IF EXISTS ${songs}`);
    await db.execute(sql`CREATE TABLE ${songs} (id int PRIMARY KEY, title text)`);
  }, 30_000);

  afterAll(async () => {
    if (!isThere) return;
    await db.execute(sql`DROP TABLE ${songs}`);
    await close();
  });

  itIfThere('sets all attributes that it knows', async () => {
    expect(await db.select().from(songs).where(eq(songs.id, 42))).toEqual([]);
    expect(tracing.recorder.takeSpan().attributes).toEqual({
      'db.system.name': 'postgresql',
      'db.namespace': 'test',
      'db.query.summary': `SELECT ${TABLE}`,
      'db.query.text': `select "id", "title" from "${TABLE}" where "${TABLE}"."id" = $1`,
      'db.response.returned_rows': 0,
    });
  });

  itIfThere('shows the queries of a transaction and of a nested one', async () => {
    await tracing.tracer.trace('work', () =>
      db.transaction(async (tx) => {
        await tx.insert(songs).values({ id: 1, title: 'one' });
        await tx.transaction(async (nested) => {
          await nested.delete(songs);
        });
      }),
    );
    const lines = [
      'BEGIN',
      'INSERT songs',
      'SAVEPOINT',
      'DELETE songs',
      'RELEASE SAVEPOINT',
      'COMMIT',
    ];
    const shown = showsBegin ? lines : lines.slice(1, -1);
    expect(taken().replaceAll(' [client] db.response.returned_rows=0', '')).toBe(
      ['work', ...shown.map((line) => `  ${line}`)].join('\n'),
    );
  });

  itIfThere('shows why a query failed, and no value on any span', async () => {
    const failing = tracing.tracer.trace('work', () =>
      db.transaction(async (tx) => {
        await tx.insert(songs).values({ id: 1, title: 'hunter2' });
        await tx.insert(songs).values({ id: 1, title: 'hunter2' });
      }),
    );
    await expect(failing).rejects.toThrow('hunter2');
    const spans = tracing.recorder.takeSpans();
    const failed = spans.filter(({ name, status }) => name !== 'work' && status.code !== 0);
    const work = spans.find(({ name }) => name === 'work');
    expect(work?.status.message?.replace(TABLE, 'songs')).toBe(
      'Failed query: insert into "songs" ("id", "title") values ($1, $2)',
    );
    const text = traceAsText(failed, { attributes: SHOWN }).replaceAll(TABLE, 'songs');
    expect(text.replace(', parent missing', '')).toBe(
      'INSERT songs [client] db.response.status_code="23505" error.type="23505" ERROR "duplicate key value violates unique constraint \\"songs_pkey\\""',
    );
    const shown = spans.map(({ attributes, status, events }) => [attributes, status, events]);
    expect(JSON.stringify(shown)).not.toContain('hunter2');
  });

  itIfThere('shows no value of a failed query on any span, whatever wraps its error', () =>
    expectNoSecret({
      parameter: (secret) => db.execute(sql`SELECT ${secret}::int`),
      literal: (secret) => db.execute(sql.raw(`SELECT '${secret}'::int`)),
      transaction: (secret) =>
        db.transaction(async (tx) => {
          await tx.execute(sql`SELECT ${secret}::int`);
        }),
    }),
  );
});

const describeIfMariadb = (await isServiceThere(MARIADB)) ? describe : describe.skip;

describeIfMariadb('Drizzle on mysql2 and a real MariaDB', () => {
  let pool: mysql.Pool;

  beforeAll(() => {
    pool = mysql.createPool({ host: '127.0.0.1', user: 'root', database: 'test' });
  });

  afterAll(async () => {
    await pool.end();
  });

  it('shows queries and transactions', async () => {
    const db = drizzleOnMysql(tracedQueryable(pool, { system: 'mariadb', namespace: 'test' }));
    await db.execute(sql`SELECT ${1} AS a`);
    await db.transaction(async (tx) => {
      await tx.execute(sql`SELECT ${2} AS a FROM seq_1_to_2`);
    });
    expect(taken()).toBe(
      ['SELECT [client]', 'BEGIN [client]', 'SELECT seq_1_to_2 [client]', 'COMMIT [client]'].join(
        '\n\n',
      ),
    );
  });

  it('shows no value of a failed query on any span, whatever wraps its error', async () => {
    const db = drizzleOnMysql(tracedQueryable(pool, { system: 'mariadb', namespace: 'test' }));
    await expectNoSecret({
      parameter: (secret) => db.execute(sql`SET sql_mode = ${secret}`),
      literal: (secret) => db.execute(sql.raw(`SET sql_mode = '${secret}'`)),
      transaction: (secret) =>
        db.transaction(async (tx) => {
          await tx.execute(sql`SET sql_mode = ${secret}`);
        }),
    });
  });
});

((await isServiceThere(POSTGRESQL)) ? describe : describe.skip)('Drizzle on postgres.js', () => {
  it('puts the queries of its transactions into their span', async () => {
    const options = { host: '127.0.0.1', user: 'postgres', database: 'test' };
    const client = tracedPostgres(postgres(options));
    const db = drizzleOnPostgresJs(client);
    await tracing.tracer.trace('work', async () => {
      expect([...(await db.execute(sql`SELECT ${1}::int AS a`))]).toEqual([{ a: 1 }]);
      await db.transaction(async (inner) => void (await inner.execute(sql`SELECT 2`)));
    });
    await client.end();
    expect(taken()).toBe(
      [
        'work',
        '  SELECT [client]',
        '  transaction',
        '    BEGIN [client]',
        '    SELECT [client]',
        '    COMMIT [client]',
      ].join('\n'),
    );
  });
});
