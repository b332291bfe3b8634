import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  DataSource,
  type DataSourceOptions,
  EntitySchema,
  EventSubscriber,
  type InsertEvent,
  type TransactionCommitEvent,
} from 'typeorm';
import {
  addTransactionalDataSource,
  deleteDataSourceByName,
  initializeTransactionalContext,
  runInTransaction,
  runOnTransactionCommit,
  StorageDriver,
} from 'typeorm-transactional';
import { contextStorage, currentTracer } from '../../../lib/context/index.js';
import { traceDataSource } from '../../../lib/database/index.js';
import { createTestTracing, type TestTracing, traceAsText } from '../../../lib/testing/index.js';
import { isServiceThere, MARIADB, POSTGRESQL } from '../../support/services.js';
import { dropTestTables, TABLE_PREFIX, withoutTablePrefix } from '../../support/test-tables.js';
import { until } from '../../support/until.js';

interface Album {
  id: number;
  title: string;
  tracks?: Promise<Track[]>;
}

interface Track {
  id: number;
  album: Promise<Album> | { id: number };
}

const AlbumSchema = new EntitySchema<Album>({
  name: 'Album',
  tableName: 'albums',
  columns: { id: { type: Number, primary: true }, title: { type: String, length: 100 } },
  relations: {
    tracks: { type: 'one-to-many', target: 'Track', inverseSide: 'album', lazy: true },
  },
});

const TrackSchema = new EntitySchema<Track>({
  name: 'Track',
  tableName: 'tracks',
  columns: { id: { type: Number, primary: true } },
  relations: {
    album: { type: 'many-to-one', target: 'Album', inverseSide: 'tracks', lazy: true },
  },
});

function step(name: string): void {
  currentTracer()?.startSpan(name).end();
}

/** Hears of what happens inside a transaction, and sends queries itself. */
@EventSubscriber()
class AlbumSubscriber {
  listenTo(): string {
    return 'Album';
  }

  async afterInsert({ manager, entity }: InsertEvent<Album>): Promise<void> {
    step('subscriber after insert');
    await manager.update(AlbumSchema, entity.id, { title: `${entity.title}!` });
  }

  async beforeTransactionCommit({ manager }: TransactionCommitEvent): Promise<void> {
    step('subscriber before commit');
    await manager.count(AlbumSchema);
  }
}

const servers = [
  { service: POSTGRESQL, type: 'postgres', username: 'postgres' },
  { service: MARIADB, type: 'mariadb', username: 'root' },
] as const;
const available = await Promise.all(servers.map(({ service }) => isServiceThere(service)));

describe.each(
  servers.map((server, index) => [server.service.name, server, available[index]] as const),
)('work with TypeORM on %s', (_, { type, username }, isThere) => {
  const itIfThere = isThere ? it : it.skip;
  let dataSource: DataSource;
  let tracing: TestTracing;

  beforeAll(async () => {
    if (!isThere) return;
    initializeTransactionalContext({ storageDriver: StorageDriver.ASYNC_LOCAL_STORAGE });
    dataSource = new DataSource({
      type,
      username,
      host: '127.0.0.1',
      database: 'test',
      entities: [AlbumSchema, TrackSchema],
      subscribers: [AlbumSubscriber],
      entityPrefix: TABLE_PREFIX,
      poolSize: 1,
    } as DataSourceOptions);
    addTransactionalDataSource(dataSource);
    traceDataSource(dataSource);
    await dataSource.initialize();
    await dataSource.synchronize();
  });

  afterAll(async () => {
    if (!isThere) return;
    await dropTestTables((sql) => dataSource.query(sql));
    await dataSource.destroy();
    deleteDataSourceByName('default');
  });

  beforeEach(async () => {
    if (isThere) {
      await dataSource.getRepository(TrackSchema).createQueryBuilder().delete().execute();
      await dataSource.getRepository(AlbumSchema).createQueryBuilder().delete().execute();
      await dataSource.query(insertOf('albums', '(1, 1)'));
      await dataSource.query(insertOf('tracks', '(1, 1), (2, 1)'));
    }
    tracing = createTestTracing();
  });

  afterEach(() => {
    tracing.close();
    tracing.recorder.verify();
  });

  const insertOf = (table: string, rows: string): string =>
    `INSERT INTO ${TABLE_PREFIX}${table} VALUES ${rows}`;
  const taken = (): string =>
    withoutTablePrefix(traceAsText(tracing.recorder.takeSpans(), { attributes: ['error.type'] }));
  const lines = (...names: string[]): string =>
    names.map((name) => (/[A-Z]/.test(name) ? `${name} [client]` : name)).join('\n');

  itIfThere('reads a lazy relation below the span that awaits it', async () => {
    await tracing.tracer.trace('work', async () => {
      const album = await dataSource.getRepository(AlbumSchema).findOneByOrFail({ id: 1 });
      await tracing.tracer.trace('render', async () => {
        const tracks = await album.tracks;
        expect(tracks).toHaveLength(2);
        expect(await tracks?.[0]?.album).toMatchObject({ id: 1 });
      });
    });
    expect(taken()).toBe(
      lines('work', '  SELECT albums', '  render', '    SELECT tracks', '    SELECT albums tracks'),
    );
  });

  itIfThere('reads a lazy relation of a transaction inside it', async () => {
    await dataSource.transaction(async (manager) => {
      const album = await manager.findOneByOrFail(AlbumSchema, { id: 1 });
      expect(await album.tracks).toHaveLength(2);
    });
    expect(taken()).toBe(
      lines(
        'transaction',
        '  START TRANSACTION',
        '  SELECT albums',
        '  SELECT tracks',
        '  subscriber before commit',
        '  SELECT albums',
        '  COMMIT',
      ),
    );
  });

  itIfThere('shows what subscribers do inside a transaction', async () => {
    await tracing.tracer.trace('work', () =>
      dataSource.manager.save(AlbumSchema, { id: 2, title: 'two' }),
    );
    expect(taken()).toBe(
      lines(
        'work',
        '  SELECT albums',
        '  transaction',
        '    START TRANSACTION',
        '    INSERT albums',
        '    subscriber after insert',
        '    UPDATE albums',
        '    subscriber before commit',
        '    SELECT albums',
        '    COMMIT',
      ),
    );
  });

  itIfThere('goes on after destroy and initialize', async () => {
    await contextStorage.runSuppressed(async () => {
      await dataSource.destroy();
      await dataSource.initialize();
    });
    await dataSource.transaction(async (manager) => {
      step('inside');
      await manager.count(TrackSchema);
    });
    expect(taken()).toBe(
      lines(
        'transaction',
        '  START TRANSACTION',
        '  inside',
        '  SELECT tracks',
        '  subscriber before commit',
        '  SELECT albums',
        '  COMMIT',
      ),
    );
  });

  itIfThere('streams, with listeners in the context of the reader', async () => {
    await contextStorage.runSuppressed(() => dataSource.destroy());
    // The connection is opened in this trace, and its events come there.
    await tracing.tracer.trace('neighbour', () => dataSource.initialize());
    const select = () => dataSource.getRepository(TrackSchema).createQueryBuilder();
    await tracing.tracer.trace('listens', async () => {
      const stream = await select().stream();
      stream.on('data', () => step('row'));
      await new Promise<void>((resolve) => stream.on('end', () => resolve()));
      step('end');
    });
    await tracing.tracer.trace('iterates', async () => {
      let count = 0;
      for await (const _row of await select().stream()) count++;
      expect(count).toBe(2);
      step('end');
    });
    await tracing.tracer.trace('fails', async () => {
      const runner = dataSource.createQueryRunner();
      const stream = await runner.stream('SELECT * FROM nothing');
      await new Promise<void>((resolve) => {
        stream.on('error', () => {
          step('failed');
          resolve();
        });
        stream.resume();
      });
      await runner.release();
    });
    const text = taken();
    expect(text.slice(text.indexOf('listens')).replace(/ error.type=.*/, ' ERROR')).toBe(
      [
        ['listens', '  SELECT tracks [client]', '  row', '  row', '  end'],
        ['iterates', '  SELECT tracks [client]', '  end'],
        ['fails', '  SELECT nothing [client] ERROR', '  failed'],
      ]
        .map((shown) => shown.join('\n'))
        .join('\n\n'),
    );
  });

  itIfThere('shows the work of a query runner that is used by hand', async () => {
    await tracing.tracer.trace('work', async () => {
      const runner = dataSource.createQueryRunner();
      try {
        await runner.connect();
        await runner.query('SELECT 1');
        await runner.startTransaction();
        await runner.manager.insert(TrackSchema, { id: 3, album: { id: 1 } });
        await runner.startTransaction();
        await runner.manager.getRepository(TrackSchema).delete({ id: 3 });
        await runner.rollbackTransaction();
        await runner.commitTransaction();
        await runner.startTransaction();
        await runner.query('SELECT 2');
      } finally {
        // The second transaction is left open.
        await runner.query('ROLLBACK');
        await runner.release();
      }
    });
    expect(taken()).toBe(
      lines(
        'work',
        '  SELECT',
        '  transaction',
        '    START TRANSACTION',
        '    INSERT tracks',
        '    SAVEPOINT',
        '    DELETE tracks',
        '    ROLLBACK TO SAVEPOINT',
        '    subscriber before commit',
        '    SELECT albums',
        '    COMMIT',
        '  transaction',
        '    START TRANSACTION',
        '    SELECT',
        '    ROLLBACK',
      ),
    );
  });

  itIfThere('keeps the transactions of typeorm-transactional apart', async () => {
    const albums = dataSource.getRepository(AlbumSchema);
    let committed = 0;
    const request = (id: number): Promise<unknown> =>
      tracing.tracer.trace(`request ${id}`, () =>
        runInTransaction(async () => {
          runOnTransactionCommit(() => {
            step(`${id} committed`);
            committed++;
          });
          expect(await albums.countBy({ id: 1 })).toBe(1);
          step(`${id} counted`);
          await dataSource.query('SELECT 3');
          await runInTransaction(async () => {
            await dataSource.manager.count(TrackSchema);
          });
        }),
      );
    const ids = Array.from({ length: 10 }, (_value, index) => 100 + index);
    await Promise.all(ids.map(request));
    await until(
      () => committed === ids.length,
      () => committed,
    );
    expect(taken().split('\n\n')).toEqual(
      ids.map((id) =>
        lines(
          `request ${id}`,
          '  transaction',
          '    START TRANSACTION',
          '    SELECT albums',
          `    ${id} counted`,
          '    SELECT',
          '    SELECT tracks',
          '    subscriber before commit',
          '    SELECT albums',
          '    COMMIT',
          `  ${id} committed`,
        ),
      ),
    );
  });
});
