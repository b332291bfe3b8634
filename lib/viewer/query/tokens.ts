/** How a term compares. */
export const OPERATORS = [':', '=', '!=', '<', '>', '<=', '>=', '~'] as const;
export type Operator = (typeof OPERATORS)[number];

/** A text in a query with its place. */
export interface PlacedText {
  readonly text: string;
  /** The column of the first character, from 0. */
  readonly from: number;
  /** The column after the last character. */
  readonly to: number;
}

/** What stands in a query. */
export type Token =
  | (PlacedText & { readonly type: 'or' | 'and' | 'not' | '(' | ')' | '{' | '}' })
  /** A bare word, or a text in quotes. */
  | (PlacedText & { readonly type: 'word'; readonly isQuoted: boolean })
  | (PlacedText & {
      readonly type: 'term';
      readonly key: PlacedText;
      readonly operator: Operator;
      /** Without its quotes; empty if nothing follows the operator. */
      readonly value: PlacedText & { readonly isQuoted: boolean };
    });

/** An error in a query, for people. */
export interface QueryError {
  readonly message: string;
  /** The column where it is, from 0. */
  readonly column: number;
  /** The number of characters that it is about, at least 1. */
  readonly length: number;
}

/** Thrown by the functions that read queries; `parseQuery` returns its error instead. */
export class QuerySyntaxError extends Error {
  constructor(readonly error: QueryError) {
    super(error.message);
  }
}

const BRACKETS = '(){}';
const KEY_END = /[\s:=<>~"(){}]/;
const VALUE_END = /[\s"(){}]/;

/**
 * Cuts a query into tokens. A key ends at an operator, a value at a blank, a bracket or a quotation mark;
 * within quotation marks a backslash takes the next character as it is.
 *
 * @throws QuerySyntaxError for a text without a closing quotation mark
 */
export function tokensOf(query: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < query.length) {
    const character = query[at] as string;
    if (/\s/.test(character)) {
      at++;
    } else if (BRACKETS.includes(character)) {
      const type = character as '(' | ')' | '{' | '}';
      tokens.push({ type, text: character, from: at, to: at + 1 });
      at++;
    } else if (character === '-' && /[^\s]/.test(query[at + 1] ?? ' ')) {
      tokens.push({ type: 'not', text: '-', from: at, to: at + 1 });
      at++;
    } else {
      const token = wordOrTerm(query, at);
      tokens.push(token);
      at = token.to;
    }
  }
  return tokens;
}

function wordOrTerm(query: string, from: number): Token {
  const key = query[from] === '"' ? quoted(query, from) : bare(query, from, KEY_END);
  const operator = operatorAt(query, key.to);
  // A URL is a word: its colon is no operator.
  const isUrl = operator?.text === ':' && query.startsWith('//', operator.to);
  if (operator === undefined || key.text === '' || isUrl) {
    return key.isQuoted ? { type: 'word', ...key } : wordAt(query, from);
  }
  const valueFrom = skipBlanks(query, operator.to);
  // Only a value that touches the operator may be left out: `name: ` asks for nothing.
  const value =
    query[valueFrom] === '"' ? quoted(query, valueFrom) : bare(query, valueFrom, VALUE_END);
  const end = value.text === '' && !value.isQuoted ? operator.to : value.to;
  return {
    type: 'term',
    text: query.slice(from, end),
    from,
    to: end,
    key,
    operator: operator.text,
    value: end === operator.to ? { ...value, from: end, to: end } : value,
  };
}

const KEYWORDS: Readonly<Record<string, 'or' | 'and' | 'not'>> = {
  OR: 'or',
  AND: 'and',
  NOT: 'not',
};

function wordAt(query: string, from: number): Token {
  const word = bare(query, from, VALUE_END);
  const keyword = Object.hasOwn(KEYWORDS, word.text) ? KEYWORDS[word.text] : undefined;
  if (keyword === undefined) return { type: 'word', ...word };
  const { text, to } = word;
  return { type: keyword, text, from, to };
}

function operatorAt(
  query: string,
  from: number,
): { text: Operator; from: number; to: number } | undefined {
  const at = skipBlanks(query, from);
  const text = [query.slice(at, at + 2), query.slice(at, at + 1)].find((candidate) =>
    OPERATORS.includes(candidate as Operator),
  );
  return text === undefined
    ? undefined
    : { text: text as Operator, from: at, to: at + text.length };
}

function bare(query: string, from: number, end: RegExp): PlacedText & { isQuoted: boolean } {
  let to = from;
  while (to < query.length && !end.test(query[to] as string) && !isNotEqual(query, to, end)) to++;
  return { text: query.slice(from, to), from, to, isQuoted: false };
}

/** `!` is a part of words unless it begins the operator `!=`. */
function isNotEqual(query: string, at: number, end: RegExp): boolean {
  return end === KEY_END && query.startsWith('!=', at);
}

function quoted(query: string, from: number): PlacedText & { isQuoted: boolean } {
  let text = '';
  for (let at = from + 1; at < query.length; at++) {
    const character = query[at] as string;
    if (character === '"') return { text, from, to: at + 1, isQuoted: true };
    if (character === '\\' && at + 1 < query.length) text += query[++at];
    else text += character;
  }
  const message = 'The text has no closing quotation mark';
  throw new QuerySyntaxError({ message, column: from, length: query.length - from });
}

function skipBlanks(query: string, from: number): number {
  let at = from;
  while (/\s/.test(query[at] ?? '')) at++;
  return at;
}
