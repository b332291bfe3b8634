import { sqlDialectOf } from './sql-dialect.js';
import { SqlScanner } from './sql-scanner.js';
import { SqlStatementReader } from './sql-statement-reader.js';
import { SqlSummary } from './sql-summary.js';

/**
 * What SQL does, in few words that do not vary with its values: each operation with its tables, in the
 * order in which they stand there, such as `SELECT songs artists` or
 * `INSERT shipping_details SELECT orders`.
 *
 * Tables of one operation are named once. Names of common table expressions are left out. Text is
 * read up to 32,768 UTF-16 code units; what stands behind is not in the summary.
 *
 * Semantic conventions 1.45.0, `docs/db/database-spans.md`, "Generating a summary of the query".
 *
 * @param system as in `db.system.name`
 * @returns at most 255 characters; undefined where nothing that is known begins the text
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
