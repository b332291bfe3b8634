import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import knex, { type Knex } from 'knex';
import { traceKnex } from '../../../lib/database/index.js';
import { createTestTracing, traceAsText } from '../../../lib/testing/index.js';
import { isServiceThere, MARIADB, POSTGRESQL } from '../../support/services.js';

const TABLE = `nt_knex_${process.pid}`;
const SHOWN = ['db.response.status_code', 'error.type', 'db.response.returned_rows'];

let tracing: ReturnType<typeof createTestTracing>;
let db: Knex;

beforeEach(() => {
  tracing = createTestTracing();
});

afterEach(() => {
  tracing.close();
  tracing.recorder.verify();
});

const taken = (): string =>
  traceAsText(tracing.recorder.takeSpans(), { attributes: SHOWN }).replaceAll(TABLE, 'songs');

async function createTable(): Promise<void> {
  await db.schema.dropTableIfExists(TABLE);
  await db.schema.createTable(TABLE, (table) => {
    table.integer('id').primary();
    table.string('title').notNullable();
  });
}

const describeIfPostgres = (await isServiceThere(POSTGRESQL)) ? describe : describe.skip;

describeIfPostgres('Knex on a real PostgreSQL', () => {
  beforeAll(async () => {
    db = traceKnex(
      knex({
        client: 'pg',
        connection: {
          host: '127.0.0.1',
          port: 5432,
          user: 'postgres',
          password: 'hunter2',
          database: 'test',
        },
        pool: { min: 0, max: 2 },
        acquireConnectionTimeout: 200,
        log: { warn() {} },
      }),
      { captureReturnedRows: true },
    );
    await createTable();
  });

  afterAll(async () => {
    await db.schema.dropTable(TABLE);
    await db.destroy();
  });

  it('sets all attributes that it knows', async () => {
    expect(await db(TABLE).where({ id: 42 })).toEqual([]);
    expect(tracing.recorder.takeSpan().attributes).toEqual({
      'db.system.name': 'postgresql',
      'db.namespace': 'test',
      'server.address': '127.0.0.1',
      'server.port': 5432,
      'db.query.summary': `SELECT ${TABLE}`,
      'db.query.text': `select * from "${TABLE}" where "id" = $1`,
      'db.response.returned_rows': 0,
    });
  });

  it('puts everything that a transaction does into its span', async () => {
    await tracing.tracer.trace('work', () =>
      db.transaction(async (trx) => {
        await trx(TABLE).insert({ id: 1, title: 'one' });
        await tracing.tracer.trace('inner', () => trx(TABLE).delete());
        await trx.transaction(async (nested) => {
          await nested.raw('SELECT 1');
        });
      }),
    );
    expect(taken().replaceAll(/ \[client\] db.response.returned_rows=\d/g, '')).toBe(
      [
        'work',
        '  transaction',
        '    BEGIN',
        '    INSERT songs',
        '    inner',
        '      DELETE songs',
        '    SAVEPOINT',
        '    SELECT',
        '    RELEASE SAVEPOINT',
        '    COMMIT',
      ].join('\n'),
    );
  });

  it('shows a transaction that the user ends, and nothing around later queries', async () => {
    await tracing.tracer.trace('work', async () => {
      const trx = await db.transaction();
      await trx(TABLE).insert({ id: 1, title: 'one' });
      await trx.rollback();
      await db(TABLE).first();
    });
    expect(taken().replaceAll(/ \[client\] db.response.returned_rows=\d/g, '')).toBe(
      [
        'work',
        '  transaction',
        '    BEGIN',
        '    INSERT songs',
        '    ROLLBACK',
        '  SELECT songs',
      ].join('\n'),
    );
  });

  it('shows a rollback after a violated constraint, without values', async () => {
    const failing = db.transaction(async (trx) => {
      await trx(TABLE).insert({ id: 4711, title: 'hunter2' });
      await trx.raw(`INSERT INTO ${TABLE} VALUES (4711, 'hunter2')`);
    });
    await expect(failing).rejects.toThrow('4711');
    const spans = tracing.recorder.takeSpans();
    expect(JSON.stringify(spans.map(({ status, attributes }) => [status, attributes]))).not.toMatch(
      /hunter2|\b4711\b/,
    );
    expect(traceAsText(spans, { attributes: SHOWN }).replaceAll(TABLE, 'songs')).toBe(
      [
        'transaction',
        '  BEGIN [client] db.response.returned_rows=0',
        '  INSERT songs [client] db.response.returned_rows=0',
        '  INSERT songs [client] db.response.status_code="23505" error.type="23505" ERROR "duplicate key value violates unique constraint \\"songs_pkey\\""',
        '  ROLLBACK [client] db.response.returned_rows=0',
      ].join('\n'),
    );
  });

  it('shows that a transaction could not be committed', async () => {
    const failing = db.transaction(async (trx) => {
      await trx.raw('CREATE TEMPORARY TABLE nt_late (id int UNIQUE DEFERRABLE INITIALLY DEFERRED)');
      await trx.raw('INSERT INTO nt_late VALUES (1), (1)');
    });
    await expect(failing).rejects.toThrow('duplicate key');
    const late =
      'error.type="23505" ERROR "duplicate key value violates unique constraint \\"nt_late_id_key\\""';
    expect(taken().replaceAll(' db.response.returned_rows=0', '')).toBe(
      [
        `transaction ${late}`,
        '  BEGIN [client]',
        '  CREATE TABLE nt_late [client]',
        '  INSERT nt_late [client]',
        `  COMMIT [client] db.response.status_code="23505" ${late}`,
      ].join('\n'),
    );
  });

  it('shows that no connection was available', async () => {
    const held = [await db.client.acquireConnection(), await db.client.acquireConnection()];
    const failure =
      'error.type=KnexTimeoutError ERROR "Knex: Timeout acquiring a connection. The pool is probably full. Are you missing a .transacting(trx) call?"';
    const outcomes = [];
    for (const run of [() => db(TABLE).first(), () => db.transaction(async () => {})]) {
      await expect(run()).rejects.toThrow('pool is probably full');
      outcomes.push(taken());
    }
    for (const connection of held) await db.client.releaseConnection(connection);
    expect(outcomes).toEqual([
      `connect test [client] ${failure}`,
      [`transaction ${failure}`, `  connect test [client] ${failure}`].join('\n'),
    ]);
  });

  it('tells how a query ended that Knex no longer waited for', async () => {
    const query = db.raw('SELECT pg_sleep(5)').timeout(20, { cancel: true });
    await expect(query).rejects.toThrow('query timeout of 20ms');
    const spans = await tracing.recorder.takeNextSpans(2);
    expect(traceAsText(spans, { attributes: SHOWN })).toBe(
      [
        'SELECT [client] db.response.status_code="57014" error.type="57014" ERROR "canceling statement due to user request"',
        '',
        'SELECT [client] db.response.returned_rows=1',
      ].join('\n'),
    );
  });

  it('traces migrations', async () => {
    const migrationSource = {
      getMigrations: async () => ['one'],
      getMigrationName: (name: string) => name,
      getMigration: async () => ({
        up: (trx: Knex) => trx.raw(`UPDATE ${TABLE} SET title = 'x'`),
        down: async () => {},
      }),
    };
    const tableName = `${TABLE}_migrations`;
    await db.migrate.latest({ migrationSource, tableName });
    const names = tracing.recorder.takeSpans().map(({ name }) => name.replace(TABLE, 'songs'));
    expect(names.slice(-5)).toEqual([
      'UPDATE songs',
      'INSERT songs_migrations',
      'UPDATE songs_migrations_lock',
      'COMMIT',
      'transaction',
    ]);
    await db.schema.dropTable(tableName).dropTable(`${tableName}_lock`);
    tracing.recorder.takeSpans();
  });

  it('shows no value of a query on a span that records its error', async () => {
    const failing = tracing.tracer.trace('work', () => db.raw('SELECT 4711 / 0'));
    await expect(failing).rejects.toThrow('4711');
    const spans = tracing.recorder.takeSpans();
    expect(spans.map(({ name }) => name).sort()).toEqual(['SELECT', 'work']);
    const told = spans.map(({ status, events, attributes }) => [status, events, attributes]);
    expect(JSON.stringify(told)).not.toMatch(/\b4711\b/);
    expect(JSON.stringify(told)).toContain('division by zero');
  });

  it('names the span to the database, and not to the events of Knex', async () => {
    const commenting = traceKnex(
      knex({ client: 'pg', connection: 'postgres://postgres@127.0.0.1:5432/test' }),
      { sqlCommenter: true },
    );
    const queries: unknown[] = [];
    commenting.on('query-response', (_rows, { sql }) => queries.push(sql));
    const text = 'SELECT query FROM pg_stat_activity WHERE pid = pg_backend_pid()';
    const { rows } = await commenting.raw(text);
    await commenting.destroy();
    const { traceId, spanId } = tracing.recorder.takeSpan().spanContext();
    expect(rows[0].query).toBe(`${text} /*traceparent='00-${traceId}-${spanId}-01'*/`);
    expect(queries).toEqual([text]);
  });

  it('traces clones', async () => {
    await db.withUserParams({ a: 1 })(TABLE).first();
    expect(taken()).toBe('SELECT songs [client] db.response.returned_rows=0');
  });
});

const describeIfMariadb = (await isServiceThere(MARIADB)) ? describe : describe.skip;

describeIfMariadb('Knex on a real MariaDB', () => {
  beforeAll(() => {
    db = traceKnex(
      knex({ client: 'mysql2', connection: 'mysql://root@127.0.0.1:3306/test', pool: { min: 0 } }),
      { system: 'mariadb', captureReturnedRows: true },
    );
  });

  afterAll(async () => {
    await db.destroy();
  });

  it('finds the database in the settings, and counts rows', async () => {
    await db.raw('SELECT 1 UNION SELECT 2');
    expect(tracing.recorder.takeSpan().attributes).toEqual({
      'db.system.name': 'mariadb',
      'db.namespace': 'test',
      'server.address': '127.0.0.1',
      'server.port': 3306,
      'db.query.summary': 'SELECT',
      'db.query.text': 'SELECT ? UNION SELECT ?',
      'db.response.returned_rows': 2,
    });
  });

  it.each([
    ['query', () => db('nt_nothing')],
    [
      'stream',
      async () => {
        const stream = db('nt_nothing').stream();
        // Knex releases its connection only then.
        const closed = new Promise((resolve) => stream.on('close', resolve));
        try {
          for await (const _row of stream);
        } finally {
          await closed;
        }
      },
    ],
  ])('shows why a %s failed', async (_, run) => {
    await expect(run()).rejects.toMatchObject({ code: 'ER_NO_SUCH_TABLE' });
    expect(taken().replace(/ERROR .*/, 'ERROR')).toBe(
      'SELECT nt_nothing [client] db.response.status_code=42S02 error.type=ER_NO_SUCH_TABLE ERROR',
    );
  });
});
