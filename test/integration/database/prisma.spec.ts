import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { PrismaPg } from '@prisma/adapter-pg';
import { PrismaInstrumentation } from '@prisma/instrumentation';
import pg from 'pg';
import { createTracing, type Tracing, tracedQueryable } from '../../../lib/index.js';
import { SpanRecorder, traceAsText } from '../../../lib/testing/index.js';
import { createPrismaClient, type PrismaSongs } from '../../support/prisma-client.js';
import { isServiceThere, POSTGRESQL } from '../../support/services.js';
import { TABLE_PREFIX } from '../../support/test-tables.js';

/** The function that Prisma's client calls to create spans. */
interface TracingHelper {
  runInChildSpan<T>(
    options: string | { name: string; attributes?: Record<string, unknown>; kind?: number },
    work: () => T,
  ): T;
}

const describeIfPostgres = (await isServiceThere(POSTGRESQL)) ? describe : describe.skip;

describeIfPostgres("Prisma's own spans", () => {
  const text = "SELECT 'hunter2' AS a FROM generate_series(1, 1) AS s";
  let recorder: SpanRecorder;
  let tracing: Tracing;
  let pool: pg.Pool;
  let instrumentation: { disable(): void };

  beforeAll(() => {
    pool = new pg.Pool({ host: '127.0.0.1', port: 5432, user: 'postgres', database: 'test' });
  });

  afterAll(() => pool.end());

  beforeEach(() => {
    recorder = new SpanRecorder();
    tracing = createTracing({ spanProcessors: [recorder] });
  });

  afterEach(async () => {
    instrumentation.disable();
    await tracing.shutdown();
    recorder.verify();
  });

  /** As `prisma.song.findMany()` does. */
  async function findMany(client: pg.Pool): Promise<object> {
    const { helper } = (
      globalThis as never as { PRISMA_INSTRUMENTATION: { helper: TracingHelper } }
    ).PRISMA_INSTRUMENTATION;
    const adapter = await new PrismaPg(client).connect();
    const attributes = { method: 'findMany', model: 'Song', name: 'Song.findMany' };
    const query = { sql: text, args: [], argTypes: [] };
    return helper.runInChildSpan({ name: 'operation', attributes }, () =>
      helper.runInChildSpan(
        { name: 'db_query', kind: 2, attributes: { 'db.query.text': text } },
        () => adapter.queryRaw(query),
      ),
    );
  }

  const taken = (): string =>
    traceAsText(recorder.takeSpans(), { attributes: ['model', 'db.query.text'] });

  it('join the running trace', async () => {
    instrumentation = new PrismaInstrumentation();
    await tracing.tracer.trace('work', () => findMany(pool));
    expect(taken()).toBe(
      [
        'work',
        '  prisma:client:operation model=Song',
        `    prisma:client:db_query [client] db.query.text="${text}"`,
      ].join('\n'),
    );
  });

  it('can leave queries to a traced client, which shows no literals', async () => {
    instrumentation = new PrismaInstrumentation({ ignoreSpanTypes: ['prisma:client:db_query'] });
    const client = tracedQueryable(pool, {
      system: 'postgresql',
      connectionWaitThresholdMillis: false,
    });
    await tracing.tracer.trace('work', () => findMany(client));
    expect(taken()).toBe(
      [
        'work',
        '  prisma:client:operation model=Song',
        '    SELECT [client] db.query.text="SELECT ? AS a FROM generate_series(?, ?) AS s"',
      ].join('\n'),
    );
  });
});

describeIfPostgres('a generated client of Prisma', () => {
  const ARTISTS = `${TABLE_PREFIX}artists`;
  const SONGS = `${TABLE_PREFIX}songs`;
  let recorder: SpanRecorder;
  let tracing: Tracing;
  let pool: pg.Pool;
  let prisma: PrismaSongs;
  let instrumentation: PrismaInstrumentation | undefined;

  beforeAll(async () => {
    pool = new pg.Pool({ host: '127.0.0.1', port: 5432, user: 'postgres', database: 'test' });
    await pool.query(`CREATE TABLE ${ARTISTS} (id int PRIMARY KEY, name text)`);
    await pool.query(
      `CREATE TABLE ${SONGS} (id int PRIMARY KEY, title text UNIQUE, "artistId" int)`,
    );
    const client = tracedQueryable(pool, {
      system: 'postgresql',
      namespace: 'test',
      connectionWaitThresholdMillis: false,
    });
    prisma = await createPrismaClient(new PrismaPg(client), TABLE_PREFIX);
    await prisma.artist.create({
      data: { id: 1, name: 'Nina', songs: { create: [{ id: 1, title: 'one' }] } },
    });
  });

  afterAll(async () => {
    await prisma.$disconnect();
    await pool.query(`DROP TABLE ${SONGS}, ${ARTISTS}`);
    await pool.end();
  });

  beforeEach(() => {
    recorder = new SpanRecorder();
    tracing = createTracing({ spanProcessors: [recorder] });
  });

  afterEach(async () => {
    instrumentation?.disable();
    instrumentation = undefined;
    await tracing.shutdown();
    recorder.verify();
  });

  const taken = (...attributes: string[]): string =>
    traceAsText(recorder.takeSpans(), { attributes })
      .replaceAll(ARTISTS, 'artists')
      .replaceAll(SONGS, 'songs');

  it('has a span for each query of its models, without the instrumentation', async () => {
    await tracing.tracer.trace('work', async () => {
      expect(await prisma.artist.findMany({ include: { songs: true } })).toHaveLength(1);
      expect(await prisma.$queryRaw`SELECT ${1}::int AS a`).toEqual([{ a: 1 }]);
      await prisma.$transaction(async (inner) => {
        await tracing.tracer.trace('own code', () => inner.song.count());
      });
    });
    expect(taken('db.namespace')).toBe(
      [
        'work',
        '  SELECT public.artists [client] db.namespace=test',
        '  SELECT public.songs [client] db.namespace=test',
        '  SELECT [client] db.namespace=test',
        '  BEGIN [client] db.namespace=test',
        '  own code',
        '    SELECT SELECT public.songs [client] db.namespace=test',
        '  COMMIT [client] db.namespace=test',
      ].join('\n'),
    );
  });

  it('has its own spans above the queries, with models and methods', async () => {
    instrumentation = new PrismaInstrumentation({ ignoreSpanTypes: ['prisma:client:db_query'] });
    await tracing.tracer.trace('work', async () => {
      await prisma.song.findUnique({ where: { id: 1 } });
      await prisma.$transaction(async (inner) => void (await inner.song.count()));
    });
    const text = taken('model', 'method').replace(
      /^ +prisma:client:(compile|serialize).*\n?/gm,
      '',
    );
    expect(text).toBe(
      [
        'work',
        '  prisma:client:operation method=findUnique model=Song',
        '    SELECT public.songs [client]',
        '  prisma:client:transaction method=$transaction',
        '    prisma:client:start_transaction',
        '      BEGIN [client]',
        '    prisma:client:operation method=count model=Song',
        '      SELECT SELECT public.songs [client]',
        '    prisma:client:commit_transaction',
        '      COMMIT [client]',
      ].join('\n'),
    );
  });

  it('shows no values of an error that it makes of the error of the driver', async () => {
    const failing = tracing.tracer.trace('work', async () => {
      await prisma.song.create({ data: { id: 2, title: 'one', artistId: 4711 } });
    });
    await expect(failing).rejects.toThrow('Unique constraint failed');
    // Prisma shows lines of the calling code in its messages.
    const secret = ['hunter2', 'secret'].join('');
    const raw = tracing.tracer.trace('raw', async () => {
      await prisma.$queryRaw`SELECT ${secret}::text::int AS a`;
    });
    await expect(raw).rejects.toThrow(secret);
    const invalid = tracing.tracer.trace('invalid', async () => {
      await prisma.song.findUnique({ where: { id: secret } });
    });
    await expect(invalid).rejects.toThrow(secret);
    const spans = recorder.takeSpans();
    const shown = JSON.stringify(spans.map(({ status, events }) => [status, events]));
    expect(shown).not.toMatch(/hunter2|secret/);
    expect(
      spans.map(({ name, status }) => [name, status.message].join(': ').replaceAll(SONGS, 'songs')),
    ).toEqual([
      'INSERT public.songs: duplicate key value violates unique constraint "songs_title_key"',
      'work: Invalid prisma.song.create() invocation: duplicate key value violates unique constraint "songs_title_key"',
      'SELECT: invalid input syntax for type integer: ?',
      'raw: Invalid prisma.$queryRaw() invocation: invalid input syntax for type integer: ?',
      'invalid: Invalid prisma.song.findUnique() invocation: Argument ?: Invalid value provided. Expected Int, provided String.',
    ]);
  });
});
