import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { DataSource, type DataSourceOptions, EntitySchema } from 'typeorm';
import { contextStorage } from '../../../lib/context/index.js';
import { traceDataSource } from '../../../lib/database/index.js';
import { createTestTracing } from '../../../lib/testing/index.js';
import { isServiceThere, MARIADB, POSTGRESQL, type Service } from '../../support/services.js';
import { dropTestTables, TABLE_PREFIX } from '../../support/test-tables.js';

const PRIMARY = '127.0.0.1';
/** The same server by another name. */
const REPLICA = 'localhost';

const SongSchema = new EntitySchema<{ id: number }>({
  name: 'Song',
  tableName: 'replicated',
  columns: { id: { type: Number, primary: true } },
});

interface Server {
  readonly service: Service;
  readonly type: 'postgres' | 'mariadb';
  readonly username: string;
}

const servers: Server[] = [
  { service: POSTGRESQL, type: 'postgres', username: 'postgres' },
  { service: MARIADB, type: 'mariadb', username: 'root' },
];
const available = await Promise.all(servers.map(({ service }) => isServiceThere(service)));

describe.each(
  servers.map((server, index) => [server.service.name, server, available[index]] as const),
)('replication of TypeORM on %s', (_, { service, type, username }, isThere) => {
  const itIfThere = isThere ? it : it.skip;
  let tracing: ReturnType<typeof createTestTracing>;
  let dataSource: DataSource | undefined;

  const serverOf = (host: string) => ({ host, port: service.port, username, database: 'test' });

  async function open(replicas: string[]): Promise<DataSource> {
    const options = {
      type,
      entities: [SongSchema],
      entityPrefix: TABLE_PREFIX,
      replication: { master: serverOf(PRIMARY), slaves: replicas.map(serverOf) },
    } as DataSourceOptions;
    dataSource = await contextStorage.runSuppressed(() => new DataSource(options).initialize());
    return traceDataSource(dataSource);
  }

  beforeAll(async () => {
    if (!isThere) return;
    const one = await open([REPLICA]);
    await one.synchronize();
    await one.destroy();
  });

  afterAll(async () => {
    if (!isThere) return;
    const one = await open([REPLICA]);
    await dropTestTables((sql) => one.query(sql));
    await one.destroy();
  });

  beforeEach(() => {
    tracing = createTestTracing();
  });

  afterEach(async () => {
    await dataSource?.destroy().catch(() => {});
    tracing.close();
    tracing.recorder.verify();
  });

  const takenAddresses = (): unknown[] =>
    tracing.recorder
      .takeSpans()
      .map(({ name, attributes }) => [
        name.replace(TABLE_PREFIX, ''),
        attributes['server.address'],
        attributes['server.port'],
        attributes['db.namespace'],
      ]);

  itIfThere.each([
    ['one replica', [REPLICA]],
    ['several replicas', [REPLICA, REPLICA.toUpperCase()]],
  ])('shows the server that a query went to, with %s', async (_name, replicas) => {
    const songs = (await open(replicas)).getRepository(SongSchema);
    await songs.insert({ id: 1 });
    for (let count = 0; count < 8; count++) await songs.find();
    await songs.delete({ id: 1 });
    const [insert, ...others] = takenAddresses() as [string, string, number, string][];
    const deletion = others.pop();
    expect(insert).toEqual(['INSERT replicated', PRIMARY, service.port, 'test']);
    expect(deletion).toEqual(['DELETE replicated', PRIMARY, service.port, 'test']);
    expect(others).toHaveLength(8);
    const addresses = new Set(others.map(([, address]) => address));
    expect(others[0]).toEqual(['SELECT replicated', expect.any(String), service.port, 'test']);
    expect(replicas).toEqual(expect.arrayContaining([...addresses]));
  });

  itIfThere('shows the replica of a query that failed', async () => {
    const one = await open([REPLICA, REPLICA.toUpperCase()]);
    const runner = one.createQueryRunner('slave');
    await expect(runner.query('SELECT * FROM nothing')).rejects.toThrow('nothing');
    await runner.release();
    const [[, address]] = takenAddresses() as [[string, string]];
    expect([REPLICA, REPLICA.toUpperCase()]).toContain(address);
  });
});
