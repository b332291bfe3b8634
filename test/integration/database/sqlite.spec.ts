import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { tracedQueryable } from '../../../lib/database/index.js';
import { createTestTracing, type TestTracing, traceAsText } from '../../../lib/testing/index.js';
import { betterSqlites } from '../../support/better-sqlite.js';
import { type NodeSqliteDatabase, nodeSqlite } from '../../support/node-sqlite.js';

let tracing: TestTracing;

beforeEach(() => {
  tracing = createTestTracing();
});

afterEach(() => {
  tracing.close();
  tracing.recorder.verify();
});

const taken = (...attributes: string[]): string =>
  traceAsText(tracing.recorder.takeSpans(), { attributes });

describe.each(betterSqlites())('$name', ({ isThere, open }) => {
  (isThere ? it : it.skip)(
    'shows transactions around their queries, without a span for savepoints',
    async () => {
      const database = tracedQueryable(await open(), { system: 'sqlite' });
      const read = (value: number) => database.prepare('SELECT ? AS a').all(value);
      const nested = database.transaction((value: number) => read(value));
      const run = database.transaction((value: number) => [...read(value), ...nested(value + 1)]);
      expect(run.database).toBeDefined();
      await tracing.tracer.trace('work', async () => {
        expect([run(1), run.immediate(3)]).toEqual([
          [{ a: 1 }, { a: 2 }],
          [{ a: 3 }, { a: 4 }],
        ]);
        const failing = database.transaction(() => {
          throw new Error('no');
        });
        expect(failing).toThrow('no');
      });
      const transaction = ['  transaction', '    SELECT [client]', '    SELECT [client]'];
      expect(taken()).toBe(['work', ...transaction, ...transaction, '  transaction'].join('\n'));
    },
  );
});

const sqlite = nodeSqlite();

(sqlite === undefined ? describe.skip : describe)('node:sqlite', () => {
  let database: NodeSqliteDatabase;

  beforeEach(() => {
    const { DatabaseSync } = sqlite as NonNullable<typeof sqlite>;
    database = tracedQueryable(new DatabaseSync(':memory:'), {
      system: 'sqlite',
      captureReturnedRows: true,
    });
    database.exec('CREATE TABLE songs (id INTEGER PRIMARY KEY, title TEXT UNIQUE)');
    tracing.recorder.takeSpans();
  });

  afterEach(() => database.close());

  it('has a span for each run of a statement, and for each template of a tag store', () => {
    database.prepare('INSERT INTO songs VALUES ($id, $title)').run({ $id: 1, $title: 'hunter2' });
    expect(database.prepare('SELECT title FROM songs').get()).toEqual({ title: 'hunter2' });
    const rows = database.prepare('SELECT id FROM songs').iterate();
    expect([...rows]).toEqual([{ id: 1 }]);
    const tags = database.createTagStore?.();
    if (tags !== undefined)
      expect(tags.get`SELECT id FROM songs WHERE id = ${1}`).toEqual({ id: 1 });
    const text = taken('db.query.text');
    expect(text.split('\n\n').slice(0, 3)).toEqual([
      'INSERT songs [client] db.query.text="INSERT INTO songs VALUES ($id, $title)"',
      'SELECT songs [client] db.query.text="SELECT title FROM songs"',
      'SELECT songs [client] db.query.text="SELECT id FROM songs"',
    ]);
    expect(text.includes('WHERE id = ?')).toBe(tags !== undefined);
  });

  it('shows the code of a violated index, and no values', () => {
    const insert = database.prepare("INSERT INTO songs VALUES (1, 'hunter2')");
    insert.run();
    tracing.recorder.takeSpans();
    expect(() => insert.run()).toThrow('UNIQUE constraint failed');
    expect(taken('db.response.status_code', 'error.type', 'db.query.text')).toBe(
      'INSERT songs [client] db.query.text="INSERT INTO songs VALUES (?, ?)" db.response.status_code="1555" error.type=ERR_SQLITE_ERROR ERROR "UNIQUE constraint failed: songs.id"',
    );
  });
});
