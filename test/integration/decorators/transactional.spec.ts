import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Injectable } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import { DataSource, type Repository } from 'typeorm';
import {
  addTransactionalDataSource,
  deleteDataSourceByName,
  initializeTransactionalContext,
  StorageDriver,
  Transactional,
} from 'typeorm-transactional';
import { Traced, TracingModule } from '../../../lib/index.js';
import { testTracingOptions, traceAsText } from '../../../lib/testing/index.js';
import { type Artist, ArtistSchema, SongSchema } from '../database/songs.js';

/** Creates a service whose methods are transactions, with `@Traced()` above or below. */
function serviceOf(placement: string) {
  const at = (place: string): MethodDecorator & ClassDecorator =>
    place === placement ? Traced() : () => {};

  @at('on the class')
  @Injectable()
  class ArtistsService {
    constructor(readonly source: DataSource) {}

    @at('above')
    @Transactional()
    @at('below')
    async add(artist: Partial<Artist>, fails: boolean): Promise<string> {
      const artists: Repository<Artist> = this.source.getRepository(ArtistSchema);
      await artists.insert(artist);
      if (fails) throw new RangeError('not this one');
      return String(artist.name);
    }
  }
  return ArtistsService;
}

/** The trace of a call: the span of the method is inside of the transaction if its decorator is below. */
function traceOf(placement: string, end: string, failure = ''): string {
  const method = `ArtistsService.add${failure}`;
  const lines =
    placement === 'below'
      ? ['transaction', '  BEGIN [client]', `  ${method}`, '    INSERT artists [client]']
      : [method, '  transaction', '    BEGIN [client]', '    INSERT artists [client]'];
  return [...lines, `${placement === 'below' ? '  ' : '    '}${end} [client]`].join('\n');
}

describe.each(['above', 'below', 'on the class'])('@Transactional with @Traced %s', (placement) => {
  const Service = serviceOf(placement);
  let source: DataSource;
  let module: TestingModule;
  let setup: ReturnType<typeof testTracingOptions>;

  beforeAll(async () => {
    initializeTransactionalContext({ storageDriver: StorageDriver.ASYNC_LOCAL_STORAGE });
    const entities = [ArtistSchema, SongSchema];
    source = addTransactionalDataSource(
      new DataSource({ type: 'sqljs', entities, synchronize: true }),
    );
    await source.initialize();
    setup = testTracingOptions();
    module = await Test.createTestingModule({
      imports: [TracingModule.forRoot(setup.options)],
      providers: [
        { provide: DataSource, useValue: source },
        { provide: Service, useFactory: () => new Service(source) },
      ],
    }).compile();
    await module.init();
  });

  afterEach(() => setup.recorder.verify());

  afterAll(async () => {
    await module.close();
    await source.destroy();
    deleteDataSourceByName('default');
  });

  const text = () => traceAsText(setup.recorder.takeSpans(), { attributes: false });

  const artistCount = async () => {
    const count = await source.getRepository(ArtistSchema).count();
    expect(text()).toBe('SELECT artists [client]');
    return count;
  };

  it('commits', async () => {
    expect(await module.get(Service).add({ id: 1, name: 'Nina' }, false)).toBe('Nina');
    expect(text()).toBe(traceOf(placement, 'COMMIT'));
    expect(await artistCount()).toBe(1);
  });

  it('rolls back, and shows the error', async () => {
    const added = module.get(Service).add({ id: 2, name: 'Ella' }, true);
    await expect(added).rejects.toThrow(new RangeError('not this one'));
    expect(text()).toBe(
      traceOf(placement, 'ROLLBACK', ' ERROR "not this one" exception RangeError'),
    );
    expect(await artistCount()).toBe(1);
  });
});
