/** Words that begin a line; longer ones stand first, because the first that fits counts. */
const CLAUSES = [
  'INSERT INTO',
  'DELETE FROM',
  'LEFT OUTER JOIN',
  'RIGHT OUTER JOIN',
  'FULL OUTER JOIN',
  'LEFT JOIN',
  'RIGHT JOIN',
  'FULL JOIN',
  'INNER JOIN',
  'CROSS JOIN',
  'JOIN',
  'GROUP BY',
  'ORDER BY',
  'UNION ALL',
  'UNION',
  'ON CONFLICT',
  'FOR UPDATE',
  'SELECT',
  'FROM',
  'WHERE',
  'HAVING',
  'LIMIT',
  'OFFSET',
  'VALUES',
  'RETURNING',
  'SET',
];
const INDENTED = ['AND', 'OR', 'ON'];

// Texts, quoted names and comments are kept as they are.
const TOKENS = new RegExp(
  [
    `'(?:[^']|'')*'`,
    '"(?:[^"]|"")*"',
    '`[^`]*`',
    '--[^\\n]*',
    '/\\*[\\s\\S]*?\\*/',
    `\\b(?:${CLAUSES.map((words) => words.replaceAll(' ', '\\s+')).join('|')})\\b`,
    `\\b(?:${INDENTED.join('|')})\\b`,
    '[()]',
    '\\s+',
  ].join('|'),
  'gi',
);
const MAX_LENGTH = 20_000;

/**
 * SQL on several lines: each clause of the outer query begins one. Nothing but white space is changed, so that
 * a statement that is not understood is still the same statement. Longer texts than 20,000 characters stay as
 * they are.
 */
export function formatSql(sql: string): string {
  if (sql.length > MAX_LENGTH) return sql;
  let depth = 0;
  let text = '';
  let last = 0;
  for (const match of sql.matchAll(TOKENS)) {
    const [token] = match;
    text += sql.slice(last, match.index);
    last = match.index + token.length;
    if (token === '(') depth++;
    if (token === ')') depth--;
    if (/^\s/.test(token)) {
      text += ' ';
    } else if (depth === 0 && /^[a-z]/i.test(token) && !isRangeEnd(token, text)) {
      const indent = INDENTED.includes(token.toUpperCase()) ? '  ' : '';
      text = `${text.trimEnd()}\n${indent}${token.replace(/\s+/g, ' ')}`;
    } else {
      text += token;
    }
  }
  return (text + sql.slice(last)).trim();
}

/** The AND of `BETWEEN 1 AND 2` is no condition of its own. */
function isRangeEnd(token: string, before: string): boolean {
  return /^and$/i.test(token) && /\bBETWEEN\s+\S+\s*$/i.test(before);
}
