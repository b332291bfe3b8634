export { EqualQueries } from './equal-queries.js';
export { FoldedOperation } from './folded-operation.js';
