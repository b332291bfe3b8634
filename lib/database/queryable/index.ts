export { type QueryableOptions, traceQueryable } from './trace-queryable.js';
