export { type KyselyTracingOptions, traceKyselyDialect } from './trace-kysely-dialect.js';
