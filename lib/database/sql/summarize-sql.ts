import { sqlDialectOf } from './sql-dialect.js';
import { SqlScanner } from './sql-scanner.js';
import { SqlStatementReader } from './sql-statement-reader.js';
import { SqlSummary } from './sql-summary.js';

/**
 * Summarizes SQL in a few words that do not depend on its values: each operation with its tables, in the
 * order of the text, such as `SELECT songs artists` or `INSERT shipping_details SELECT orders`.
 *
 * Each table of an operation and each of several equal operations in a row appears once. Names of common
 * table expressions are omitted. The summary covers the first 32,768 UTF-16 code units of the text.
 *
 * Semantic conventions 1.45.0, `docs/db/database-spans.md`, "Generating a summary of the query".
 *
 * @param system a value of `db.system.name`
 * @returns at most 255 characters; undefined if the text does not begin with a known statement
 */
export function summarizeSql(text: string, system: string): string | undefined {
  const scanner = new SqlScanner(text, sqlDialectOf(system), MAX_READ_LENGTH);
  const summary = new SqlSummary();
  const reader = new SqlStatementReader(scanner, summary);
  while (!summary.isFull && scanner.next() !== 'end') {
    if (scanner.kind !== 'comment') reader.read();
  }
  reader.finish();
  return summary.toString();
}

const MAX_READ_LENGTH = 32_768;
