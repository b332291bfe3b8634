import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import knex, { type Knex } from 'knex';
import { DataError, Model, type ModelClass, transaction } from 'objection';
import { contextStorage } from '../../../lib/context/index.js';
import { traceKnex } from '../../../lib/database/index.js';
import { createTestTracing, type TestTracing, traceAsText } from '../../../lib/testing/index.js';
import { isServiceThere, POSTGRESQL } from '../../support/services.js';
import { TABLE_PREFIX } from '../../support/test-tables.js';

const SONGS = `${TABLE_PREFIX}objection_songs`;
const ARTISTS = `${TABLE_PREFIX}objection_artists`;

class Artist extends Model {
  static override tableName = ARTISTS;
  declare id: number;
  declare name: string;
  declare songs?: Song[];

  static override relationMappings = () => ({
    songs: {
      relation: Model.HasManyRelation,
      modelClass: Song,
      join: { from: `${ARTISTS}.id`, to: `${SONGS}.artistId` },
    },
  });
}

class Song extends Model {
  static override tableName = SONGS;
  declare id: number;
  declare title: string;
  declare artistId: number;
}

const describeIfPostgres = (await isServiceThere(POSTGRESQL)) ? describe : describe.skip;

describeIfPostgres('Objection on an instance of Knex that is traced', () => {
  let tracing: TestTracing;
  let db: Knex;
  let Artists: ModelClass<Artist>;

  beforeAll(async () => {
    db = knex({
      client: 'pg',
      connection: { host: '127.0.0.1', user: 'postgres', database: 'test' },
      pool: { min: 0, max: 4 },
    });
    await db.schema.createTable(ARTISTS, (table) => {
      table.integer('id').primary();
      table.string('name').unique();
    });
    await db.schema.createTable(SONGS, (table) => {
      table.integer('id').primary();
      table.string('title');
      table.integer('artistId').references(`${ARTISTS}.id`);
    });
    traceKnex(db);
    Artists = Artist.bindKnex(db) as never;
  });

  afterAll(async () => {
    await db.schema.dropTable(SONGS);
    await db.schema.dropTable(ARTISTS);
    await db.destroy();
  });

  beforeEach(async () => {
    await contextStorage.runSuppressed(async () => {
      await db(SONGS).delete();
      await db(ARTISTS).delete();
      await Artists.query().insertGraph({
        id: 1,
        name: 'Nina',
        songs: [
          { id: 1, title: 'one' },
          { id: 2, title: 'two' },
        ],
      } as never);
    });
    tracing = createTestTracing();
  });

  afterEach(() => {
    tracing.close();
    tracing.recorder.verify();
  });

  const taken = (...attributes: string[]): string =>
    traceAsText(tracing.recorder.takeSpans(), { attributes })
      .replaceAll(SONGS, 'songs')
      .replaceAll(ARTISTS, 'artists');

  it('has a span for each query of a model and its relations', async () => {
    await tracing.tracer.trace('work', async () => {
      const [artist] = await Artists.query().where({ name: 'Nina' }).withGraphFetched('songs');
      expect(artist?.songs).toHaveLength(2);
      await Artists.query().findById(1).patch({ name: 'Otis' });
      await Artists.query().joinRelated('songs').resultSize();
    });
    expect(taken('db.query.text')).toBe(
      [
        'work',
        '  SELECT artists [client] db.query.text="select \\"artists\\".* from \\"artists\\" where \\"name\\" = $1"',
        '  SELECT songs [client] db.query.text="select \\"songs\\".* from \\"songs\\" where \\"songs\\".\\"artistId\\" in ($1)"',
        '  UPDATE artists [client] db.query.text="update \\"artists\\" set \\"name\\" = $1 where \\"artists\\".\\"id\\" = $2"',
        '  SELECT SELECT artists songs [client] db.query.text="select count(*) as \\"count\\" from (select \\"artists\\".* from \\"artists\\" inner join \\"songs\\" as \\"songs\\" on \\"songs\\".\\"artistId\\" = \\"artists\\".\\"id\\") as \\"temp\\""',
      ].join('\n'),
    );
  });

  it('puts the queries and the own code of its transactions into their span', async () => {
    await tracing.tracer.trace('work', async () => {
      await Artists.transaction(async (trx) => {
        await tracing.tracer.trace('own code', () =>
          Artists.query(trx).insert({ id: 2, name: 'Otis' }),
        );
      });
      await transaction(Artists, async (Bound) => void (await Bound.query().deleteById(2)));
      const trx = await Artists.startTransaction();
      await Artists.query(trx).findById(1);
      await trx.rollback();
    });
    expect(taken()).toBe(
      [
        'work',
        '  transaction',
        '    BEGIN [client]',
        '    own code',
        '      INSERT artists [client]',
        '    COMMIT [client]',
        '  transaction',
        '    BEGIN [client]',
        '    DELETE artists [client]',
        '    COMMIT [client]',
        '  transaction',
        '    BEGIN [client]',
        '    SELECT artists [client]',
        '    ROLLBACK [client]',
      ].join('\n'),
    );
  });

  it('shows no values of a failed query, on no span that the error passes', async () => {
    const failing = tracing.tracer.trace('work', async () => {
      await Artists.query().insert({ id: 'hunter2secret', name: 'Otis' } as never);
    });
    const error = await failing.catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(DataError);
    expect((error as Error).message).toContain('hunter2secret');
    const spans = tracing.recorder.takeSpans();
    expect(
      JSON.stringify(spans.map(({ status, events, attributes }) => [status, events, attributes])),
    ).not.toContain('hunter2');
    expect(
      traceAsText(spans, { attributes: ['db.response.status_code'] }).replaceAll(
        ARTISTS,
        'artists',
      ),
    ).toBe(
      [
        'work ERROR "invalid input syntax for type integer: ?" exception DataError',
        '  INSERT artists [client] db.response.status_code=22P02 ERROR "invalid input syntax for type integer: ?"',
      ].join('\n'),
    );
  });
});
