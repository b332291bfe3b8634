import { describe, expect, it } from '@jest/globals';
import * as conventions from '@opentelemetry/semantic-conventions/incubating';
import { observePool, poolStateOf } from '../../../lib/database/pool-connections.js';
import { metricsAsText } from '../../support/metrics-as-text.js';
import { tracingsOfTest } from '../../support/tracings-of-test.js';
import { untilCollected } from '../../support/until-collected.js';

const createTracing = tracingsOfTest();
const SOURCE = { system: 'postgresql', namespace: 'shop' };

const pgPool = (totalCount: number, idleCount: number, waitingCount: number) => ({
  totalCount,
  idleCount,
  waitingCount,
  options: { max: 10 },
});

describe('poolStateOf', () => {
  const state = { usedCount: 3, idleCount: 2, pendingCount: 1, maxCount: 10 };

  it.each<[string, object]>([
    ['pg', pgPool(5, 2, 1)],
    [
      'mysql2',
      {
        _allConnections: { length: 5 },
        _freeConnections: { length: 2 },
        _connectionQueue: { length: 1 },
        config: { connectionLimit: 10 },
      },
    ],
    ['Knex', { numUsed: () => 3, numFree: () => 2, numPendingAcquires: () => 1, max: 10 }],
    ['Sequelize', { using: 3, available: 2, waiting: 1, maxSize: 10 }],
  ])('reads a pool of %s', (_, pool) => {
    expect(poolStateOf(pool)).toEqual(state);
  });

  it.each<[string, object]>([
    ['nothing', {}],
    ['a client', { query() {} }],
    ['counts that are no numbers', { totalCount: 5, idleCount: 'two', waitingCount: 1 }],
    [
      'a pool that throws',
      {
        numUsed() {
          throw new Error('destroyed');
        },
      },
    ],
    [
      'a proxy that throws',
      new Proxy(
        {},
        {
          get() {
            throw new Error('no');
          },
        },
      ),
    ],
  ])('knows no state of %s', (_, pool) => {
    expect(poolStateOf(pool)).toBeUndefined();
  });

  it('has no limit where the pool names none', () => {
    const { options: _, ...unlimited } = pgPool(1, 1, 0);
    expect(poolStateOf(unlimited)?.maxCount).toBeUndefined();
  });
});

describe('observePool', () => {
  const linesOf = (tracing: ReturnType<typeof createTracing>['tracing']): string[] =>
    metricsAsText(tracing.metrics.collect()).split('\n');

  it('shows the connections of now, and the sums of pools of one name', () => {
    const { tracer, tracing } = createTracing({ metrics: true });
    const pool = pgPool(5, 2, 1);
    observePool(tracer, pool, SOURCE);
    observePool(tracer, pool, SOURCE);
    observePool(tracer, pgPool(1, 1, 0), SOURCE);
    observePool(tracer, pgPool(1, 0, 7), { system: 'mysql' });
    observePool(tracer, {}, { system: 'sqlite' });
    const name = 'db.client.connection.pool.name';
    expect(linesOf(tracing)).toEqual([
      `db.client.connection.count{${name}=shop db.client.connection.state=used} 3`,
      `db.client.connection.count{${name}=shop db.client.connection.state=idle} 3`,
      `db.client.connection.count{${name}=mysql db.client.connection.state=used} 1`,
      `db.client.connection.count{${name}=mysql db.client.connection.state=idle} 0`,
      `db.client.connection.max{${name}=shop} 20`,
      `db.client.connection.max{${name}=mysql} 10`,
      `db.client.connection.pending_requests{${name}=shop} 1`,
      `db.client.connection.pending_requests{${name}=mysql} 7`,
    ]);
    pool.waitingCount = 4;
    expect(linesOf(tracing)).toContain(`db.client.connection.pending_requests{${name}=shop} 4`);
    const known: readonly unknown[] = Object.values(conventions);
    const words = linesOf(tracing).flatMap((line) => line.split(/[{ =]/));
    const names = words.filter((word) => word.startsWith('db.'));
    expect(names.filter((word) => !known.includes(word))).toEqual([]);
  });

  it('does nothing without metrics', () => {
    const { tracer, tracing } = createTracing();
    observePool(tracer, pgPool(5, 2, 1), SOURCE);
    expect(tracing.metrics.collect().scopes).toEqual([]);
  });

  it('keeps no pool', async () => {
    const { tracer, tracing } = createTracing({ metrics: true });
    const observe = (): WeakRef<object> => {
      const pool = pgPool(5, 2, 1);
      observePool(tracer, pool, SOURCE);
      return new WeakRef(pool);
    };
    await untilCollected([observe()]);
    expect(linesOf(tracing)).toEqual(['']);
  });
});
