import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DataSource, type MigrationInterface, type QueryRunner } from 'typeorm';
import { TracedDataSource, traceDataSource } from '../../../lib/database/index.js';
import { createTestTracing, traceAsText } from '../../../lib/testing/index.js';
import { ArtistSchema, SongSchema } from './songs.js';

class AddPlays1700000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE TABLE plays (id integer)');
  }
  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE plays');
  }
}

let dataSource: DataSource;
let tracing: ReturnType<typeof createTestTracing>;

beforeEach(async () => {
  dataSource = await new DataSource({
    type: 'sqljs',
    entities: [ArtistSchema, SongSchema],
    migrations: [AddPlays1700000000000],
    synchronize: true,
  }).initialize();
  tracing = createTestTracing();
  traceDataSource(dataSource);
});

afterEach(async () => {
  await dataSource.destroy();
  tracing.close();
  tracing.recorder.verify();
});

function taken(attributes: string[] = ['error.type']): string {
  return traceAsText(tracing.recorder.takeSpans(), { attributes });
}

describe('a traced DataSource', () => {
  it('sets all attributes that it knows', async () => {
    await dataSource.query('SELECT * FROM artists WHERE id = ?', [42]);
    expect(tracing.recorder.takeSpan().attributes).toEqual({
      'db.system.name': 'sqlite',
      'db.query.summary': 'SELECT artists',
      'db.query.text': 'SELECT * FROM artists WHERE id = ?',
    });
  });

  it('shows no number that TypeORM writes into a text', async () => {
    const artists = dataSource.getRepository(ArtistSchema);
    await artists.insert({ id: 4711, name: 'Nina' });
    await artists.find({ where: { id: 4711, name: 'Nina' }, take: 4711 });
    const texts = tracing.recorder.takeSpans().map(({ attributes }) => attributes['db.query.text']);
    expect(texts).toEqual([
      expect.stringMatching(/^INSERT INTO "artists"/),
      expect.stringMatching(/^SELECT .* WHERE .* LIMIT \?$/),
    ]);
    expect(JSON.stringify(texts)).not.toMatch(/\b4711\b/);
  });

  it('shows the transaction of a save', async () => {
    await dataSource.manager.save(SongSchema, {
      id: 1,
      title: 'Sinnerman',
      artist: { id: 1, name: 'Nina' },
    });
    expect(taken()).toBe(
      [
        'SELECT songs [client]',
        '',
        'SELECT artists [client]',
        '',
        'transaction',
        '  BEGIN [client]',
        '  INSERT artists [client]',
        '  INSERT songs [client]',
        '  COMMIT [client]',
      ].join('\n'),
    );
  });

  it('names the two queries that read a page of entities by their tables', async () => {
    const artists = dataSource.getRepository(ArtistSchema);
    await artists.insert({ id: 1, name: 'Nina' });
    tracing.recorder.takeSpans();
    await tracing.tracer.trace('work', () => artists.find({ relations: { songs: true }, take: 5 }));
    expect(taken()).toBe(
      ['work', '  SELECT artists songs [client]', '  SELECT artists songs [client]'].join('\n'),
    );
  });

  it('puts everything that a transaction does into its span, with savepoints', async () => {
    await tracing.tracer.trace('work', () =>
      dataSource.transaction(async (manager) => {
        await manager.insert(ArtistSchema, { id: 1, name: 'Nina' });
        await tracing.tracer.trace('inner', async () => {
          await manager.transaction(async (nested) => {
            await nested.insert(ArtistSchema, { id: 2, name: 'Miles' });
          });
        });
      }),
    );
    expect(taken()).toBe(
      [
        'work',
        '  transaction',
        '    BEGIN [client]',
        '    INSERT artists [client]',
        '    inner',
        '      SAVEPOINT [client]',
        '      INSERT artists [client]',
        '      RELEASE SAVEPOINT [client]',
        '    COMMIT [client]',
      ].join('\n'),
    );
  });

  it('shows a rollback and its cause', async () => {
    const failing = dataSource.transaction(async (manager) => {
      await manager.insert(ArtistSchema, { id: 1, name: 'Nina' });
      await manager.insert(ArtistSchema, { id: 1, name: 'Nina' });
    });
    await expect(failing).rejects.toThrow('UNIQUE constraint failed');
    expect(taken()).toBe(
      [
        'transaction',
        '  BEGIN [client]',
        '  INSERT artists [client]',
        '  INSERT artists [client] error.type=QueryFailedError ERROR "UNIQUE constraint failed: artists.id"',
        '  ROLLBACK [client]',
      ].join('\n'),
    );
  });

  it('traces a transaction of a query runner', async () => {
    const runner = dataSource.createQueryRunner();
    await runner.startTransaction();
    await runner.query('SELECT 1');
    await runner.rollbackTransaction();
    await runner.release();
    expect(taken()).toBe(
      ['transaction', '  BEGIN [client]', '  SELECT [client]', '  ROLLBACK [client]'].join('\n'),
    );
  });

  it('ends a transaction that nobody ended, when its runner is released', async () => {
    const runner = dataSource.createQueryRunner();
    await runner.startTransaction();
    tracing.recorder.takeSpans();
    expect(tracing.recorder.openSpans).toHaveLength(1);
    await runner.release();
    expect(tracing.recorder.takeSpan().name).toBe('transaction');
  });

  it('traces migrations', async () => {
    await tracing.tracer.trace('migrate', () => dataSource.runMigrations());
    const text = taken();
    expect(text).toContain('  CREATE TABLE plays [client]');
    expect(text).toContain('transaction');
  });

  it('shows an error in the syntax of a statement', async () => {
    await expect(dataSource.query("SELEC 'hunter2'")).rejects.toThrow('SELEC');
    const span = tracing.recorder.takeSpan();
    expect(traceAsText([span], { attributes: ['error.type', 'db.query.text'] })).toBe(
      'sqlite [client] db.query.text="SELEC ?" error.type=QueryFailedError ERROR "near ?: syntax error"',
    );
  });

  it('works as before when it is detached, and can be traced again', async () => {
    const traced = TracedDataSource.attach(dataSource);
    traced.detach();
    expect(Object.hasOwn(dataSource, 'createQueryRunner')).toBe(false);
    await dataSource.transaction((manager) => manager.query('SELECT 1'));
    expect(tracing.recorder.spans).toEqual([]);
    traceDataSource(dataSource);
    traceDataSource(dataSource);
    await dataSource.query('SELECT 1');
    expect(tracing.recorder.takeSpan().name).toBe('SELECT');
  });
});
