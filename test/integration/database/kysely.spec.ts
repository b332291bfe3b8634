import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Dialect, Kysely, MysqlDialect, PostgresDialect, sql } from 'kysely';
import mysql from 'mysql2';
import pg from 'pg';
import { tracedKyselyDialect, tracedQueryable } from '../../../lib/database/index.js';
import { createTestTracing, traceAsText } from '../../../lib/testing/index.js';
import { isServiceThere, MARIADB, POSTGRESQL } from '../../support/services.js';

interface Song {
  id: number;
  title: string;
}

const TABLE = `nt_kysely_${process.pid}`;
type Tables = { [TABLE: string]: Song };

const source = {
  system: 'postgresql',
  namespace: 'test',
  serverAddress: '127.0.0.1',
  serverPort: 5432,
};
const connection = { host: '127.0.0.1', port: 5432, user: 'postgres', database: 'test' };
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

async function createTable(db: Kysely<Tables>): Promise<void> {
  await db.schema.dropTable(TABLE).ifExists().execute();
  await db.schema
    .createTable(TABLE)
    .addColumn('id', 'integer', (column) => column.primaryKey())
    .addColumn('title', 'varchar(100)', (column) => column.notNull())
    .execute();
  tracing?.recorder.takeSpans();
}

const describeIfPostgres = (await isServiceThere(POSTGRESQL)) ? describe : describe.skip;

describeIfPostgres('Kysely on a real PostgreSQL', () => {
  let pool: pg.Pool;
  let db: Kysely<Tables>;
  const logged: string[] = [];

  beforeAll(async () => {
    pool = new pg.Pool({ ...connection, max: 2, connectionTimeoutMillis: 1000 });
    pool.on('error', () => {});
    // A query must have one span, although the pool is traced too.
    const traced = tracedQueryable(pool, source);
    db = new Kysely<Tables>({
      dialect: tracedKyselyDialect(new PostgresDialect({ pool: traced }), {
        ...source,
        captureReturnedRows: true,
      }),
      log: ({ query }) => void logged.push(query.sql),
    });
    await createTable(db);
  });

  afterAll(async () => {
    await db.schema.dropTable(TABLE).execute();
    await db.destroy();
  });

  it('sets all attributes that it knows, once for a traced driver below', async () => {
    await db.selectFrom(TABLE).selectAll().where('id', '=', 42).execute();
    expect(tracing.recorder.takeSpan().attributes).toEqual({
      'db.system.name': 'postgresql',
      'db.namespace': 'test',
      'server.address': '127.0.0.1',
      'server.port': 5432,
      'db.query.summary': `SELECT ${TABLE}`,
      'db.query.text': `select * from "${TABLE}" where "id" = $1`,
      'db.response.returned_rows': 0,
    });
    expect(logged).toContain(`select * from "${TABLE}" where "id" = $1`);
  });

  it('leaves queries of a span inside a transaction below that span', async () => {
    await tracing.tracer.trace('work', () =>
      db.transaction().execute(async (trx) => {
        await trx.insertInto(TABLE).values({ id: 1, title: 'one' }).execute();
        await tracing.tracer.trace('inner', () => trx.deleteFrom(TABLE).execute());
      }),
    );
    expect(taken()).toBe(
      [
        'work',
        '  transaction',
        '    BEGIN [client] db.response.returned_rows=0',
        '    INSERT songs [client] db.response.returned_rows=0',
        '    COMMIT [client] db.response.returned_rows=0',
        '  inner',
        '    DELETE songs [client] db.response.returned_rows=0',
      ].join('\n'),
    );
  });

  it('shows a rollback after a violated constraint', async () => {
    const failing = db.transaction().execute(async (trx) => {
      await trx.insertInto(TABLE).values({ id: 1, title: 'hunter2' }).execute();
      await trx.insertInto(TABLE).values({ id: 1, title: 'hunter2' }).execute();
    });
    await expect(failing).rejects.toBeInstanceOf(pg.DatabaseError);
    expect(taken()).toBe(
      [
        'transaction',
        '  BEGIN [client] db.response.returned_rows=0',
        '  INSERT songs [client] db.response.returned_rows=0',
        '  INSERT songs [client] db.response.status_code="23505" error.type="23505" ERROR "duplicate key value violates unique constraint \\"songs_pkey\\""',
        '  ROLLBACK [client] db.response.returned_rows=0',
      ].join('\n'),
    );
  });

  it('shows the savepoints of a controlled transaction', async () => {
    const trx = await db.startTransaction().execute();
    const after = await trx.savepoint('here').execute();
    await after.insertInto(TABLE).values({ id: 2, title: 'two' }).execute();
    await after.rollbackToSavepoint('here').execute();
    await trx.rollback().execute();
    expect(taken().replaceAll(' [client] db.response.returned_rows=0', '')).toBe(
      [
        'transaction',
        '  BEGIN',
        '  SAVEPOINT',
        '  INSERT songs',
        '  ROLLBACK TO SAVEPOINT',
        '  ROLLBACK',
      ].join('\n'),
    );
  });

  it('shows that a transaction could not be committed', async () => {
    const failing = db.transaction().execute(async (trx) => {
      await sql`CREATE TEMPORARY TABLE nt_late (id int UNIQUE DEFERRABLE INITIALLY DEFERRED)`.execute(
        trx,
      );
      await sql`INSERT INTO nt_late VALUES (1), (1)`.execute(trx);
    });
    await expect(failing).rejects.toThrow('duplicate key');
    const late =
      'db.response.status_code="23505" error.type="23505" ERROR "duplicate key value violates unique constraint \\"nt_late_id_key\\""';
    expect(taken().replaceAll(' db.response.returned_rows=0', '')).toBe(
      [
        `transaction ${late.slice(late.indexOf('error.type'))}`,
        '  BEGIN [client]',
        '  CREATE TABLE nt_late [client]',
        '  INSERT nt_late [client]',
        `  COMMIT [client] ${late}`,
        '  ROLLBACK [client]',
      ].join('\n'),
    );
  });

  it('names the span to the database', async () => {
    const dialect = tracedKyselyDialect(new PostgresDialect({ pool }), {
      ...source,
      sqlCommenter: true,
    });
    const commenting = new Kysely<Tables>({ dialect });
    const { rows } = await sql<{ query: string }>`
      SELECT query FROM pg_stat_activity WHERE pid = pg_backend_pid()`.execute(commenting);
    const { traceId, spanId } = tracing.recorder.takeSpan().spanContext();
    expect(rows[0]?.query).toContain(`/*traceparent='00-${traceId}-${spanId}-01'*/`);
  });

  it('shows that no connection was available', async () => {
    const clients = [await pool.connect(), await pool.connect()];
    const failing = tracing.tracer.trace('work', () => db.selectFrom(TABLE).selectAll().execute());
    await expect(failing).rejects.toThrow('timeout');
    for (const client of clients) client.release();
    expect(taken()).toBe(
      [
        'work error.type=Error ERROR "timeout exceeded when trying to connect" exception Error',
        '  connect test [client] error.type=Error ERROR "timeout exceeded when trying to connect"',
      ].join('\n'),
    );
  });
});

const describeIfMariadb = (await isServiceThere(MARIADB)) ? describe : describe.skip;

describeIfMariadb('Kysely on a real MariaDB', () => {
  let db: Kysely<Tables>;

  beforeAll(async () => {
    const pool = mysql.createPool({ host: '127.0.0.1', user: 'root', database: 'test' });
    const dialect: Dialect = tracedKyselyDialect(new MysqlDialect({ pool }), {
      system: 'mariadb',
      namespace: 'test',
      captureReturnedRows: true,
    });
    db = new Kysely<Tables>({ dialect });
    await createTable(db);
  });

  afterAll(async () => {
    await db.schema.dropTable(TABLE).execute();
    await db.destroy();
  });

  it.each([
    ['query', () => db.selectFrom('nt_nothing').selectAll().execute()],
    [
      'stream',
      async () => {
        for await (const _row of db.selectFrom('nt_nothing').selectAll().stream());
      },
    ],
  ])('shows why a %s failed', async (_, run) => {
    await expect(run()).rejects.toMatchObject({ code: 'ER_NO_SUCH_TABLE' });
    expect(taken().replace(/ERROR .*/, 'ERROR')).toBe(
      'SELECT nt_nothing [client] db.response.status_code=42S02 error.type=ER_NO_SUCH_TABLE ERROR',
    );
  });
});
