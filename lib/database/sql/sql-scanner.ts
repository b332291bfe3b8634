import { isDigit, isNameChar, isNameStart, isSpace } from './sql-characters.js';
import type { SqlDialect } from './sql-dialect.js';
import {
  endOfBlockComment,
  endOfDelimiterQuote,
  endOfDollarQuote,
  endOfLine,
  endOfQuoted,
} from './sql-quotes.js';

/** The kind of a token. White space is not a token. */
export type SqlTokenKind =
  /** A keyword or a name without quotes. */
  | 'word'
  /** A name in quotes. */
  | 'name'
  /** A text, a number, or anything that may be one. */
  | 'literal'
  | 'placeholder'
  | 'comment'
  | 'punctuation'
  | 'end';

/**
 * Splits SQL into tokens. It knows no grammar and accepts any text: what is not closed lasts to the end
 * of the text and counts as a literal. It reads each character a bounded number of times, whatever the
 * text is.
 */
export class SqlScanner {
  readonly text: string;
  kind: SqlTokenKind = 'end';
  /** The start of the token. */
  start = 0;
  /** The end of the token, exclusive. */
  end = 0;
  readonly #dialect: SqlDialect;
  readonly #length: number;

  /** @param length of the part of the text to read, in UTF-16 code units */
  constructor(text: string, dialect: SqlDialect, length = text.length) {
    this.text = text;
    this.#dialect = dialect;
    this.#length = Math.min(length, text.length);
  }

  /** Moves to the next token and returns its kind. */
  next(): SqlTokenKind {
    const { text } = this;
    let position = this.end;
    while (position < this.#length && isSpace(text.charCodeAt(position))) position++;
    this.start = position;
    if (position >= this.#length) return this.#take('end', position);
    const code = text.charCodeAt(position);
    if (isNameStart(code)) return this.#word(position);
    if (isDigit(code)) return this.#number(position);
    return this.#other(position, text[position] as string);
  }

  /** The code of the character after the token; NaN at the end of the text. */
  get following(): number {
    return this.text.charCodeAt(this.end);
  }

  #take(kind: SqlTokenKind, end: number): SqlTokenKind {
    this.end = end;
    this.kind = kind;
    return kind;
  }

  #other(position: number, character: string): SqlTokenKind {
    const { text } = this;
    const dialect = this.#dialect;
    const second = text.charCodeAt(position + 1);
    switch (character) {
      case "'":
        return this.#quoted('literal', position, "'", dialect.hasBackslashEscapes);
      case '"':
        return dialect.doubleQuotes === 'string'
          ? this.#quoted('literal', position, '"', dialect.hasBackslashEscapes)
          : this.#quoted('name', position, '"', false);
      case '`':
        return this.#quoted('name', position, '`', false);
      case '[':
        if (this.#isBracketName(second)) return this.#quoted('name', position, ']', false);
        break;
      case '-':
        if (this.#isLineComment(position)) return this.#take('comment', endOfLine(text, position));
        break;
      case '/':
        if (second === SLASH && dialect.hasSlashComments) {
          return this.#take('comment', endOfLine(text, position));
        }
        if (text[position + 1] === '*') {
          return this.#take(
            'comment',
            endOfBlockComment(text, position, dialect.hasNestedComments),
          );
        }
        break;
      case '#':
        if (dialect.hasHashComments) return this.#take('comment', endOfLine(text, position));
        if (dialect.hasHashNames && isNameChar(second)) return this.#word(position);
        break;
      case '$':
        return this.#dollar(position);
      case '?':
        return this.#take('placeholder', this.#afterName(position + 1, isDigit));
      case ':':
        return this.#colon(position, second);
      case '@':
        if (isNameChar(second)) {
          return this.#take('placeholder', this.#afterName(position + 1, isNameChar));
        }
        break;
      case '.':
        if (isDigit(second)) return this.#number(position);
        break;
    }
    return this.#take('punctuation', position + 1);
  }

  #quoted(
    kind: SqlTokenKind,
    position: number,
    closer: string,
    hasBackslashEscapes: boolean,
  ): SqlTokenKind {
    const end = endOfQuoted(this.text, position + 1, closer, hasBackslashEscapes);
    // A quote that is never closed may contain anything.
    return end === undefined ? this.#take('literal', this.text.length) : this.#take(kind, end);
  }

  #word(position: number): SqlTokenKind {
    const { text } = this;
    const end = this.#afterName(position + 1, isNameChar);
    if (text[end] !== "'") return this.#take('word', end);
    const prefix = text.slice(position, Math.min(end, position + 2)).toUpperCase();
    const dialect = this.#dialect;
    if (dialect.hasDelimiterQuotes && (prefix === 'Q' || prefix === 'NQ')) {
      return this.#take('literal', endOfDelimiterQuote(text, end));
    }
    if (end - position > 1 || !'ENBXR'.includes(prefix)) return this.#take('word', end);
    return this.#quoted('literal', end, "'", dialect.hasBackslashEscapes || prefix === 'E');
  }

  #number(position: number): SqlTokenKind {
    const { text } = this;
    const isHexadecimal =
      text[position] === '0' && (text[position + 1] ?? '').toLowerCase() === 'x';
    let end = position + 1;
    for (; end < text.length; end++) {
      const code = text.charCodeAt(end);
      if (isNameChar(code) || code === POINT) continue;
      const isExponentSign =
        (code === PLUS || code === MINUS) &&
        !isHexadecimal &&
        (text.charCodeAt(end - 1) | LOWER_CASE_BIT) === LETTER_E &&
        isDigit(text.charCodeAt(end + 1));
      if (!isExponentSign) break;
    }
    return this.#take('literal', end);
  }

  #dollar(position: number): SqlTokenKind {
    const { text } = this;
    const second = text.charCodeAt(position + 1);
    if (isDigit(second)) {
      return this.#take('placeholder', this.#afterName(position + 1, isDigit));
    }
    if (this.#dialect.hasDollarQuotes) {
      const end = endOfDollarQuote(text, position);
      if (end !== undefined) return this.#take('literal', end);
    }
    if (!isNameStart(second)) return this.#take('punctuation', position + 1);
    return this.#take('placeholder', this.#afterName(position + 1, isNameChar));
  }

  #colon(position: number, second: number): SqlTokenKind {
    if (second === COLON || second === EQUALS) return this.#take('punctuation', position + 2);
    // Oracle numbers its placeholders, `:1`. In other databases that is the end of an array slice.
    const isPlaceholder = this.#dialect.hasDelimiterQuotes
      ? isNameChar(second)
      : isNameStart(second);
    if (!isPlaceholder) return this.#take('punctuation', position + 1);
    return this.#take('placeholder', this.#afterName(position + 1, isNameChar));
  }

  #isBracketName(second: number): boolean {
    const { bracketNames } = this.#dialect;
    return bracketNames === 'always' || (bracketNames === 'guess' && isNameStart(second));
  }

  #isLineComment(position: number): boolean {
    if (this.text[position + 1] !== '-') return false;
    const third = this.text.charCodeAt(position + 2);
    return !this.#dialect.needsSpaceAfterDashes || Number.isNaN(third) || isSpace(third);
  }

  #afterName(position: number, belongs: (code: number) => boolean): number {
    const { text } = this;
    let end = position;
    while (end < text.length) {
      const code = text.charCodeAt(end);
      if (!belongs(code) && !(code === HASH && this.#dialect.hasHashNames)) break;
      end++;
    }
    return end;
  }
}

const HASH = 0x23;
const SLASH = 0x2f;
const PLUS = 0x2b;
const MINUS = 0x2d;
const POINT = 0x2e;
const COLON = 0x3a;
const EQUALS = 0x3d;
const LETTER_E = 0x65;
const LOWER_CASE_BIT = 0x20;
