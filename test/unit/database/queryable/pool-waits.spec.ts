import { describe, expect, it } from '@jest/globals';
import type { ConnectionWait } from '../../../../lib/database/connection-wait.js';
import { PoolWaits } from '../../../../lib/database/queryable/pool-waits.js';

type Done = (error: unknown, client?: unknown, release?: unknown) => unknown;

const refused = new Error('refused');

class Pool {
  readonly #isPrivate = true;
  readonly waitingCount = 0;
  failure: Error | undefined;

  query(done: Done): void {
    this.connect(done);
  }

  connect(done?: Done): string {
    if (!this.#isPrivate) throw new Error('never');
    done?.(this.failure, 'client', 'release');
    return 'connecting';
  }
}

function createWait(): { readonly calls: unknown[]; readonly wait: ConnectionWait } {
  const calls: unknown[] = [];
  const wait: ConnectionWait = {
    run: (acquire) => acquire(),
    succeed: () => void calls.push('succeeded'),
    fail: (error) => void calls.push(error),
  };
  return { calls, wait };
}

describe('PoolWaits', () => {
  it('ends the wait of a query when the pool calls back', () => {
    const pool = new Pool();
    const { calls, wait } = createWait();
    const received: unknown[] = [];
    PoolWaits.of(pool)?.watch(wait, () => pool.query((...values) => received.push(...values)));
    expect(received).toEqual([undefined, 'client', 'release']);
    expect(calls).toEqual(['succeeded']);
  });

  it('reports that the pool has no connection', () => {
    const pool = new Pool();
    pool.failure = refused;
    const { calls, wait } = createWait();
    PoolWaits.of(pool)?.watch(wait, () => pool.query(() => {}));
    expect(calls).toEqual([refused]);
  });

  it('changes nothing for the code that asks the pool itself', () => {
    const pool = new Pool();
    const { name, length } = pool.connect;
    const keys = Object.keys(pool);
    const { calls, wait } = createWait();
    const waits = PoolWaits.of(pool);
    expect(PoolWaits.of(pool)).toBe(waits);
    waits?.watch(wait, () => {});
    expect(pool.connect()).toBe('connecting');
    pool.query(() => {});
    expect(calls).toEqual([]);
    expect([pool.connect.name, pool.connect.length, Object.keys(pool)]).toEqual([
      name,
      length,
      keys,
    ]);
  });

  it('hands on what the query throws, and forgets the wait', () => {
    const pool = new Pool();
    const { calls, wait } = createWait();
    const waits = PoolWaits.of(pool);
    const failing = (): never => {
      throw refused;
    };
    expect(() => waits?.watch(wait, failing)).toThrow(refused);
    pool.query(() => {});
    expect(calls).toEqual([]);
  });

  it('finds the pool that a client with promises calls', () => {
    const pool = { query() {}, getConnection() {} };
    expect(PoolWaits.of({ pool, query() {}, getConnection() {} })).toBe(PoolWaits.of(pool));
    const poolNamespace = { query() {}, getConnection() {} };
    expect(PoolWaits.of({ poolNamespace, query() {} })).toBe(PoolWaits.of(poolNamespace));
  });

  it.each([
    ['a client of pg', { query() {}, connect() {} }],
    ['a cluster, whose connections come from its pools', { getConnection() {} }],
    ['a client without connections', { query() {} }],
  ])('leaves %s alone', (_, client) => {
    const members = Object.getOwnPropertyDescriptors(client);
    expect(PoolWaits.of(client)).toBeUndefined();
    expect(Object.getOwnPropertyDescriptors(client)).toEqual(members);
  });

  it('works with a pool that cannot be changed', () => {
    const pool = Object.freeze({ query() {}, getConnection: () => 'connecting' });
    const { calls, wait } = createWait();
    expect(PoolWaits.of(pool)?.watch(wait, () => pool.getConnection())).toBe('connecting');
    expect(calls).toEqual([]);
  });
});
