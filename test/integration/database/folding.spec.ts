import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import * as mysql from 'mysql2/promise';
import pg from 'pg';
import { tracedQueryable } from '../../../lib/database/index.js';
import { createTestTracing, traceAsText } from '../../../lib/testing/index.js';
import { SystemClock } from '../../../lib/trace/index.js';
import { isServiceThere, MARIADB, POSTGRESQL } from '../../support/services.js';

interface Pool {
  query(sql: string): Promise<unknown>;
  end(): Promise<unknown>;
}

const servers: { name: string; isThere: boolean; open: () => Pool }[] = [
  {
    name: 'pg',
    isThere: await isServiceThere(POSTGRESQL),
    open: () =>
      tracedQueryable(new pg.Pool({ host: '127.0.0.1', user: 'postgres', database: 'test' }), {
        system: 'postgresql',
        foldQueriesAfter: 5,
      }),
  },
  {
    name: 'mysql2',
    isThere: await isServiceThere(MARIADB),
    open: () =>
      tracedQueryable(mysql.createPool({ host: '127.0.0.1', user: 'root', database: 'test' }), {
        system: 'mariadb',
        foldQueriesAfter: 5,
      }),
  },
];

let tracing: ReturnType<typeof createTestTracing<SystemClock>>;

beforeEach(() => {
  tracing = createTestTracing({ clock: new SystemClock() });
});

afterEach(() => {
  tracing.close();
  tracing.recorder.verify();
});

describe.each(servers)('concurrent queries of $name', ({ isThere, open }) => {
  const itIfThere = isThere ? it : it.skip;

  itIfThere('share a span within the time of their parent, except for one that fails', async () => {
    const pool = open();
    await tracing.tracer.trace('list', async () => {
      const outcomes = await Promise.allSettled(
        Array.from({ length: 30 }, (_, index) =>
          pool.query(index === 10 ? 'SELECT nothing(1) AS a' : `SELECT ${index} AS a`),
        ),
      );
      expect(outcomes.filter(({ status }) => status === 'rejected')).toHaveLength(1);
    });
    await pool.end();
    const spans = tracing.recorder.takeSpans();
    const attributes = [
      'db.query.text',
      'nestjs_traced.db.folded_query.count',
      'nestjs_traced.db.repeated_queries',
    ];
    const [first, ...others] = traceAsText(spans, { attributes }).split('\n');
    expect(first).toBe('list nestjs_traced.db.repeated_queries=["SELECT"]');
    expect(others.filter((line) => !line.includes('ERROR')).sort()).toEqual([
      ...Array.from({ length: 5 }, () => '  SELECT [client] db.query.text="SELECT ? AS a"'),
      '  SELECT [client] nestjs_traced.db.folded_query.count=24',
    ]);
    expect(others.filter((line) => line.includes('ERROR'))).toEqual([
      expect.stringContaining('SELECT [client] db.query.text="SELECT nothing(?) AS a" ERROR'),
    ]);
    const parent = spans.find(({ name }) => name === 'list');
    const nanosOf = (time: readonly number[] = []): number =>
      Number(time[0]) * 1e9 + Number(time[1]);
    for (const { startTime, endTime } of spans) {
      expect(nanosOf(startTime)).toBeGreaterThanOrEqual(nanosOf(parent?.startTime));
      expect(nanosOf(endTime)).toBeLessThanOrEqual(nanosOf(parent?.endTime));
    }
  });
});
