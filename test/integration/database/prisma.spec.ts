import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { PrismaPg } from '@prisma/adapter-pg';
import { PrismaInstrumentation } from '@prisma/instrumentation';
import pg from 'pg';
import { createTracing, type Tracing, tracedQueryable } from '../../../lib/index.js';
import { SpanRecorder, traceAsText } from '../../../lib/testing/index.js';
import { isServiceThere, POSTGRESQL } from '../../support/services.js';

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
    const client = tracedQueryable(pool, { system: 'postgresql' });
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
