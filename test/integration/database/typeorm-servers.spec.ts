import type { Readable } from 'node:stream';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { traceDataSource } from '../../../lib/database/index.js';
import { createTestTracing, traceAsText } from '../../../lib/testing/index.js';
import { isServiceThere, MARIADB, POSTGRESQL, type Service } from '../../support/services.js';
import { dropTestTables, TABLE_PREFIX, withoutTablePrefix } from '../../support/test-tables.js';
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
  readonly series: string;
  readonly canStream: boolean;
}

const servers: Server[] = [
  {
    service: POSTGRESQL,
    options: { ...common, type: 'postgres', port: 5432, username: 'postgres' },
    system: 'postgresql',
    duplicate:
      'db.response.status_code="23505" error.type="23505" ERROR "duplicate key value violates unique constraint ?"',
    series: 'generate_series(1, 10000)',
    // It needs a package of its own, `pg-query-stream`.
    canStream: false,
  },
  {
    service: MARIADB,
    options: { ...common, type: 'mariadb', port: 3306, username: 'root' },
    system: 'mariadb',
    duplicate: 'db.response.status_code="23000" error.type=ER_DUP_ENTRY ERROR "Duplicate entry ?"',
    series: 'seq_1_to_10000',
    canStream: true,
  },
];

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

  itIfThere('says which database a query went to', async () => {
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

  itIfThere('keeps two transactions at once apart', async () => {
    const add = (id: number): Promise<void> =>
      tracing.tracer.trace(`add ${id}`, () =>
        dataSource.transaction(async (manager) => {
          await manager.insert(ArtistSchema, { id, name: `artist ${id}` });
        }),
      );
    await Promise.all([add(1), add(2)]);
    const tree = (id: number): string =>
      [
        `add ${id}`,
        '  transaction',
        '    START TRANSACTION [client]',
        '    INSERT artists [client]',
        '    COMMIT [client]',
      ].join('\n');
    expect(taken()).toBe(`${tree(1)}\n\n${tree(2)}`);
  });

  itIfThere('shows a rollback after a constraint was hurt', async () => {
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

  const itIfStreaming = server.canStream ? itIfThere : undefined;
  itIfStreaming?.('streams 10,000 rows within one span', async () => {
    const runner = dataSource.createQueryRunner();
    const stream: Readable = await runner.stream(`SELECT * FROM ${server.series}`);
    let count = 0;
    for await (const row of stream) count += row === undefined ? 0 : 1;
    expect(count).toBe(10_000);
    await runner.release();
    const [span] = await tracing.recorder.waitForSpans(1);
    expect(span?.name).toBe(`SELECT ${server.series}`);
  });

  itIfThere('leaves no secret in any span, of 200', async () => {
    const secrets = Array.from({ length: 200 }, (_unused, index) => `hunter${index}secret`);
    for (const [index, secret] of secrets.entries()) {
      const statements = [
        `SELECT '${secret}' AS a`,
        `INSERT INTO ${TABLE_PREFIX}artists (id, name) VALUES (1, '${secret}')`,
        `SELECT * FROM ${TABLE_PREFIX}artists WHERE name = '${secret}' AND '${secret}' '${secret}' SYNTAX`,
        `UPDATE ${TABLE_PREFIX}artists SET id = '${secret}'`,
      ];
      await dataSource.query(statements[index % statements.length] as string).catch(() => {});
    }
    const spans = tracing.recorder.takeSpans();
    expect(spans).toHaveLength(200);
    const told = JSON.stringify(
      spans.map(({ name, attributes, status, events }) => [name, attributes, status, events]),
    );
    expect(told).not.toMatch(/hunter\d+secret/);
  });
});
