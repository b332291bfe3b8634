// Semantic conventions 1.45.0, `docs/db/database-spans.md`, `docs/db/elasticsearch.md`, `docs/db/cassandra.md`,
// `docs/general/attributes.md`, `docs/http/http-spans.md`.

export const DB_COLLECTION_NAME = 'db.collection.name';
export const DB_NAMESPACE = 'db.namespace';
export const DB_OPERATION_BATCH_SIZE = 'db.operation.batch.size';
export const DB_OPERATION_NAME = 'db.operation.name';
export const DB_QUERY_SUMMARY = 'db.query.summary';
export const DB_QUERY_TEXT = 'db.query.text';
/** In development in this version. */
export const DB_RESPONSE_RETURNED_ROWS = 'db.response.returned_rows';
export const DB_RESPONSE_STATUS_CODE = 'db.response.status_code';
export const DB_STORED_PROCEDURE_NAME = 'db.stored_procedure.name';
export const DB_SYSTEM_NAME = 'db.system.name';
export const ERROR_TYPE = 'error.type';
export const NETWORK_PEER_ADDRESS = 'network.peer.address';
export const NETWORK_PEER_PORT = 'network.peer.port';
export const SERVER_ADDRESS = 'server.address';
export const SERVER_PORT = 'server.port';

/** Precedes the name or position of a parameter; in development in this version. */
export const DB_QUERY_PARAMETER_PREFIX = 'db.query.parameter.';

/** Precedes the name of a part of a URL's path; in development in this version. */
export const DB_OPERATION_PARAMETER_PREFIX = 'db.operation.parameter.';

// Of Cassandra; all in development in this version.

export const CASSANDRA_CONSISTENCY_LEVEL = 'cassandra.consistency.level';
export const CASSANDRA_COORDINATOR_DC = 'cassandra.coordinator.dc';
export const CASSANDRA_COORDINATOR_ID = 'cassandra.coordinator.id';
export const CASSANDRA_PAGE_SIZE = 'cassandra.page.size';
export const CASSANDRA_QUERY_IDEMPOTENT = 'cassandra.query.idempotent';
export const CASSANDRA_SPECULATIVE_EXECUTION_COUNT = 'cassandra.speculative_execution.count';

// Of databases that speak HTTP.

export const HTTP_REQUEST_METHOD = 'http.request.method';
export const HTTP_REQUEST_RESEND_COUNT = 'http.request.resend_count';
export const URL_FULL = 'url.full';
/** In development in this version. */
export const ELASTICSEARCH_NODE_NAME = 'elasticsearch.node.name';

// The conventions have no names for the following; these are in this library's own namespace.

/** On a span that several queries share: the number of queries. */
export const FOLDED_QUERY_COUNT = 'nestjs_traced.db.folded_query.count';
/** On the parent of such spans: the summaries of the queries that were folded. */
export const REPEATED_QUERIES = 'nestjs_traced.db.repeated_queries';
/** On a command that may wait for data or for other servers as long as its caller allows: true. */
export const BLOCKING_COMMAND = 'nestjs_traced.db.blocking_command';
/** On a command of Redis: what `keyPattern` returned for its key. */
export const KEY_PATTERN = 'nestjs_traced.db.key_pattern';

/**
 * On a query that waited for its connection for a time below the threshold for a span: the milliseconds, rounded
 * down to a tenth. The conventions have a metric for such waits, `db.client.connection.wait_time`, and no
 * attribute.
 */
export const CONNECTION_WAIT_MILLIS = 'nestjs_traced.db.connection.wait_millis';
