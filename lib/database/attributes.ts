// Semantic conventions 1.45.0, `docs/db/database-spans.md`, `docs/general/attributes.md`.

export const DB_COLLECTION_NAME = 'db.collection.name';
export const DB_NAMESPACE = 'db.namespace';
export const DB_OPERATION_BATCH_SIZE = 'db.operation.batch.size';
export const DB_OPERATION_NAME = 'db.operation.name';
export const DB_QUERY_SUMMARY = 'db.query.summary';
export const DB_QUERY_TEXT = 'db.query.text';
/** In development in this version. */
export const DB_RESPONSE_RETURNED_ROWS = 'db.response.returned_rows';
export const DB_RESPONSE_STATUS_CODE = 'db.response.status_code';
export const DB_SYSTEM_NAME = 'db.system.name';
export const ERROR_TYPE = 'error.type';
export const SERVER_ADDRESS = 'server.address';
export const SERVER_PORT = 'server.port';

/** Precedes the name or position of a parameter; in development in this version. */
export const DB_QUERY_PARAMETER_PREFIX = 'db.query.parameter.';

// The conventions have no names for folded queries and waits; these are in this library's own namespace.

/** On a span that several queries share: the number of queries. */
export const FOLDED_QUERY_COUNT = 'nestjs_traced.db.folded_query.count';
/** On the parent of such spans: the summaries of the queries that were folded. */
export const REPEATED_QUERIES = 'nestjs_traced.db.repeated_queries';

/**
 * On a query that waited for its connection for a time below the threshold for a span: the milliseconds, rounded
 * down to a tenth. The conventions have a metric for such waits, `db.client.connection.wait_time`, and no
 * attribute.
 */
export const CONNECTION_WAIT_MILLIS = 'nestjs_traced.db.connection.wait_millis';
