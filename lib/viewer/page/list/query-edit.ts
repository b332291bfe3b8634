import type { Suggestion } from '../../query/suggest.js';
import type { QueryError } from '../../query/tokens.js';

/** A query and where the cursor stands in it. */
export interface EditedQuery {
  readonly query: string;
  /** The column of the cursor, from 0. */
  readonly cursor: number;
}

/** Puts a suggestion into a query. Behind a value there is a space, so that the next term can be written. */
export function completed(query: string, { from, to, text }: Suggestion): EditedQuery {
  const isUnfinished = /[:=<>~]$/.test(text);
  const rest = query.slice(to);
  const space = isUnfinished || isOperatorNext(rest) || rest.startsWith(' ') ? '' : ' ';
  const head = query.slice(0, from) + text + space;
  const skipped = space === '' && !isUnfinished && rest.startsWith(' ') ? 1 : 0;
  return { query: head + rest, cursor: head.length + skipped };
}

/** The parts of a query before, at and behind an error; an error at the end is a space there. */
export function errorParts(
  query: string,
  { column, length }: QueryError,
): { readonly before: string; readonly wrong: string; readonly after: string } {
  const end = column + Math.max(length, 1);
  return {
    before: query.slice(0, column),
    wrong: query.slice(column, end) || ' ',
    after: query.slice(end),
  };
}

/** Whether a query ends in a word, which may become the key of a term. */
export function endsWithWord(query: string): boolean {
  return /(^|[\s({-])[^\s(){}"':=<>~]+$/.test(query);
}

function isOperatorNext(rest: string): boolean {
  return /^(!=|[:=<>~])/.test(rest);
}
