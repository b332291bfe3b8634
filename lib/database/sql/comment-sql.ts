import { sqlDialectOf } from './sql-dialect.js';

/**
 * Appends a comment to SQL, before the semicolons at its end.
 *
 * Returns the text unchanged if it has a comment or seems to have one, because the new comment could
 * become part of it; and if it does not read or write rows, because an object that it creates may keep
 * its text.
 *
 * @param system a value of `db.system.name`
 * @param comment without delimiters
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
