import { afterEach, describe, expect, it } from '@jest/globals';
import { Injectable, Module } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import { getRepositoryToken, InjectRepository, TypeOrmModule } from '@nestjs/typeorm';
import { DataSource, Repository } from 'typeorm';
import { Traced, Tracer, TracingModule, type TracingOptions } from '../../../lib/index.js';
import { testTracingOptions, traceAsText } from '../../../lib/testing/index.js';
import { type Artist, ArtistSchema, SongSchema } from './songs.js';

@Injectable()
class ArtistsService {
  constructor(@InjectRepository(ArtistSchema) private readonly artists: Repository<Artist>) {}

  @Traced()
  async add(id: number, name: string): Promise<void> {
    await this.artists.manager.transaction(async (manager) => {
      await manager.insert(ArtistSchema, { id, name });
    });
  }
}

@Module({
  imports: [
    TypeOrmModule.forRoot({
      type: 'sqljs',
      entities: [ArtistSchema, SongSchema],
      synchronize: true,
    }),
    TypeOrmModule.forFeature([ArtistSchema]),
  ],
  providers: [ArtistsService],
})
class ArtistsModule {}

let module: TestingModule;

async function start(options: TracingOptions = {}) {
  const setup = testTracingOptions(options);
  const imports = [TracingModule.forRoot(setup.options), ArtistsModule];
  module = await Test.createTestingModule({ imports }).compile();
  await module.init();
  return setup.recorder;
}

afterEach(() => module.close());

describe('a Nest application with TypeORM', () => {
  it('has spans for its queries if it imports the module', async () => {
    const recorder = await start();
    await module.get(ArtistsService).add(1, 'Nina');
    await module.get<Repository<Artist>>(getRepositoryToken(ArtistSchema)).find();
    expect(traceAsText(recorder.takeSpans(), { attributes: ['db.query.text'] })).toBe(
      [
        'ArtistsService.add',
        '  transaction',
        '    BEGIN [client] db.query.text="BEGIN TRANSACTION"',
        '    INSERT artists [client] db.query.text="INSERT INTO \\"artists\\"(\\"id\\", \\"name\\") VALUES (?, ?)"',
        '    COMMIT [client] db.query.text=COMMIT',
        '',
        'SELECT artists [client] db.query.text="SELECT \\"Artist\\".\\"id\\" AS \\"Artist_id\\", \\"Artist\\".\\"name\\" AS \\"Artist_name\\" FROM \\"artists\\" \\"Artist\\""',
      ].join('\n'),
    );
  });

  it('shows what its options ask for', async () => {
    const recorder = await start({
      database: { queryText: 'none', captureParameters: true, captureReturnedRows: true },
    });
    await module.get(DataSource).query('SELECT ? AS a, ? AS b', [1, 'hunter2']);
    expect(recorder.takeSpan().attributes).toEqual({
      'db.system.name': 'sqlite',
      'db.query.summary': 'SELECT',
      'db.query.parameter.0': '1',
      'db.query.parameter.1': 'string(7)',
      'db.response.returned_rows': 1,
    });
  });

  it('folds the repeated queries of a loop', async () => {
    const recorder = await start({ database: { foldQueriesAfter: 2 } });
    const artists = module.get<Repository<Artist>>(getRepositoryToken(ArtistSchema));
    await module.get(Tracer).trace('list', async () => {
      for (let id = 0; id < 50; id++) await artists.findBy({ id });
      await artists.query('SELECT 1');
    });
    const attributes = ['nestjs_traced.db.folded_query.count', 'nestjs_traced.db.repeated_queries'];
    expect(traceAsText(recorder.takeSpans(), { attributes })).toBe(
      [
        'list nestjs_traced.db.repeated_queries=["SELECT artists"]',
        '  SELECT artists [client]',
        '  SELECT artists [client]',
        '  SELECT artists [client] nestjs_traced.db.folded_query.count=48',
        '  SELECT [client]',
      ].join('\n'),
    );
  });

  it.each<TracingOptions>([{ database: false }, { enabled: false }])(
    'leaves its DataSource unchanged with %j',
    async (options) => {
      const recorder = await start(options);
      expect(Object.hasOwn(module.get(DataSource), 'createQueryRunner')).toBe(false);
      await module.get(DataSource).query('SELECT 1');
      expect(recorder.spans).toEqual([]);
    },
  );

  it('does not start with an invalid option', async () => {
    const { options } = testTracingOptions({ database: { maxQueryTextLength: 0 } });
    const imports = [TracingModule.forRoot(options), ArtistsModule];
    await expect(Test.createTestingModule({ imports }).compile()).rejects.toThrow(
      'database.maxQueryTextLength must be a whole number of at least 1',
    );
    module = await Test.createTestingModule({}).compile();
  });
});
