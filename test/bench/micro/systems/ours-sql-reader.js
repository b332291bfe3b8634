import { SqlReader } from '../../node_modules/nestjs-traced/dist/esm/database/sql/sql-reader.js';

const reader = new SqlReader('postgresql', 2048);

/** What the spans of queries are named by. It is no public part, so it is taken by its path. */
export function readSql(text) {
  return reader.read(text).summary;
}
