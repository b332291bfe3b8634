import { isNameChar, isSpace } from './sql-characters.js';
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
  if (!OPERATIONS.has(firstWordOf(text))) return false;
  if (text.includes('--') || text.includes('/*')) return false;
  const { hasHashComments, hasSlashComments } = sqlDialectOf(system);
  if (hasSlashComments && text.includes('//')) return false;
  return !(hasHashComments && text.includes('#'));
}

/** In upper case; empty for a word that is longer than an operation. */
function firstWordOf(text: string): string {
  let start = 0;
  while (isSpace(text.charCodeAt(start)) || text.charAt(start) === '(') start++;
  let end = start;
  while (end - start <= MAX_OPERATION_LENGTH && isNameChar(text.charCodeAt(end))) end++;
  return end - start > MAX_OPERATION_LENGTH ? '' : text.slice(start, end).toUpperCase();
}

const MAX_OPERATION_LENGTH = 7;
