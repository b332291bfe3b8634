export { type KnexTracingOptions, traceKnex } from './trace-knex.js';
