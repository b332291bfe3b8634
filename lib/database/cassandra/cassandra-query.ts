import type { Attributes } from '@opentelemetry/api';
import {
  CASSANDRA_CONSISTENCY_LEVEL,
  CASSANDRA_COORDINATOR_DC,
  CASSANDRA_COORDINATOR_ID,
  CASSANDRA_PAGE_SIZE,
  CASSANDRA_QUERY_IDEMPOTENT,
  CASSANDRA_SPECULATIVE_EXECUTION_COUNT,
  DB_QUERY_SUMMARY,
  NETWORK_PEER_ADDRESS,
  NETWORK_PEER_PORT,
} from '../attributes.js';
import type { DatabaseOperation } from '../database-operation.js';
import type { DatabaseQuery } from '../database-query.js';
import { SqlReader } from '../sql/sql-reader.js';
import type {
  CassandraClientShape,
  CassandraQueryOptions,
  CassandraResult,
} from './cassandra-shape.js';

/** Reads a call that sends one query. */
export function readQuery(
  client: CassandraClientShape,
  text: unknown,
  parameters: unknown,
  options: CassandraQueryOptions,
): DatabaseQuery {
  const isObject = typeof parameters === 'object' && parameters !== null;
  return {
    text: typeof text === 'string' ? text : undefined,
    parameters: isObject ? (parameters as readonly unknown[]) : undefined,
    attributes: attributesOf(client, options, true),
  };
}

/** Texts with one meaning have one summary; the limit has no effect on it. */
const reader = new SqlReader('cassandra', 0);

/** Reads a batch. Its name has the operation and the table if all queries have the same summary. */
export function readBatch(
  client: CassandraClientShape,
  queries: readonly unknown[],
  options: CassandraQueryOptions,
): DatabaseQuery {
  const summaries = new Set(queries.map((query) => summaryOf(query)));
  const [summary] = summaries;
  const isBatch = queries.length !== 1;
  const prefix = isBatch ? 'BATCH' : undefined;
  const shared = summaries.size === 1 ? summary : undefined;
  const name = [prefix, shared].filter(Boolean).join(' ') || 'BATCH';
  return {
    operation: isBatch ? 'BATCH' : undefined,
    name,
    batchSize: queries.length,
    attributes: { ...attributesOf(client, options, false), [DB_QUERY_SUMMARY]: name },
  };
}

function summaryOf(query: unknown): string | undefined {
  const text = typeof query === 'string' ? query : (query as { query?: unknown } | null)?.query;
  return typeof text === 'string' ? reader.read(text).summary : undefined;
}

/** What the call and the client's options say about a query. */
function attributesOf(
  { options: clientOptions }: CassandraClientShape,
  options: CassandraQueryOptions,
  isPaged: boolean,
): Attributes {
  const { consistency, fetchSize, isIdempotent } = { ...clientOptions?.queryOptions, ...options };
  const attributes: Attributes = {};
  const level = levelOf(consistency);
  if (level !== undefined) attributes[CASSANDRA_CONSISTENCY_LEVEL] = level;
  if (isPaged && typeof fetchSize === 'number') attributes[CASSANDRA_PAGE_SIZE] = fetchSize;
  if (typeof isIdempotent === 'boolean') attributes[CASSANDRA_QUERY_IDEMPOTENT] = isIdempotent;
  return attributes;
}

/**
 * Sets what the result says about the node that answered, and ends the span.
 *
 * @param earlierRowCount the rows of earlier pages that the result counts too
 */
export function finishQuery(
  operation: DatabaseOperation,
  client: CassandraClientShape,
  result: CassandraResult | undefined,
  earlierRowCount = 0,
): void {
  if (!operation.isFolded) operation.span.setAttributes(attributesOfResult(client, result));
  const rowCount = result?.rowLength;
  operation.finish(() => (typeof rowCount === 'number' ? rowCount - earlierRowCount : undefined));
}

function attributesOfResult(
  { hosts }: CassandraClientShape,
  result: CassandraResult | undefined,
): Attributes {
  const attributes: Attributes = {};
  const { queriedHost, achievedConsistency, speculativeExecutions } = result?.info ?? {};
  const level = levelOf(achievedConsistency);
  if (level !== undefined) attributes[CASSANDRA_CONSISTENCY_LEVEL] = level;
  if (typeof speculativeExecutions === 'number' && speculativeExecutions > 0) {
    attributes[CASSANDRA_SPECULATIVE_EXECUTION_COUNT] = speculativeExecutions;
  }
  if (typeof queriedHost !== 'string') return attributes;
  const { address, port } = readHost(queriedHost);
  attributes[NETWORK_PEER_ADDRESS] = address;
  if (port !== undefined) attributes[NETWORK_PEER_PORT] = port;
  const { datacenter, hostId } = (hosts?.get?.(queriedHost) ?? {}) as Record<string, unknown>;
  if (typeof datacenter === 'string') attributes[CASSANDRA_COORDINATOR_DC] = datacenter;
  if (hostId !== undefined && hostId !== null) {
    attributes[CASSANDRA_COORDINATOR_ID] = String(hostId);
  }
  return attributes;
}

/** Reads `address:port`, as the driver names hosts, also those with an IPv6 address. */
function readHost(text: string): { readonly address: string; readonly port: number | undefined } {
  const parts = /^(.+):(\d{1,5})$/.exec(text);
  return { address: parts?.[1] ?? text, port: parts === null ? undefined : Number(parts[2]) };
}

/** The names of the conventions for the numbers of the protocol. */
const LEVELS = [
  'any',
  'one',
  'two',
  'three',
  'quorum',
  'all',
  'local_quorum',
  'each_quorum',
  'serial',
  'local_serial',
  'local_one',
];

function levelOf(consistency: unknown): string | undefined {
  return typeof consistency === 'number' ? LEVELS[consistency] : undefined;
}
