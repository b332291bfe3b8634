import { type FieldType, SEARCH_FIELDS, type SearchField } from './fields.js';
import {
  type Operator,
  type QueryError,
  QuerySyntaxError,
  type Token,
  tokensOf,
} from './tokens.js';

/** A condition for spans or traces. */
export type QueryNode =
  | { readonly type: 'and' | 'or'; readonly nodes: readonly QueryNode[] }
  | { readonly type: 'not' | 'scope'; readonly node: QueryNode }
  | { readonly type: 'text'; readonly text: string }
  | QueryTerm;

/** A comparison of a field or an attribute. */
export interface QueryTerm {
  readonly type: 'term';
  readonly key: string;
  /** Undefined for an attribute. */
  readonly field: SearchField | undefined;
  readonly operator: Operator;
  readonly value: string;
  /** The value as a number; of a duration in nanoseconds. NaN if it is no number. */
  readonly number: number;
  /** For the operator `~`. */
  readonly pattern: RegExp | undefined;
}

/** What {@link parseQuery} returns. */
export type ParseResult =
  | { readonly query: QueryNode; readonly error?: undefined }
  | { readonly query?: undefined; readonly error: QueryError };

/** Deeper brackets are an error, so that no query overflows the call stack. */
const MAX_DEPTH = 50;
const MAX_LENGTH = 4_000;
const MAX_PATTERN_LENGTH = 200;

/**
 * Reads a query.
 *
 * ```text
 * query      = all *( "OR" all )
 * all        = 1*condition              ; side by side: all hold, for one span
 * condition  = [ "-" ] ( "(" query ")" / "{" query "}" / term / word )
 * term       = key operator value       ; operators : = != < > <= >= ~
 * ```
 *
 * @returns the condition, which is an empty `and` for an empty query; or what is wrong, and where
 */
export function parseQuery(text: string): ParseResult {
  try {
    if (text.length > MAX_LENGTH) {
      fail(`A query has at most ${MAX_LENGTH} characters`, { from: MAX_LENGTH, to: text.length });
    }
    const parser = new Parser(tokensOf(text), text.length);
    return { query: parser.parse() };
  } catch (error) {
    if (error instanceof QuerySyntaxError) return { error: error.error };
    throw error;
  }
}

class Parser {
  readonly #tokens: readonly Token[];
  readonly #end: number;
  #at = 0;
  #depth = 0;
  #isInScope = false;

  constructor(tokens: readonly Token[], end: number) {
    this.#tokens = tokens;
    this.#end = end;
  }

  parse(): QueryNode {
    if (this.#tokens.length === 0) return { type: 'and', nodes: [] };
    const node = this.#any();
    const rest = this.#peek();
    if (rest !== undefined) fail(`There is no bracket that this ${rest.text} closes`, rest);
    return node;
  }

  #any(): QueryNode {
    const nodes = [this.#all()];
    while (this.#peek()?.type === 'or') {
      this.#at++;
      nodes.push(this.#all());
    }
    return nodes.length === 1 ? (nodes[0] as QueryNode) : { type: 'or', nodes };
  }

  #all(): QueryNode {
    const nodes: QueryNode[] = [];
    for (let token = this.#peek(); token !== undefined; token = this.#peek()) {
      if (token.type === 'or' || token.type === ')' || token.type === '}') break;
      this.#at++;
      if (token.type !== 'and') nodes.push(this.#condition(token));
    }
    if (nodes.length === 0) {
      const next = this.#peek() ?? { from: Math.max(0, this.#end - 1), to: this.#end };
      fail('A condition is missing here, such as service:orders', next);
    }
    return nodes.length === 1 ? (nodes[0] as QueryNode) : { type: 'and', nodes };
  }

  #condition(token: Token): QueryNode {
    switch (token.type) {
      case 'not': {
        const next = this.#peek();
        if (next === undefined) fail('What must not hold is missing behind this', token);
        this.#at++;
        return { type: 'not', node: this.#nested(token, () => this.#condition(next)) };
      }
      case '(':
        return this.#nested(token, () => this.#closed(token, ')'));
      case '{': {
        if (this.#isInScope)
          fail('Braces stand for one span, so there are none within them', token);
        this.#isInScope = true;
        const node = this.#nested(token, () => this.#closed(token, '}'));
        this.#isInScope = false;
        return { type: 'scope', node };
      }
      case 'word':
        return { type: 'text', text: token.text };
      case 'term':
        return termOf(token);
      default:
        return fail(`A condition is missing before this ${token.text}`, token);
    }
  }

  #closed(open: Token, close: ')' | '}'): QueryNode {
    const node = this.#any();
    const token = this.#peek();
    if (token?.type !== close) fail(`This ${open.text} has no ${close}`, token ?? open);
    this.#at++;
    return node;
  }

  #nested(token: Token, read: () => QueryNode): QueryNode {
    if (++this.#depth > MAX_DEPTH)
      fail(`There are more than ${MAX_DEPTH} brackets within each other`, token);
    const node = read();
    this.#depth--;
    return node;
  }

  #peek(): Token | undefined {
    return this.#tokens[this.#at];
  }
}

function termOf(token: Token & { type: 'term' }): QueryTerm {
  const { key, operator, value } = token;
  if (value.text === '' && !value.isQuoted) fail(`The value is missing behind ${operator}`, token);
  const field = SEARCH_FIELDS.get(key.text);
  if (field !== undefined) checkField(field, token);
  const isOrder = operator.startsWith('<') || operator.startsWith('>');
  const number = field?.type === 'duration' ? durationOf(value.text) : numberOf(value.text);
  if (isOrder && Number.isNaN(number)) {
    const isDuration = !Number.isNaN(durationOf(value.text));
    const message = isDuration
      ? 'Only duration and trace.duration have units of time'
      : `${operator} needs a number`;
    fail(message, value);
  }
  const pattern = operator === '~' ? patternOf(value) : undefined;
  return { type: 'term', key: key.text, field, operator, value: value.text, number, pattern };
}

const OPERATORS_OF_TYPES: Readonly<Record<FieldType, readonly Operator[]>> = {
  text: [':', '=', '!=', '~'],
  choice: [':', '=', '!='],
  number: [':', '=', '!=', '<', '>', '<=', '>='],
  duration: ['<', '>', '<=', '>=', '=', '!=', ':'],
};

function checkField(field: SearchField, { operator, value, key }: Token & { type: 'term' }): void {
  const operators = OPERATORS_OF_TYPES[field.type];
  if (!operators.includes(operator)) {
    fail(`${field.key} can be compared with ${operators.join(' ')}`, {
      from: key.to,
      to: value.from,
    });
  }
  const { choices = [] } = field;
  if (field.type === 'choice' && !choices.includes(value.text.toLowerCase())) {
    fail(`${field.key} is one of ${choices.join(', ')}`, value);
  }
  if (field.type === 'duration' && Number.isNaN(durationOf(value.text))) {
    fail('A duration has a unit: ns, us, ms, s, m or h, as in 100ms', value);
  }
  if (field.type === 'number' && Number.isNaN(numberOf(value.text))) {
    fail(`${field.key} is a number`, value);
  }
  if (/^edge\b/.test(field.key) && !/^.+->.+$/.test(value.text)) {
    fail('An edge has two ends, as in orders->inventory', value);
  }
}

function numberOf(text: string): number {
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : NaN;
}

const UNITS: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  μs: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  min: 60e9,
  h: 3600e9,
};

/** Reads `100ms`, `1.5s` or `0` in nanoseconds; NaN for anything else. */
export function durationOf(text: string): number {
  if (text === '0') return 0;
  const match = /^(\d+\.?\d*|\.\d+)\s*([a-zµμ]+)$/i.exec(text);
  const unit = match === null ? undefined : UNITS[(match[2] as string).toLowerCase()];
  return unit === undefined ? NaN : Number(match?.[1]) * unit;
}

function patternOf(value: { text: string; from: number; to: number }): RegExp {
  if (value.text.length > MAX_PATTERN_LENGTH) {
    fail(`A pattern has at most ${MAX_PATTERN_LENGTH} characters`, value);
  }
  if (repeatsRepetition(value.text)) {
    fail('A group that is repeated must not contain * + { or |: it could take forever', value);
  }
  try {
    return new RegExp(value.text, 'iu');
  } catch {
    return fail('This is no regular expression of JavaScript', value);
  }
}

/** Finds groups such as `(a+)+`, for which a pattern needs exponential time, and back references. */
function repeatsRepetition(pattern: string): boolean {
  const plain = pattern.replace(/\\[^\dk]/g, '_').replace(/\[[^\]]*\]/g, '_');
  if (/\\[\dk]/.test(plain)) return true;
  const variable: boolean[] = [];
  for (let at = 0; at < plain.length; at++) {
    const character = plain[at] as string;
    if (character === '(') {
      variable.push(false);
    } else if (character === ')') {
      const isVariable = variable.pop() ?? false;
      const isRepeated = '*+{'.includes(plain[at + 1] ?? ' ');
      if (isVariable && isRepeated) return true;
      if ((isVariable || isRepeated) && variable.length > 0) variable[variable.length - 1] = true;
    } else if ('*+{|'.includes(character) && variable.length > 0) {
      variable[variable.length - 1] = true;
    }
  }
  return false;
}

function fail(message: string, { from, to }: { from: number; to: number }): never {
  throw new QuerySyntaxError({ message, column: from, length: Math.max(1, to - from) });
}
