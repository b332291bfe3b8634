import type { DurationPlan, LocalTracer } from '../context/index.js';
import { DurationRecorder, type Measurement } from '../operation/index.js';
import type { DatabaseSource } from './database-source.js';
import { QUERY_DURATION } from './query-measurement.js';

// Of metrics only.
export const DB_CLIENT_CONNECTION_POOL_NAME = 'db.client.connection.pool.name';
export const DB_CLIENT_CONNECTION_STATE = 'db.client.connection.state';

/** How long it takes to get a connection of a pool. Semantic conventions 1.45.0, `docs/db/database-metrics.md`. */
export const POOL_WAIT_TIME: DurationPlan = {
  name: 'db.client.connection.wait_time',
  description: 'The time it took to obtain an open connection from the pool.',
  // The conventions have no bounds for it. Waits are parts of queries.
  bounds: QUERY_DURATION.bounds,
  attributes: [DB_CLIENT_CONNECTION_POOL_NAME],
};

/**
 * Begins to measure a wait for a connection of a pool. It is recorded where the wait succeeds.
 *
 * @returns undefined in an application without metrics
 */
export function beginPoolWait(
  tracer: LocalTracer,
  source: DatabaseSource,
): Measurement | undefined {
  const recorder = DurationRecorder.of(tracer, POOL_WAIT_TIME);
  return recorder?.beginApart(recorder.root.with(poolNameOf(source)), undefined);
}

/** The name of a pool without a name of its own, as the conventions say. */
export function poolNameOf({
  system,
  namespace,
  serverAddress,
  serverPort,
}: DatabaseSource): string {
  if (namespace !== undefined) return namespace;
  if (serverAddress === undefined) return system;
  if (serverPort === undefined) return serverAddress;
  const host = serverAddress.includes(':') ? `[${serverAddress}]` : serverAddress;
  return `${host}:${serverPort}`;
}
