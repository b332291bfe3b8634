import { QuerySyntaxError, type Token, tokensOf } from '../../query/tokens.js';

/** The run that a query asks for, if it is the term `run:2` or `run=2` at its top; undefined without one. */
export function runOf(query: string): number | undefined {
  const { value } = runTerm(query) ?? {};
  return value === undefined || !/^\d+$/.test(value.text) ? undefined : Number(value.text);
}

/** A query with another run; all other terms stay as they are written. @param run empty for all runs */
export function withRun(query: string, run: string): string {
  const term = runTerm(query);
  const rest = term === undefined ? query : query.slice(0, term.from) + query.slice(term.to);
  return [rest.trim().replaceAll(/\s{2,}/g, ' '), run === '' ? '' : `run:${run}`]
    .filter((part) => part !== '')
    .join(' ');
}

function runTerm(query: string): (Token & { type: 'term' }) | undefined {
  try {
    const tokens = tokensOf(query);
    // In brackets, or beside OR, the term is not about the whole list.
    if (tokens.some(({ type }) => type !== 'term' && type !== 'word')) return undefined;
    return tokens.find(
      (token) => token.type === 'term' && token.key.text === 'run' && /^[:=]$/.test(token.operator),
    ) as (Token & { type: 'term' }) | undefined;
  } catch (error) {
    if (error instanceof QuerySyntaxError) return undefined;
    throw error;
  }
}
