import { isNameChar } from './sql-characters.js';

/**
 * The end of a quoted text. A doubled closing quote is part of the text.
 *
 * @param position after the opening quote
 * @returns undefined if the text is not closed
 */
export function endOfQuoted(
  text: string,
  position: number,
  closer: string,
  hasBackslashEscapes: boolean,
): number | undefined {
  const closerCode = closer.charCodeAt(0);
  for (let index = position; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === closerCode) {
      if (text.charCodeAt(index + 1) !== closerCode) return index + 1;
      index++;
    } else if (hasBackslashEscapes && code === BACKSLASH) {
      index++;
    }
  }
  return undefined;
}

/**
 * The end of a text in dollar quotes; the end of the SQL if it is not closed.
 *
 * @param position of the first dollar sign
 * @returns undefined if no dollar quote begins here
 */
export function endOfDollarQuote(text: string, position: number): number | undefined {
  const last = Math.min(text.length, position + 1 + MAX_TAG_LENGTH);
  let tagEnd = position + 1;
  while (tagEnd < last && isTagCharacter(text.charCodeAt(tagEnd))) tagEnd++;
  // Searching for many long tags would not be linear. Nobody writes such a tag, so it may hide a value.
  if (tagEnd === last && tagEnd < text.length) return text.length;
  if (text.charCodeAt(tagEnd) !== DOLLAR) return undefined;
  const tag = text.slice(position, tagEnd + 1);
  const closing = text.indexOf(tag, tagEnd + 1);
  return closing < 0 ? text.length : closing + tag.length;
}

/**
 * The end of a text such as `q'[…]'`; the end of the SQL if it is not closed.
 *
 * @param position of the quote
 */
export function endOfDelimiterQuote(text: string, position: number): number {
  const opener = text[position + 1] ?? '';
  const closing = text.indexOf(`${CLOSERS.get(opener) ?? opener}'`, position + 2);
  return closing < 0 ? text.length : closing + 2;
}

/** The end of a comment that lasts to the end of its line. */
export function endOfLine(text: string, position: number): number {
  for (let index = position; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === LINE_FEED || code === CARRIAGE_RETURN) return index;
  }
  return text.length;
}

/**
 * The end of a block comment; the end of the SQL if it is not closed.
 *
 * @param position of its first slash
 */
export function endOfBlockComment(text: string, position: number, canNest: boolean): number {
  let depth = 1;
  for (let index = position + 2; index < text.length; index++) {
    const code = text.charCodeAt(index);
    const next = text.charCodeAt(index + 1);
    if (code === ASTERISK && next === SLASH) {
      depth--;
      index++;
      if (depth === 0) return index + 1;
    } else if (canNest && code === SLASH && next === ASTERISK) {
      depth++;
      index++;
    }
  }
  return text.length;
}

const MAX_TAG_LENGTH = 64;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const DOLLAR = 0x24;
const ASTERISK = 0x2a;
const SLASH = 0x2f;
const BACKSLASH = 0x5c;
const CLOSERS = new Map([
  ['[', ']'],
  ['(', ')'],
  ['{', '}'],
  ['<', '>'],
]);

function isTagCharacter(code: number): boolean {
  return code !== DOLLAR && isNameChar(code);
}
