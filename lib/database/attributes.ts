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

/** What stands before a parameter's name or position; in development in this version. */
export const DB_QUERY_PARAMETER_PREFIX = 'db.query.parameter.';
