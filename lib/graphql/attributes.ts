// Semantic conventions 1.45.0, `docs/graphql/graphql-spans.md`, `docs/general/attributes.md`.

export const ERROR_TYPE = 'error.type';
export const GRAPHQL_OPERATION_NAME = 'graphql.operation.name';
export const GRAPHQL_OPERATION_TYPE = 'graphql.operation.type';

/** The field of the schema that a resolver resolves, such as `Order.customer`. */
export const RESOLVER_FIELD = 'nestjs.graphql.resolver.field';
/** The number of calls that the span of a resolver stands for. */
export const RESOLVER_CALL_COUNT = 'nestjs.graphql.resolver.call_count';
/** The number of keys of a batch. */
export const BATCH_SIZE = 'nestjs.graphql.batch.size';
