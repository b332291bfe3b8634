import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { SpanStatusCode } from '@opentelemetry/api';
import { Between, DataSource, type DataSourceOptions } from 'typeorm';
import { contextStorage, TracingContext } from '../../../lib/context/index.js';
import { traceDataSource } from '../../../lib/database/index.js';
import { createTestTracing, traceAsText } from '../../../lib/testing/index.js';
import { isServiceThere, MARIADB, POSTGRESQL, type Service } from '../../support/services.js';
import { dropTestTables, TABLE_PREFIX, withoutTablePrefix } from '../../support/test-tables.js';
import { untilSettled } from '../../support/until-settled.js';
import { ArtistSchema, SongSchema } from './songs.js';

const common = {
  host: '127.0.0.1',
  database: 'test',
  entities: [ArtistSchema, SongSchema],
  entityPrefix: TABLE_PREFIX,
  synchronize: true,
  dropSchema: false,
};

interface Server {
  readonly service: Service;
  readonly options: DataSourceOptions;
  readonly system: string;
  readonly duplicate: string;
  readonly deadlock: string;
  /** Returns the number of the connection as `id`. */
  readonly connectionId: string;
  readonly endless: string;
  readonly cancel: (id: number) => string;
  readonly disconnect: (id: number) => string;
}

const servers: Server[] = [
  {
    service: POSTGRESQL,
    options: { ...common, type: 'postgres', port: 5432, username: 'postgres' },
    system: 'postgresql',
    duplicate:
      'db.response.status_code="23505" error.type="23505" ERROR "duplicate key value violates unique constraint ?"',
    deadlock: 'db.response.status_code=40P01 error.type=40P01 ERROR "deadlock detected"',
    connectionId: 'SELECT pg_backend_pid() AS id',
    endless: 'SELECT pg_sleep(60)',
    cancel: (id) => `SELECT pg_cancel_backend(${id})`,
    disconnect: (id) => `SELECT pg_terminate_backend(${id})`,
  },
  {
    service: MARIADB,
    options: { ...common, type: 'mariadb', port: 3306, username: 'root' },
    system: 'mariadb',
    duplicate: 'db.response.status_code="23000" error.type=ER_DUP_ENTRY ERROR "Duplicate entry ?"',
    deadlock: 'db.response.status_code="40001" error.type=ER_LOCK_DEADLOCK ERROR "Deadlock found',
    connectionId: 'SELECT connection_id() AS id',
    endless:
      'SELECT count(*) FROM seq_1_to_1000000 a, seq_1_to_1000000 b WHERE a.seq * b.seq % 7 = 9',
    cancel: (id) => `KILL QUERY ${id}`,
    disconnect: (id) => `KILL ${id}`,
  },
];

/** Resolves for all when the last has reached it. */
class Barrier {
  #missing: number;
  #open = (): void => {};
  readonly #isOpen = new Promise<void>((resolve) => {
    this.#open = resolve;
  });

  constructor(count: number) {
    this.#missing = count;
  }

  reached(): Promise<void> {
    this.#missing--;
    if (this.#missing === 0) this.#open();
    return this.#isOpen;
  }
}

const available = await Promise.all(servers.map(({ service }) => isServiceThere(service)));

describe.each(
  servers.map((server, index) => [server.service.name, server, available[index]] as const),
)('TypeORM on a real %s', (_, server, isThere) => {
  const itIfThere = isThere ? it : it.skip;
  let tracing: ReturnType<typeof createTestTracing>;
  let dataSource: DataSource;

  beforeAll(async () => {
    if (isThere) dataSource = await new DataSource(server.options).initialize();
    if (isThere) traceDataSource(dataSource);
  });

  afterAll(async () => {
    if (!isThere) return;
    await dropTestTables((sql) => dataSource.query(sql));
    await dataSource.destroy();
  });

  beforeEach(() => {
    tracing = createTestTracing();
  });

  afterEach(() => {
    tracing.close();
    tracing.recorder.verify();
  });

  const taken = (attributes = ['db.response.status_code', 'error.type']): string =>
    withoutTablePrefix(traceAsText(tracing.recorder.takeSpans(), { attributes }));

  itIfThere('finds the database in the options', async () => {
    await dataSource.query('SELECT 1');
    expect(tracing.recorder.takeSpan().attributes).toEqual({
      'db.system.name': server.system,
      'db.namespace': 'test',
      'server.address': '127.0.0.1',
      'server.port': server.service.port,
      'db.query.summary': 'SELECT',
      'db.query.text': 'SELECT ?',
    });
  });

  itIfThere('shows a rollback after a violated constraint', async () => {
    const failing = dataSource.transaction(async (manager) => {
      await manager.insert(ArtistSchema, { id: 3, name: 'hunter2' });
      await manager.insert(ArtistSchema, { id: 3, name: 'hunter2' });
    });
    await expect(failing).rejects.toThrow();
    const text = taken();
    expect(text).not.toContain('hunter2');
    expect(text.replace(/constraint "\w+"|constraint \\"\w+\\"/, 'constraint ?')).toBe(
      [
        'transaction',
        '  START TRANSACTION [client]',
        '  INSERT artists [client]',
        `  INSERT artists [client] ${server.duplicate}`,
        '  ROLLBACK [client]',
      ].join('\n'),
    );
  });

  itIfThere('shows a nested transaction that is rolled back alone', async () => {
    await tracing.tracer.trace('work', () =>
      dataSource.transaction(async (manager) => {
        await manager.insert(ArtistSchema, { id: 10, name: 'Nina' });
        const inner = manager.transaction(async (nested) => {
          await nested.insert(ArtistSchema, { id: 11, name: 'Miles' });
          throw new Error('not him');
        });
        await expect(inner).rejects.toThrow('not him');
        await manager.transaction((nested) =>
          nested.insert(ArtistSchema, { id: 12, name: 'Ella' }),
        );
      }),
    );
    expect(taken()).toBe(
      [
        'work',
        '  transaction',
        '    START TRANSACTION [client]',
        '    INSERT artists [client]',
        '    SAVEPOINT [client]',
        '    INSERT artists [client]',
        '    ROLLBACK TO SAVEPOINT [client]',
        '    SAVEPOINT [client]',
        '    INSERT artists [client]',
        '    RELEASE SAVEPOINT [client]',
        '    COMMIT [client]',
      ].join('\n'),
    );
    const artists = dataSource.getRepository(ArtistSchema);
    expect(await artists.findBy({ id: Between(10, 12) })).toHaveLength(2);
    tracing.recorder.takeSpans();
  });

  itIfThere('shows which of two transactions failed in a deadlock', async () => {
    await dataSource.getRepository(ArtistSchema).insert([
      { id: 20, name: 'Billie' },
      { id: 21, name: 'Sarah' },
    ]);
    tracing.recorder.takeSpans();
    const both = new Barrier(2);
    const update = (first: number, second: number): Promise<void> =>
      dataSource.transaction(async (manager) => {
        await manager.update(ArtistSchema, first, { name: `first ${first}` });
        await both.reached();
        await manager.update(ArtistSchema, second, { name: `second ${second}` });
      });
    const outcomes = await Promise.allSettled([update(20, 21), update(21, 20)]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const text = taken();
    expect(text).toContain(`  UPDATE artists [client] ${server.deadlock}`);
    expect(text.match(/^ {2}(COMMIT|ROLLBACK)/gm)?.sort()).toEqual(['  COMMIT', '  ROLLBACK']);
  });

  itIfThere.each(['cancel', 'disconnect'] as const)(
    'ends the spans of a transaction whose query fails by %s',
    async (how) => {
      const failing = dataSource.transaction(async (manager) => {
        const [{ id }] = await manager.query(server.connectionId);
        const pending = manager.query(server.endless);
        await untilSettled(pending, () =>
          contextStorage.run(TracingContext.ROOT.withSuppressed(true), () =>
            dataSource.query(server[how](Number(id))),
          ),
        );
        await pending;
      });
      await expect(failing).rejects.toThrow();
      const spans = tracing.recorder.takeSpans();
      expect(tracing.recorder.openSpans).toEqual([]);
      const names = ['START TRANSACTION', 'SELECT', expect.stringMatching('^SELECT'), 'ROLLBACK'];
      expect(spans.map(({ name }) => name)).toEqual([...names, 'transaction']);
      expect(spans[2]?.status.code).toBe(SpanStatusCode.ERROR);
      // Without its connection the transaction cannot be rolled back.
      expect(spans[3]?.status.code === SpanStatusCode.ERROR).toBe(how === 'disconnect');
    },
  );
});
