export { type KyselyTracingOptions, tracedKyselyDialect } from './traced-kysely-dialect.js';
