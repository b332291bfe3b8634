import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import postgres from 'postgres';
import { contextStorage } from '../../../lib/context/index.js';
import { type PostgresTracingOptions, tracedPostgres } from '../../../lib/database/index.js';
import { createTestTracing, type TestTracing, traceAsText } from '../../../lib/testing/index.js';
import { freePort } from '../../support/free-port.js';
import { isServiceThere, POSTGRESQL } from '../../support/services.js';
import { dropTestTables, TABLE_PREFIX } from '../../support/test-tables.js';
import { until } from '../../support/until.js';

const describeIfThere = (await isServiceThere(POSTGRESQL)) ? describe : describe.skip;
const TABLE = `${TABLE_PREFIX}postgres_js`;

let tracing: TestTracing;
let opened: postgres.Sql[];

beforeEach(() => {
  tracing = createTestTracing();
  opened = [];
});

afterEach(async () => {
  await contextStorage.runSuppressed(() =>
    Promise.all(opened.map((sql) => sql.end({ timeout: 1 }))),
  );
  tracing.close();
  tracing.recorder.verify();
});

/** A traced instance that is connected already. */
async function open(
  options: postgres.Options<Record<string, never>> = {},
  tracingOptions?: PostgresTracingOptions,
): Promise<postgres.Sql> {
  const untraced = postgres({
    host: '127.0.0.1',
    port: 5432,
    user: 'postgres',
    database: 'test',
    onnotice() {},
    ...options,
  });
  opened.push(untraced);
  await contextStorage.runSuppressed(async () => {
    await untraced.unsafe(`DROP TABLE IF EXISTS ${TABLE}`);
    await untraced.unsafe(
      `CREATE TABLE ${TABLE} (id int UNIQUE DEFERRABLE INITIALLY DEFERRED, name text)`,
    );
  });
  return tracedPostgres(untraced, tracingOptions);
}

afterEach(() =>
  contextStorage.runSuppressed(async () => {
    const sql = postgres({ host: '127.0.0.1', user: 'postgres', database: 'test', onnotice() {} });
    await dropTestTables(async (text) => [...(await sql.unsafe<{ name: string }[]>(text))]);
    await sql.end();
  }),
);

/** Waits until the server runs a query, for at most 5 s. */
async function untilRuns(text: string): Promise<void> {
  const observer = postgres({ host: '127.0.0.1', user: 'postgres', database: 'test' });
  opened.push(observer);
  const find = () =>
    observer`SELECT 1 FROM pg_stat_activity WHERE state = 'active' AND query = ${text}`;
  for (let count = 0; count < 500; count++) {
    if ((await find()).length > 0) return;
    await setTimeout(10);
  }
  throw new Error(`The server does not run ${text}`);
}

const taken = (...attributes: string[]): string =>
  traceAsText(tracing.recorder.takeSpans(), { attributes });

const inWork = <T>(work: () => Promise<T>): Promise<T> => tracing.tracer.trace('work', work);

describeIfThere('queries of postgres.js', () => {
  it('show the text with its fragments and helpers, and the database of the instance', async () => {
    const sql = await open();
    await inWork(async () => {
      await sql`INSERT INTO ${sql(TABLE)} ${sql([
        { id: 1, name: 'Nina' },
        { id: 2, name: 'Otis' },
      ])}`;
      const onlyNina = sql`AND name = ${'Nina'}`;
      const rows =
        await sql`SELECT ${sql(['id', 'name'])} FROM ${sql(TABLE)} WHERE id > ${0} ${onlyNina}`;
      expect([...rows]).toEqual([{ id: 1, name: 'Nina' }]);
    });
    expect(taken('db.query.text', 'db.namespace', 'server.address', 'server.port')).toBe(
      [
        'work',
        `  INSERT ${TABLE} [client] db.namespace=test db.query.text="INSERT INTO \\"${TABLE}\\" (\\"id\\",\\"name\\")values($1,$2),($3,$4)" server.address=127.0.0.1 server.port=5432`,
        `  SELECT ${TABLE} [client] db.namespace=test db.query.text="SELECT \\"id\\",\\"name\\" FROM \\"${TABLE}\\" WHERE id > $1 AND name = $2" server.address=127.0.0.1 server.port=5432`,
      ].join('\n'),
    );
  });

  it('have a span when they are awaited, wherever they were created', async () => {
    const sql = await open();
    const query = await tracing.tracer.trace('creates', async () => [sql`SELECT 1 AS a`]);
    expect(taken()).toBe('creates');
    await inWork(async () => {
      await query[0];
      // Awaited again, it is not sent again.
      await query[0];
      sql`SELECT 2 AS never_sent`;
    });
    expect(taken()).toBe('work\n  SELECT [client]');
  });

  it('have one span for unsafe, file, simple, values and describe', async () => {
    const sql = await open();
    const path = join(tmpdir(), `nestjs-traced-${process.pid}.sql`);
    writeFileSync(path, "SELECT 'of a file' AS a");
    await inWork(async () => {
      expect([...(await sql.unsafe('SELECT $1::text AS a', ['x']))]).toEqual([{ a: 'x' }]);
      expect([...(await sql.file(path))]).toEqual([{ a: 'of a file' }]);
      expect(await sql`SELECT 1 AS a; SELECT 2 AS b`.simple()).toHaveLength(2);
      expect([...(await sql`SELECT ${1}::int`.values())]).toEqual([[1]]);
      const described = await sql`SELECT ${1}::int AS a`.describe();
      expect(described.columns.map(({ name }) => name)).toEqual(['a']);
    });
    expect(taken('db.query.text')).toBe(
      [
        'work',
        '  SELECT [client] db.query.text="SELECT $1::text AS a"',
        '  SELECT [client] db.query.text="SELECT ? AS a"',
        '  SELECT [client] db.query.text="SELECT ? AS a; SELECT ? AS b"',
        '  SELECT [client] db.query.text="SELECT $1::int"',
        '  SELECT [client] db.query.text="SELECT $1::int AS a"',
      ].join('\n'),
    );
  });

  it('count rows, also of several statements, of cursors and of forEach', async () => {
    const sql = await open({}, { captureReturnedRows: true });
    await inWork(async () => {
      await sql`SELECT 1 AS a; SELECT n FROM generate_series(1, 2) AS n`.simple();
      await sql`SELECT n FROM generate_series(1, 25) AS n`.cursor(10, async () => {});
      await sql`SELECT n FROM generate_series(1, 4) AS n`.forEach(() => {});
      await sql`SELECT n, ARRAY[n] FROM generate_series(1, 2) AS n`.values();
      for await (const rows of sql`SELECT n FROM generate_series(1, 5) AS n`.cursor(2)) {
        expect(rows.length).toBeLessThanOrEqual(2);
      }
      await sql`UPDATE ${sql(TABLE)} SET id = 1`;
    });
    expect(taken('db.response.returned_rows')).toBe(
      [
        'work',
        ...[3, 25, 4, 2, 5].map((count) => `  SELECT [client] db.response.returned_rows=${count}`),
        `  UPDATE ${TABLE} [client] db.response.returned_rows=0`,
      ].join('\n'),
    );
  });

  it('keep their traces apart on one connection, and in functions that get rows', async () => {
    const sql = await open({ max: 1 });
    const { tracer } = tracing;
    const found: string[] = [];
    const note = (index: number) => {
      const { name } = tracer.activeSpan as unknown as { name: string };
      if (name !== `work ${index}`) found.push(`${name} in work ${index}`);
    };
    const indices = Array.from({ length: 20 }, (_, index) => index);
    await Promise.all(
      indices.map((index) =>
        tracer.trace(`work ${index}`, async () => {
          await sql`SELECT ${index}::int`.forEach(() => {
            note(index);
          });
          note(index);
          await sql`SELECT ${index}::int`.cursor(async () => note(index));
        }),
      ),
    );
    expect(found).toEqual([]);
    expect(taken()).toBe(
      indices.map((index) => `work ${index}\n  SELECT [client]\n  SELECT [client]`).join('\n\n'),
    );
  });

  it('show what COPY takes and gives in one span each', async () => {
    const sql = await open();
    const rows = await inWork(async () => {
      const copyIn = await sql`COPY ${sql(TABLE)} FROM STDIN`.writable();
      await pipeline(Readable.from(['1\tNina\n', '2\tOtis\n']), copyIn);
      const copyOut = await sql`COPY ${sql(TABLE)} TO STDOUT`.readable();
      const chunks = await copyOut.toArray();
      return Buffer.concat(chunks).toString();
    });
    expect(rows).toBe('1\tNina\n2\tOtis\n');
    await until(
      () => tracing.recorder.openSpans.length === 0,
      () => 'open',
    );
    expect(taken()).toBe(`work\n  COPY ${TABLE} [client]\n  COPY ${TABLE} [client]`);
  });

  it('show a query that is cancelled while it runs, and none that was not sent', async () => {
    const sql = await open({ max: 1 });
    await inWork(async () => {
      const slow = sql`SELECT pg_sleep(20) AS ${sql(TABLE)}`.execute();
      // A server that has not begun the query ignores that it is cancelled.
      await contextStorage.runSuppressed(() => untilRuns(`SELECT pg_sleep(20) AS "${TABLE}"`));
      slow.cancel();
      await expect(slow).rejects.toThrow('canceling statement');
      const reserved = await sql.reserve();
      const waiting = sql`SELECT 1`.execute();
      await Promise.resolve();
      waiting.cancel();
      await expect(waiting).rejects.toThrow('canceling statement');
      reserved.release();
    });
    expect(taken('db.response.status_code')).toBe(
      'work\n  SELECT [client] db.response.status_code="57014" ERROR "canceling statement due to user request"',
    );
  });

  it('show a value that cannot be sent as the failure of the query', async () => {
    const sql = await open();
    await inWork(async () => {
      await expect(sql`SELECT ${undefined as never}`).rejects.toThrow('UNDEFINED_VALUE');
    });
    expect(taken()).toBe(
      'work\n  test [client] ERROR "UNDEFINED_VALUE: Undefined values are not allowed"',
    );
  });

  it('have no span for a file that cannot be read', async () => {
    const sql = await open();
    await inWork(() => expect(sql.file('/nowhere.sql')).rejects.toThrow('ENOENT'));
    expect(taken()).toBe('work');
  });

  it('show a failed wait for a connection', async () => {
    const port = await freePort();
    const sql = tracedPostgres(
      postgres({ host: '127.0.0.1', port, user: 'postgres', database: 'test' }),
    );
    await inWork(() => expect(sql`SELECT 1`).rejects.toThrow('ECONNREFUSED'));
    expect(taken('error.type').replaceAll(String(port), 'PORT')).toBe(
      'work\n  connect test [client] error.type=ECONNREFUSED ERROR "connect ECONNREFUSED 127.0.0.1:PORT"',
    );
  });

  it('send the comment with texts that are not prepared under a name', async () => {
    const sql = await open({}, { sqlCommenter: true });
    const read = 'SELECT query FROM pg_stat_activity WHERE pid = pg_backend_pid()';
    await inWork(async () => {
      const [plain] = await sql.unsafe(read);
      expect(plain?.query).toMatch(/ \/\*traceparent='00-[0-9a-f]{32}-[0-9a-f]{16}-01'\*\/$/);
      const [prepared] = await sql`SELECT query FROM pg_stat_activity WHERE pid = pg_backend_pid()`;
      expect(prepared?.query).toBe(read);
    });
    expect(taken('db.query.text')).toBe(
      [
        'work',
        ...[1, 2].map(() => `  SELECT pg_stat_activity [client] db.query.text="${read}"`),
      ].join('\n'),
    );
  });
});

describeIfThere('transactions of postgres.js', () => {
  it('contain the code of their function, savepoints and pipelined queries', async () => {
    const sql = await open();
    await inWork(async () => {
      await sql.begin('read write', async (inner) => {
        await tracing.tracer.trace('own code', async () => {
          await inner`INSERT INTO ${sql(TABLE)} VALUES (1, 'Nina')`;
        });
        await inner
          .savepoint('first', async (nested) => {
            await nested`SELECT 1`;
            throw new Error('no');
          })
          .catch(() => {});
        await inner.savepoint((nested) => nested`SELECT 2`);
      });
      const results = await sql.begin((inner) => [inner`SELECT 1 AS a`, inner`SELECT 2 AS a`]);
      expect(results.map(([row]) => row?.a)).toEqual([1, 2]);
    });
    expect(taken('db.query.text')).toBe(
      [
        'work',
        '  transaction',
        '    BEGIN [client] db.query.text="begin read write"',
        '    own code',
        `      INSERT ${TABLE} [client] db.query.text="INSERT INTO \\"${TABLE}\\" VALUES (?, ?)"`,
        '    SAVEPOINT [client] db.query.text="savepoint \\"s0_first\\""',
        '    SELECT [client] db.query.text="SELECT ?"',
        '    ROLLBACK TO SAVEPOINT [client] db.query.text="rollback to \\"s0_first\\""',
        '    SAVEPOINT [client] db.query.text="savepoint \\"s1\\""',
        '    SELECT [client] db.query.text="SELECT ?"',
        '    COMMIT [client] db.query.text=commit',
        '  transaction',
        '    BEGIN [client] db.query.text=begin',
        '    SELECT [client] db.query.text="SELECT ? AS a"',
        '    SELECT [client] db.query.text="SELECT ? AS a"',
        '    COMMIT [client] db.query.text=commit',
      ].join('\n'),
    );
  });

  it('show the ROLLBACK after a failed query whose error the function handled', async () => {
    const sql = await open();
    await inWork(async () => {
      const failing = sql.begin(async (inner) => {
        await inner`SELECT 1 / ${0}::int AS a`.catch(() => {});
      });
      await expect(failing).rejects.toThrow('division by zero');
    });
    expect(taken()).toBe(
      [
        'work',
        '  transaction',
        '    BEGIN [client]',
        '    SELECT [client] ERROR "division by zero"',
        '    ROLLBACK [client]',
      ].join('\n'),
    );
  });

  it('fail with their COMMIT', async () => {
    const sql = await open();
    await inWork(async () => {
      const failing = sql.begin((inner) => inner`INSERT INTO ${sql(TABLE)} VALUES (1), (1)`);
      await expect(failing).rejects.toThrow('duplicate key');
    });
    const message = `"duplicate key value violates unique constraint \\"${TABLE}_id_key\\""`;
    expect(taken()).toBe(
      [
        'work',
        `  transaction ERROR ${message}`,
        '    BEGIN [client]',
        `    INSERT ${TABLE} [client]`,
        `    COMMIT [client] ERROR ${message}`,
      ].join('\n'),
    );
  });

  it('fail if their connection is lost', async () => {
    const sql = await open();
    await inWork(async () => {
      const failing = sql.begin(async (inner) => {
        const [row] = await inner`SELECT pg_backend_pid() AS pid`;
        await contextStorage.runSuppressed(() =>
          sql`SELECT pg_terminate_backend(${row?.pid})`.execute(),
        );
        await new Promise(() => {});
      });
      await expect(failing).rejects.toThrow('CONNECTION_CLOSED');
    });
    expect(taken()).toBe(
      [
        'work',
        '  transaction ERROR "write CONNECTION_CLOSED 127.0.0.1:5432"',
        '    BEGIN [client]',
        '    SELECT [client]',
      ].join('\n'),
    );
  });

  it('can use a reserved connection', async () => {
    const sql = await open();
    await inWork(async () => {
      const reserved = await sql.reserve();
      await reserved`BEGIN`;
      await reserved`SELECT 1`;
      await reserved`ROLLBACK`;
      reserved.release();
    });
    expect(taken()).toBe('work\n  BEGIN [client]\n  SELECT [client]\n  ROLLBACK [client]');
  });
});

describeIfThere('notifications of postgres.js', () => {
  it('have spans for what is sent, and are received outside of any trace', async () => {
    const sql = await open();
    const received: unknown[] = [];
    const listener = (payload: string) => {
      received.push([payload, tracing.tracer.activeSpan === undefined]);
    };
    await inWork(async () => {
      const first = await sql.listen('nestjs_traced', listener);
      const second = await sql.listen('nestjs_traced', listener);
      await sql.notify('nestjs_traced', 'hello');
      await until(
        () => received.length === 2,
        () => received,
      );
      await first.unlisten();
      await second.unlisten();
    });
    expect(received).toEqual([
      ['hello', true],
      ['hello', true],
    ]);
    expect(taken('db.query.text')).toBe(
      [
        'work',
        '  LISTEN nestjs_traced [client] db.query.text="listen \\"nestjs_traced\\""',
        '  SELECT [client] db.query.text="select pg_notify($1, $2)"',
        '  UNLISTEN nestjs_traced [client] db.query.text="unlisten \\"nestjs_traced\\""',
      ].join('\n'),
    );
  });
});
