import { sqlDialectOf } from './sql-dialect.js';

/**
 * SQL with a comment behind its last statement, before the semicolons that end it. Left as it is are
 * texts that have a comment already, or might have: the new one could fall into it; and those that do
 * not read or write rows, because what they create may keep its text.
 *
 * @param system as in `db.system.name`
 * @param comment without what begins and ends it
 */
export function commentSql(text: string, system: string, comment: string): string {
  if (!canBeCommented(text, system)) return text;
  let end = text.length;
  while (TRAILING.has(text.charAt(end - 1))) end--;
  return `${text.slice(0, end)} /*${comment}*/${text.slice(end)}`;
}

const TRAILING = new Set([';', ' ', '\n', '\r', '\t']);
const OPERATIONS = new Set([
  'SELECT',
  'INSERT',
  'UPDATE',
  'DELETE',
  'MERGE',
  'REPLACE',
  'WITH',
  'VALUES',
  'CALL',
]);

function canBeCommented(text: string, system: string): boolean {
  const operation = /^[\s(]*([a-z]{4,7})\b/i.exec(text)?.[1];
  if (operation === undefined || !OPERATIONS.has(operation.toUpperCase())) return false;
  if (text.includes('--') || text.includes('/*')) return false;
  return !(sqlDialectOf(system).hasHashComments && text.includes('#'));
}
