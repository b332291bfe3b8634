import { SEARCH_FIELDS } from './fields.js';
import { OPERATORS, QuerySyntaxError, type Token, tokensOf } from './tokens.js';

/** What there is to complete, with how often it occurs. */
export interface Vocabulary {
  /** The keys of attributes. */
  keys(): Iterable<readonly [key: string, count: number]>;
  /** The values of a field or an attribute. */
  values(key: string): Iterable<readonly [value: string, count: number]>;
}

/** A way to go on with a query. */
export interface Suggestion {
  /** The columns of the query that `text` replaces. */
  readonly from: number;
  readonly to: number;
  readonly text: string;
  /** How often it occurs; undefined for fields and words of the language. */
  readonly count: number | undefined;
  /** What it is, of a field. */
  readonly help: string | undefined;
}

/** Options of {@link suggest}. */
export interface SuggestOptions {
  /** The most suggestions. @default 20 */
  readonly limit?: number;
}

const DEFAULT_LIMIT = 20;

/**
 * Completes a query at the cursor: a key while it is written, its values behind the operator. What begins
 * with the written text comes first, then what contains it; then what is more frequent.
 *
 * @param cursor the column of the cursor, from 0
 */
export function suggest(
  query: string,
  cursor: number,
  vocabulary: Vocabulary,
  { limit = DEFAULT_LIMIT }: SuggestOptions = {},
): Suggestion[] {
  const token = tokenAt(query, cursor);
  if (token?.type === 'term' && cursor >= token.value.from) {
    return suggestValues(token, vocabulary).slice(0, limit);
  }
  const key = token?.type === 'term' ? token.key : token;
  const isKey = key !== undefined && (token?.type === 'term' || token?.type === 'word');
  const from = isKey ? key.from : cursor;
  const to = isKey ? key.to : cursor;
  const written = query.slice(from, cursor);
  const suffix = token?.type === 'term' ? '' : ':';
  const fields: Candidate[] = [...SEARCH_FIELDS.values()].map(({ key, type, help }) => ({
    name: key,
    text: key + (type === 'duration' && suffix !== '' ? '>' : suffix),
    count: undefined,
    help,
  }));
  const attributes: Candidate[] = [...vocabulary.keys()]
    .filter(([name]) => !SEARCH_FIELDS.has(name))
    .map(([name, count]) => ({ name, text: quotedKey(name) + suffix, count, help: undefined }));
  return ranked([...fields, ...attributes], written)
    .slice(0, limit)
    .map(({ text, count, help }) => ({ from, to, text, count, help }));
}

interface Candidate {
  readonly name: string;
  readonly text: string;
  readonly count: number | undefined;
  readonly help: string | undefined;
}

function suggestValues(token: Token & { type: 'term' }, vocabulary: Vocabulary): Suggestion[] {
  const { key, value } = token;
  const choices = SEARCH_FIELDS.get(key.text)?.choices;
  const counts = new Map(vocabulary.values(key.text));
  const names = choices ?? [...counts.keys()];
  const candidates = names.map((name) => ({
    name,
    text: quotedValue(name),
    count: counts.get(name) ?? (counts.size === 0 ? undefined : 0),
    help: undefined,
  }));
  return ranked(candidates, value.text).map(({ text, count, help }) => {
    return { from: value.from, to: value.to, text, count, help };
  });
}

function ranked(candidates: readonly Candidate[], written: string): Candidate[] {
  const wanted = written.toLowerCase();
  const rankOf = ({ name }: Candidate): number => {
    const lower = name.toLowerCase();
    if (lower.startsWith(wanted)) return 0;
    return lower.split(/[._\s/-]/).some((part) => part.startsWith(wanted)) ? 1 : 2;
  };
  return candidates
    .filter(({ name }) => name.toLowerCase().includes(wanted))
    .map((candidate, index) => ({ candidate, index, rank: rankOf(candidate) }))
    .sort(
      (a, b) =>
        a.rank - b.rank ||
        (b.candidate.count ?? Infinity) - (a.candidate.count ?? Infinity) ||
        a.index - b.index,
    )
    .map(({ candidate }) => candidate);
}

/** The token that the cursor is in or behind; a text without a closing mark is closed for it. */
function tokenAt(query: string, cursor: number): Token | undefined {
  const before = query.slice(0, cursor);
  const tokens = tokensOrUndefined(query) ?? tokensOrUndefined(`${before}"`) ?? [];
  const token = tokens.findLast(({ from, to }) => from < cursor && cursor <= to);
  return token === undefined || isBracket(token) ? undefined : token;
}

function tokensOrUndefined(query: string): Token[] | undefined {
  try {
    return tokensOf(query);
  } catch (error) {
    if (error instanceof QuerySyntaxError) return undefined;
    throw error;
  }
}

function isBracket({ type }: Token): boolean {
  return type !== 'word' && type !== 'term';
}

function quotedValue(text: string): string {
  return text !== '' && !/[\s"(){}\\]/.test(text) ? text : quotedText(text);
}

function quotedKey(text: string): string {
  const isPlain =
    !/[\s"(){}\\]/.test(text) && !OPERATORS.some((operator) => text.includes(operator));
  return isPlain && !text.startsWith('-') ? text : quotedText(text);
}

function quotedText(text: string): string {
  return `"${text.replace(/[\\"]/g, '\\$&')}"`;
}
