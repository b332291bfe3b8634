import { AsyncLocalStorage } from 'node:async_hooks';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Injectable, Module } from '@nestjs/common';
import { InjectConnection, SequelizeModule } from '@nestjs/sequelize';
import { Test } from '@nestjs/testing';
import { Sequelize as Sequelize7 } from '@sequelize/core';
import { PostgresDialect } from '@sequelize/postgres';
import { DataTypes, type Model, type ModelStatic, Sequelize, type Transaction } from 'sequelize';
import { contextStorage } from '../../../lib/context/index.js';
import { type SequelizeTracingOptions, traceSequelize } from '../../../lib/database/index.js';
import { createTracing, Traced, TracingModule } from '../../../lib/index.js';
import {
  createTestTracing,
  SpanRecorder,
  type TestTracing,
  testTracingOptions,
  traceAsText,
} from '../../../lib/testing/index.js';
import { freePort } from '../../support/free-port.js';
import { isServiceThere, MARIADB, POSTGRESQL } from '../../support/services.js';
import { dropTestTables, TABLE_PREFIX } from '../../support/test-tables.js';

const hasPostgres = await isServiceThere(POSTGRESQL);
const hasMariadb = await isServiceThere(MARIADB);
const describeIfPostgres = hasPostgres ? describe : describe.skip;
const TABLE = `${TABLE_PREFIX}songs`;

const onPostgres = {
  dialect: 'postgres',
  host: '127.0.0.1',
  username: 'postgres',
  password: 'hunter2',
  database: 'test',
  logging: false,
} as const;

let tracing: TestTracing;
let opened: { close(): Promise<void> }[];

beforeEach(() => {
  tracing = createTestTracing();
  opened = [];
});

afterEach(async () => {
  await contextStorage.runSuppressed(() => Promise.all(opened.map((one) => one.close())));
  tracing.close();
  tracing.recorder.verify();
});

/** A traced instance of version 6 that has asked the server for its version already. */
async function open(
  options: object = onPostgres,
  tracingOptions?: SequelizeTracingOptions,
): Promise<Sequelize> {
  const sequelize = new Sequelize(options);
  opened.push(sequelize);
  await contextStorage.runSuppressed(() => sequelize.authenticate());
  return traceSequelize(sequelize, tracingOptions);
}

type Song = Model & { id: number; title: string };

function songsOf(sequelize: Sequelize): ModelStatic<Song> {
  const columns = {
    id: { type: DataTypes.INTEGER, primaryKey: true },
    title: { type: DataTypes.STRING, unique: true },
  };
  return sequelize.define('Song', columns, { tableName: TABLE, timestamps: false });
}

const taken = (...attributes: string[]): string =>
  traceAsText(tracing.recorder.takeSpans(), { attributes }).replaceAll(TABLE, 'songs');

const inWork = <T>(work: () => Promise<T>): Promise<T> => tracing.tracer.trace('work', work);

async function synchronize(): Promise<void> {
  const sequelize = new Sequelize(onPostgres);
  await songsOf(sequelize).sync({ force: true });
  await sequelize.close();
}

async function clean(): Promise<void> {
  const sequelize = new Sequelize(onPostgres);
  await dropTestTables(async (text) => (await sequelize.query(text))[0] as { name: string }[]);
  await sequelize.close();
}

describeIfPostgres('Sequelize on a real PostgreSQL', () => {
  beforeAll(synchronize);
  afterAll(clean);

  it('sets all attributes that it knows, and shows no values of models', async () => {
    const sequelize = await open(onPostgres, { captureReturnedRows: true });
    const Songs = songsOf(sequelize);
    await Songs.bulkCreate([
      { id: 1, title: 'one' },
      { id: 2, title: 'two' },
    ] as never);
    expect(tracing.recorder.takeSpan().name).toBe(`INSERT ${TABLE}`);
    await Songs.findAll({ where: { id: [1, 2, 4711] } });
    expect(tracing.recorder.takeSpan().attributes).toEqual({
      'db.system.name': 'postgresql',
      'db.namespace': 'test',
      'server.address': '127.0.0.1',
      'server.port': 5432,
      'db.query.summary': `SELECT ${TABLE}`,
      'db.query.text': `SELECT "id", "title" FROM "${TABLE}" AS "Song" WHERE "Song"."id" IN (?, ?, ?);`,
      'db.response.returned_rows': 2,
    });
    await Songs.findOne({ where: { title: 'none' } });
    await Songs.count();
    await sequelize.query('SELECT 1 AS a');
    expect(taken('db.response.returned_rows')).toBe(
      ['SELECT songs', 'SELECT songs', 'SELECT']
        .map((name, index) => `${name} [client] db.response.returned_rows=${index === 0 ? 0 : 1}`)
        .join('\n\n'),
    );
  });

  it('shows the code of a violated index, and no values', async () => {
    const Songs = songsOf(await open());
    await inWork(async () => {
      await Songs.create({ id: 3, title: 'three' } as never);
      await expect(Songs.create({ id: 3, title: 'hunter2' } as never)).rejects.toThrow();
    });
    expect(taken('db.response.status_code', 'error.type')).toBe(
      [
        'work',
        '  INSERT songs [client]',
        '  INSERT songs [client] db.response.status_code="23505" error.type="23505" ERROR "Validation error"',
      ].join('\n'),
    );
  });

  it('puts what a transaction does into its span, with savepoints and own code', async () => {
    const sequelize = await open();
    const Songs = songsOf(sequelize);
    await inWork(() =>
      sequelize.transaction({ isolationLevel: 'SERIALIZABLE' as never }, async (transaction) => {
        await tracing.tracer.trace('own code', () => Songs.count({ transaction }));
        await sequelize
          .transaction({ transaction }, async (nested) => {
            await Songs.count({ transaction: nested });
            throw new Error('no');
          })
          .catch(() => {});
        await sequelize.query('SELECT 1');
        await Songs.count({ transaction });
      }),
    );
    expect(taken()).toBe(
      [
        'work',
        '  transaction',
        '    START TRANSACTION [client]',
        '    SET [client]',
        '    own code',
        '      SELECT songs [client]',
        '    SAVEPOINT [client]',
        '    SELECT songs [client]',
        '    ROLLBACK TO SAVEPOINT [client]',
        '    SELECT [client]',
        '    SELECT songs [client]',
        '    COMMIT [client]',
      ].join('\n'),
    );
  });

  it('traces a transaction that is ended by hand, from elsewhere', async () => {
    const sequelize = await open();
    let transaction: Transaction | undefined;
    await inWork(async () => {
      transaction = await sequelize.transaction();
      await sequelize.query('SELECT 1', { transaction });
    });
    await tracing.tracer.trace('later', () => transaction?.rollback());
    expect(taken()).toBe(
      [
        'work',
        '  transaction',
        '    START TRANSACTION [client]',
        '    SELECT [client]',
        'later',
        '  ROLLBACK [client]',
      ]
        .join('\n')
        .replace('\nlater', '\n\nlater'),
    );
  });

  it('follows transactions of a CLS namespace', async () => {
    const storage = new AsyncLocalStorage<Map<string, unknown>>();
    Sequelize.useCLS({
      bind: () => {},
      run: (work: (store: unknown) => unknown) => {
        const store = new Map(storage.getStore());
        return storage.run(store, () => work(store));
      },
      get: (key: string) => storage.getStore()?.get(key),
      set: (key: string, value: unknown) => storage.getStore()?.set(key, value),
    } as never);
    try {
      const sequelize = await open();
      await inWork(async () => {
        await sequelize.transaction(async () => void (await sequelize.query('SELECT 1')));
        await sequelize.query('SELECT 2');
      });
    } finally {
      delete (Sequelize as never as { _cls?: unknown })._cls;
    }
    expect(taken()).toBe(
      [
        'work',
        '  transaction',
        '    START TRANSACTION [client]',
        '    SELECT [client]',
        '    COMMIT [client]',
        '  SELECT [client]',
      ].join('\n'),
    );
  });

  it('keeps traces apart that share one connection', async () => {
    const sequelize = await open({ ...onPostgres, pool: { max: 1 } });
    const indices = Array.from({ length: 20 }, (_, index) => index);
    await Promise.all(
      indices.map((index) =>
        tracing.tracer.trace(`work ${index}`, async () => {
          await sequelize.query('SELECT 1');
          await tracing.tracer.trace('after', async () => {});
        }),
      ),
    );
    expect(taken()).toBe(
      indices.map((index) => `work ${index}\n  SELECT [client]\n  after`).join('\n\n'),
    );
  });

  it('shows a failed wait for a connection, of both versions', async () => {
    const port = await freePort();
    const six = traceSequelize(new Sequelize({ ...onPostgres, port }));
    const seven = traceSequelize(
      new Sequelize7({
        dialect: PostgresDialect,
        host: '127.0.0.1',
        port,
        user: 'postgres',
        database: 'test',
        logging: false,
      }),
    );
    await inWork(async () => {
      await expect(six.query('SELECT 1')).rejects.toThrow('ECONNREFUSED');
      await expect(seven.query('SELECT 1')).rejects.toThrow('ECONNREFUSED');
    });
    expect(taken('error.type').replaceAll(String(port), 'PORT')).toBe(
      [
        'work',
        ...[6, 7].map(
          () =>
            '  connect test [client] error.type=ECONNREFUSED ERROR "connect ECONNREFUSED 127.0.0.1:PORT"',
        ),
      ].join('\n'),
    );
  });

  it('sends the comment, also with parameters', async () => {
    const sequelize = await open(onPostgres, { sqlCommenter: true });
    const text = 'SELECT query FROM pg_stat_activity WHERE pid = pg_backend_pid() AND 1 = $1';
    const [rows] = await sequelize.query(text, { bind: [1] });
    expect(rows).toEqual([{ query: expect.stringMatching(/\/\*traceparent='00-.+-01'\*\/$/) }]);
    expect(taken()).toBe('SELECT pg_stat_activity [client]');
  });

  it('shows the replica that served', async () => {
    const server = { host: '127.0.0.1', username: 'postgres', database: 'test' };
    const replication = { write: server, read: [{ ...server, host: 'localhost' }] };
    const sequelize = await open({ ...onPostgres, replication });
    const Songs = songsOf(sequelize);
    await inWork(async () => {
      await Songs.count();
      await Songs.destroy({ where: { id: 4711 } });
    });
    expect(taken('server.address', 'server.port')).toBe(
      [
        'work',
        '  SELECT songs [client] server.address=localhost server.port=5432',
        '  DELETE songs [client] server.address=127.0.0.1 server.port=5432',
      ].join('\n'),
    );
  });

  it('shows transactions of version 7, which passes them on by itself', async () => {
    const sequelize = new Sequelize7({
      dialect: PostgresDialect,
      host: '127.0.0.1',
      user: 'postgres',
      database: 'test',
      logging: false,
      pool: { idle: 50, evict: 20 },
    });
    opened.push(sequelize);
    await contextStorage.runSuppressed(() => sequelize.authenticate());
    traceSequelize(sequelize);
    await inWork(async () => {
      await sequelize.transaction(async () => {
        await sequelize.query('SELECT 1');
        await tracing.tracer.trace('own code', () => sequelize.query('SELECT 2'));
      });
      const transaction = await sequelize.startUnmanagedTransaction();
      await sequelize.query('SELECT 3', { transaction });
      await transaction.rollback();
    });
    expect(taken()).toBe(
      [
        'work',
        '  transaction',
        '    START TRANSACTION [client]',
        '    SELECT [client]',
        '    own code',
        '      SELECT [client]',
        '    COMMIT [client]',
        '  transaction',
        '    START TRANSACTION [client]',
        '    SELECT [client]',
        '    ROLLBACK [client]',
      ].join('\n'),
    );
  });
});

(hasMariadb ? describe : describe.skip)('Sequelize on a real MariaDB', () => {
  it('contains the statement that precedes START TRANSACTION, and counts rows', async () => {
    const sequelize = await open(
      { dialect: 'mysql', host: '127.0.0.1', username: 'root', database: 'test', logging: false },
      { captureReturnedRows: true },
    );
    await inWork(() =>
      sequelize.transaction({ isolationLevel: 'SERIALIZABLE' as never }, async (transaction) => {
        await sequelize.query('SELECT $1 AS a', { bind: [1], transaction });
      }),
    );
    expect(taken('db.response.returned_rows')).toBe(
      [
        'work',
        '  transaction',
        '    SET [client]',
        '    START TRANSACTION [client]',
        '    SELECT [client] db.response.returned_rows=1',
        '    COMMIT [client]',
      ].join('\n'),
    );
  });
});

(hasMariadb ? describe : describe.skip)('an application that hears what mysql2 publishes', () => {
  it('has one span for a query of Sequelize', async () => {
    tracing.close();
    const recorder = new SpanRecorder();
    const application = createTracing({ spanProcessors: [recorder] });
    const sequelize = traceSequelize(
      new Sequelize({
        dialect: 'mysql',
        host: '127.0.0.1',
        username: 'root',
        database: 'test',
        logging: false,
      }),
    );
    opened.push(sequelize);
    await contextStorage.runSuppressed(() => sequelize.authenticate());
    await application.tracer.trace('work', async () => {
      await sequelize.query('SELECT 1');
      await sequelize.query('SELECT $1 AS a', { bind: [1] });
      const dialect = sequelize.connectionManager as never as {
        getConnection(): Promise<{ query(text: string, done: () => void): void }>;
        releaseConnection(connection: unknown): void;
      };
      const connection = await dialect.getConnection();
      // Not through Sequelize: this shows that the application hears it.
      await new Promise<void>((resolve) => connection.query('SELECT 2', resolve));
      dialect.releaseConnection(connection);
    });
    await application.shutdown();
    expect(traceAsText(recorder.takeSpans(), { attributes: [] })).toBe(
      'work\n  SELECT [client]\n  SELECT [client]\n  SELECT [client]',
    );
    recorder.verify();
  });
});

describeIfPostgres('a Nest application with Sequelize', () => {
  beforeAll(synchronize);
  afterAll(clean);

  it('has spans for its queries if it imports the module, until it has shut down', async () => {
    tracing.close();
    const { options, recorder } = testTracingOptions();

    @Injectable()
    class SongsService {
      constructor(@InjectConnection() private readonly sequelize: Sequelize) {}

      @Traced()
      async count(): Promise<void> {
        await this.sequelize.transaction((transaction) =>
          songsOf(this.sequelize).count({ transaction }),
        );
      }
    }

    @Module({
      imports: [TracingModule.forRoot(options), SequelizeModule.forRoot(onPostgres)],
      providers: [SongsService],
    })
    class SongsModule {}

    const module = await Test.createTestingModule({ imports: [SongsModule] }).compile();
    await module.init();
    await module.get(SongsService).count();
    expect(traceAsText(recorder.takeSpans(), { attributes: [] }).replaceAll(TABLE, 'songs')).toBe(
      [
        'SongsService.count',
        '  transaction',
        '    START TRANSACTION [client]',
        '    SELECT songs [client]',
        '    COMMIT [client]',
      ].join('\n'),
    );
    const [sequelize] = [module.get(SongsService)].map(
      (service) => (service as never as { sequelize: Sequelize }).sequelize,
    );
    expect(sequelize?.hasHook('beforeQuery')).toBe(true);
    await module.close();
    expect(sequelize?.hasHook('beforeQuery')).toBe(false);
    expect(Object.hasOwn(sequelize as object, 'transaction')).toBe(false);
    recorder.verify();
  });
});
