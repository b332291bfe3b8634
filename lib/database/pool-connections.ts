import type { LocalTracer, MetricValues, OperationMetrics } from '../context/index.js';
import type { DatabaseSource } from './database-source.js';
import {
  DB_CLIENT_CONNECTION_POOL_NAME,
  DB_CLIENT_CONNECTION_STATE,
  poolNameOf,
} from './pool-wait-time.js';

/** What a pool says about its connections now. */
export interface PoolState {
  readonly usedCount: number;
  readonly idleCount: number;
  /** Requests for a connection that wait. */
  readonly pendingCount: number;
  /** How many connections it may have. */
  readonly maxCount: number | undefined;
}

/** By the metrics of an application. */
const pools = new WeakMap<OperationMetrics, ObservedPools>();

/**
 * Shows the connections of a pool as metrics of the application whose work waits for them. Semantic conventions 1.45.0,
 * `docs/db/database-metrics.md`. Does nothing for a pool of unknown shape, in an application without metrics, and if it
 * is called again.
 */
export function observePool(
  { application }: LocalTracer,
  pool: object,
  source: DatabaseSource,
): void {
  const { metrics } = application;
  if (metrics === undefined) return;
  let observed = pools.get(metrics);
  if (observed === undefined) {
    observed = new ObservedPools(metrics);
    pools.set(metrics, observed);
  }
  observed.add(pool, source);
}

interface ObservedPool {
  readonly pool: WeakRef<object>;
  readonly name: string;
}

/** The pools of one application, which are held weakly. */
class ObservedPools {
  readonly #known = new WeakSet<object>();
  readonly #pools = new Set<ObservedPool>();
  readonly #metrics: OperationMetrics;

  constructor(metrics: OperationMetrics) {
    this.#metrics = metrics;
  }

  add(pool: object, source: DatabaseSource): void {
    if (this.#known.has(pool)) return;
    this.#known.add(pool);
    if (poolStateOf(pool) === undefined) return;
    if (this.#pools.size === 0) this.#observe();
    this.#pools.add({ pool: new WeakRef(pool), name: poolNameOf(source) });
  }

  #observe(): void {
    const prefix = 'db.client.connection';
    const connections = { unit: '{connection}' };
    const metrics = this.#metrics;
    const description =
      'The number of connections that are currently in state described by the state attribute.';
    metrics.observe(`${prefix}.count`, { ...connections, description }, (tell) => {
      for (const [name, { usedCount, idleCount }] of this.#states()) {
        tell(usedCount, withName(name, { [DB_CLIENT_CONNECTION_STATE]: 'used' }));
        tell(idleCount, withName(name, { [DB_CLIENT_CONNECTION_STATE]: 'idle' }));
      }
    });
    const ofMax = 'The maximum number of open connections allowed.';
    metrics.observe(`${prefix}.max`, { ...connections, description: ofMax }, (tell) => {
      for (const [name, { maxCount }] of this.#states()) {
        if (maxCount !== undefined) tell(maxCount, withName(name));
      }
    });
    const ofPending = 'The number of current pending requests for an open connection.';
    const requests = { unit: '{request}', description: ofPending };
    metrics.observe(`${prefix}.pending_requests`, requests, (tell) => {
      for (const [name, { pendingCount }] of this.#states()) tell(pendingCount, withName(name));
    });
  }

  /** By name: pools of the same name are one series, in which they add up. */
  #states(): Map<string, PoolState> {
    const states = new Map<string, PoolState>();
    for (const observed of this.#pools) {
      const pool = observed.pool.deref();
      const state = pool && poolStateOf(pool);
      if (pool === undefined) this.#pools.delete(observed);
      if (state !== undefined) states.set(observed.name, sum(states.get(observed.name), state));
    }
    return states;
  }
}

function withName(name: string, more: MetricValues = {}): MetricValues {
  return { [DB_CLIENT_CONNECTION_POOL_NAME]: name, ...more };
}

function sum(one: PoolState | undefined, two: PoolState): PoolState {
  if (one === undefined) return two;
  const { maxCount } = one;
  return {
    usedCount: one.usedCount + two.usedCount,
    idleCount: one.idleCount + two.idleCount,
    pendingCount: one.pendingCount + two.pendingCount,
    maxCount:
      maxCount === undefined || two.maxCount === undefined ? undefined : maxCount + two.maxCount,
  };
}

/** The state of a pool of `pg`, of `mysql2`, of Knex, or of Sequelize; undefined for any other. Does not throw. */
export function poolStateOf(pool: object): PoolState | undefined {
  try {
    const [used, idle, pending, max] = readState(pool as Record<string, unknown>);
    if (![used, idle, pending].every(Number.isInteger)) return undefined;
    return {
      usedCount: used as number,
      idleCount: idle as number,
      pendingCount: pending as number,
      maxCount: Number.isInteger(max) ? (max as number) : undefined,
    };
  } catch {
    return undefined;
  }
}

function readState(pool: Record<string, unknown>): unknown[] {
  if (typeof pool.totalCount === 'number') {
    const { totalCount, idleCount, waitingCount, options } = pool;
    const { max } = (options ?? {}) as { max?: unknown };
    return [totalCount - Number(idleCount), idleCount, waitingCount, max];
  }
  if (typeof pool.numUsed === 'function') {
    const read = (name: string): unknown => (pool[name] as () => unknown)();
    return [read('numUsed'), read('numFree'), read('numPendingAcquires'), pool.max];
  }
  if (typeof pool.using === 'number')
    return [pool.using, pool.available, pool.waiting, pool.maxSize];
  const { _allConnections: all, _freeConnections: free, _connectionQueue: queue, config } = pool;
  const { connectionLimit } = (config ?? {}) as { connectionLimit?: unknown };
  const [allCount, freeCount, waitingCount] = [all, free, queue].map(
    (list) => (list as { length: number }).length,
  );
  return [Number(allCount) - Number(freeCount), freeCount, waitingCount, connectionLimit];
}
