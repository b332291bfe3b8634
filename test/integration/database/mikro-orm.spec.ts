import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { EntitySchema, MikroORM, UniqueConstraintViolationException } from '@mikro-orm/postgresql';
import { Injectable, Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { contextStorage } from '../../../lib/context/index.js';
import { type MikroOrmTracingOptions, traceMikroOrm } from '../../../lib/database/index.js';
import { Traced, TracingModule } from '../../../lib/index.js';
import {
  createTestTracing,
  type TestTracing,
  testTracingOptions,
  traceAsText,
} from '../../../lib/testing/index.js';
import { freePort } from '../../support/free-port.js';
import { isServiceThere, POSTGRESQL } from '../../support/services.js';
import { TABLE_PREFIX } from '../../support/test-tables.js';

const TABLE = `${TABLE_PREFIX}mikro_songs`;

interface Song {
  id: number;
  title: string;
}

const SongSchema = new EntitySchema<Song>({
  name: 'Song',
  tableName: TABLE,
  properties: {
    id: { type: 'integer', primary: true },
    title: { type: 'string', unique: true },
  },
});

const describeIfPostgres = (await isServiceThere(POSTGRESQL)) ? describe : describe.skip;

const createOrm = (options: object = {}): Promise<MikroORM> =>
  MikroORM.init({
    host: '127.0.0.1',
    user: 'postgres',
    password: 'hunter2',
    dbName: 'test',
    entities: [SongSchema],
    allowGlobalContext: true,
    connect: false,
    ...options,
  });

let tracing: TestTracing;
let opened: MikroORM[];

beforeEach(() => {
  tracing = createTestTracing();
  opened = [];
});

afterEach(async () => {
  await contextStorage.runSuppressed(() => Promise.all(opened.map((orm) => orm.close(true))));
  tracing.close();
  tracing.recorder.verify();
});

async function open(
  options: object = {},
  tracingOptions?: MikroOrmTracingOptions,
): Promise<MikroORM> {
  const orm = await createOrm(options);
  opened.push(orm);
  await contextStorage.runSuppressed(() => orm.em.getConnection().execute(`DELETE FROM ${TABLE}`));
  return traceMikroOrm(orm, tracingOptions);
}

const taken = (...attributes: string[]): string =>
  traceAsText(tracing.recorder.takeSpans(), { attributes }).replaceAll(TABLE, 'songs');

const inWork = <T>(work: () => Promise<T>): Promise<T> => tracing.tracer.trace('work', work);

describeIfPostgres('MikroORM on a real PostgreSQL', () => {
  beforeAll(async () => {
    const orm = await createOrm();
    await orm.em
      .getConnection()
      .execute(`CREATE TABLE ${TABLE} (id int PRIMARY KEY, title varchar(99) UNIQUE)`);
    await orm.close(true);
  });

  afterAll(async () => {
    const orm = await createOrm();
    await orm.em.getConnection().execute(`DROP TABLE ${TABLE}`);
    await orm.close(true);
  });

  it('sets all attributes that it knows, and shows no values of entities', async () => {
    const orm = await open({}, { captureReturnedRows: true });
    await orm.em.fork().find(SongSchema, { id: 4711 });
    expect(tracing.recorder.takeSpan().attributes).toEqual({
      'db.system.name': 'postgresql',
      'db.namespace': 'test',
      'server.address': '127.0.0.1',
      'server.port': 5432,
      'db.query.summary': `SELECT ${TABLE}`,
      'db.query.text': `select "s0".* from "${TABLE}" as "s0" where "s0"."id" = ?`,
      'db.response.returned_rows': 0,
    });
  });

  it('puts a flush, and what a transaction does, into one span each', async () => {
    const orm = await open();
    await inWork(async () => {
      const em = orm.em.fork();
      em.create(SongSchema, { id: 1, title: 'one' });
      await em.flush();
      await em.transactional(async (inner) => {
        await tracing.tracer.trace('own code', () => inner.count(SongSchema, {}));
        const song = await inner.findOneOrFail(SongSchema, 1);
        song.title = 'changed';
        await inner
          .transactional(async (nested) => {
            await nested.nativeDelete(SongSchema, { id: 1 });
            throw new Error('no');
          })
          .catch(() => {});
      });
      await em.count(SongSchema, {});
    });
    expect(taken()).toBe(
      [
        'work',
        '  transaction',
        '    BEGIN [client]',
        '    INSERT songs [client]',
        '    COMMIT [client]',
        '  transaction',
        '    BEGIN [client]',
        '    own code',
        '      SELECT songs [client]',
        '    SAVEPOINT [client]',
        '    DELETE songs [client]',
        '    ROLLBACK TO SAVEPOINT [client]',
        '    UPDATE songs [client]',
        '    COMMIT [client]',
        '  SELECT songs [client]',
      ].join('\n'),
    );
  });

  it('traces a transaction that is ended by hand', async () => {
    const orm = await open();
    await inWork(async () => {
      const em = orm.em.fork();
      await em.begin();
      await em.count(SongSchema, {});
      await em.rollback();
      await em.getKnex().raw('SELECT 1');
    });
    expect(taken()).toBe(
      [
        'work',
        '  transaction',
        '    BEGIN [client]',
        '    SELECT songs [client]',
        '    ROLLBACK [client]',
        '  SELECT [client]',
      ].join('\n'),
    );
  });

  it('shows the code of a violated index, and no values on any span that the error passes', async () => {
    const orm = await open();
    const em = orm.em.fork();
    await contextStorage.runSuppressed(() => em.insert(SongSchema, { id: 1, title: 'hunter2' }));
    const failing = inWork(
      async () => void (await em.insert(SongSchema, { id: 2, title: 'hunter2' })),
    );
    await expect(failing).rejects.toThrow(UniqueConstraintViolationException);
    const failed = inWork(() => em.find(SongSchema, { id: 'hunter2secret' as never }));
    await expect(failed).rejects.toThrow('hunter2secret');
    const spans = tracing.recorder.takeSpans();
    const shown = JSON.stringify(spans.map(({ status, events }) => [status, events]));
    expect(shown).not.toContain('hunter2');
    const text = traceAsText(spans, { attributes: ['db.response.status_code'] });
    expect(text.replaceAll(TABLE, 'songs')).toBe(
      [
        'work ERROR "duplicate key value violates unique constraint \\"songs_title_key\\"" exception UniqueConstraintViolationException',
        '  INSERT songs [client] db.response.status_code="23505" ERROR "duplicate key value violates unique constraint \\"songs_title_key\\""',
        '',
        'work ERROR "invalid input syntax for type integer: ?" exception DriverException',
        '  SELECT songs [client] db.response.status_code=22P02 ERROR "invalid input syntax for type integer: ?"',
      ].join('\n'),
    );
  });

  it('shows the replica that served', async () => {
    const orm = await open({ replicas: [{ host: 'localhost' }] });
    await inWork(async () => {
      await orm.em.fork().find(SongSchema, {});
      await orm.em.fork().nativeDelete(SongSchema, {});
    });
    expect(taken('server.address')).toBe(
      [
        'work',
        '  SELECT songs [client] server.address=localhost',
        '  DELETE songs [client] server.address=127.0.0.1',
      ].join('\n'),
    );
  });

  it('shows a failed wait for a connection', async () => {
    const port = await freePort();
    const orm = traceMikroOrm(await createOrm({ port }));
    opened.push(orm);
    await inWork(() => expect(orm.em.fork().find(SongSchema, {})).rejects.toThrow('ECONNREFUSED'));
    expect(taken('error.type').replaceAll(String(port), 'PORT')).toBe(
      'work\n  connect test [client] error.type=ECONNREFUSED ERROR "connect ECONNREFUSED 127.0.0.1:PORT"',
    );
  });

  it('keeps traces apart that share one connection', async () => {
    const orm = await open({ pool: { min: 0, max: 1 } });
    const indices = Array.from({ length: 20 }, (_, index) => index);
    await Promise.all(
      indices.map((index) =>
        tracing.tracer.trace(`work ${index}`, async () => {
          await orm.em.fork().find(SongSchema, { id: index });
          await tracing.tracer.trace('after', async () => {});
        }),
      ),
    );
    expect(taken()).toBe(
      indices.map((index) => `work ${index}\n  SELECT songs [client]\n  after`).join('\n\n'),
    );
  });

  it('has spans in a Nest application that has it among its providers, also in the next one', async () => {
    tracing.close();
    const orm = await createOrm();
    opened.push(orm);

    @Injectable()
    class SongsService {
      constructor(private readonly own: MikroORM) {}

      @Traced()
      async count(): Promise<void> {
        await this.own.em.fork().count(SongSchema, {});
      }
    }

    for (const _ of [1, 2]) {
      const { options, recorder } = testTracingOptions();

      @Module({
        imports: [TracingModule.forRoot(options)],
        providers: [SongsService, { provide: MikroORM, useValue: orm }],
      })
      class SongsModule {}

      const module = await Test.createTestingModule({ imports: [SongsModule] }).compile();
      await module.init();
      await module.get(SongsService).count();
      await orm.em.fork().count(SongSchema, {});
      expect(traceAsText(recorder.takeSpans(), { attributes: [] }).replaceAll(TABLE, 'songs')).toBe(
        'SongsService.count\n  SELECT songs [client]\n\nSELECT songs [client]',
      );
      await module.close();
      await orm.em.fork().count(SongSchema, {});
      recorder.verify();
    }
  });
});
