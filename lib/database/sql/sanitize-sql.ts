import { sqlDialectOf } from './sql-dialect.js';
import { SqlScanner } from './sql-scanner.js';

/**
 * Replaces each literal of SQL with `?` and removes its comments, which may contain anything. Names,
 * keywords and placeholders are unchanged.
 *
 * Semantic conventions 1.45.0, `docs/db/database-spans.md`, "Sanitization of `db.query.text`".
 *
 * @param system a value of `db.system.name`; decides what is a literal
 * @param maxLength the length at which to stop, in UTF-16 code units; the result may be longer
 */
export function sanitizeSql(text: string, system: string, maxLength = Infinity): string {
  const dialect = sqlDialectOf(system);
  const scanner = new SqlScanner(text, dialect);
  let sanitized = '';
  let copiedTo = 0;
  let lastWord = '';
  let lastPunctuation = '';
  let wasWord = false;
  while (sanitized.length <= maxLength) {
    const kind = scanner.next();
    if (kind === 'end') break;
    const { start, end } = scanner;
    const isLiteral =
      kind === 'literal' ||
      (kind === 'name' &&
        dialect.doubleQuotes === 'either' &&
        text[start] === '"' &&
        scanner.following !== POINT &&
        (wasWord ? isOperatorWord(lastWord) : isValuePlace(lastPunctuation, lastWord)));
    sanitized += text.slice(copiedTo, isLiteral || kind === 'comment' ? start : end);
    if (isLiteral) sanitized += '?';
    // The comment may have separated two words.
    else if (kind === 'comment' && start > 0 && start === copiedTo) sanitized += ' ';
    copiedTo = end;
    if (kind === 'comment') continue;
    wasWord = kind === 'word';
    if (wasWord) {
      const word = end - start <= MAX_WORD_LENGTH ? text.slice(start, end).toUpperCase() : '';
      if (!VALUE_WORDS.has(word)) lastWord = word;
    }
    lastPunctuation = kind === 'punctuation' ? text.slice(start, end) : '';
  }
  return sanitized.trim();
}

const POINT = 0x2e;
const MAX_WORD_LENGTH = 8;
/** Words that stand in the place of a literal. */
const VALUE_WORDS = new Set(['NULL', 'TRUE', 'FALSE', 'DEFAULT']);

function isOperatorWord(word: string): boolean {
  return (
    word === 'LIKE' || word === 'GLOB' || word === 'REGEXP' || word === 'MATCH' || word === 'IS'
  );
}

/** Where a text in double quotes is a value: SQLite reads it as one unless it is the name of something. */
function isValuePlace(punctuation: string, lastWord: string): boolean {
  switch (punctuation) {
    case '=':
    case '<':
    case '>':
    case '|':
      return true;
    case '(':
    case ',':
      return lastWord === 'VALUES' || lastWord === 'IN' || lastWord === 'SET';
    default:
      return false;
  }
}
