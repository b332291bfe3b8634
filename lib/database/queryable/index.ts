export { type QueryableOptions, tracedQueryable } from './traced-queryable.js';
