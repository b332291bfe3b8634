import { isNameChar } from './sql-characters.js';

/**
 * Where a quoted text has ended, a doubled closer being part of it.
 *
 * @param position behind the opening quote
 * @returns undefined if it is not closed
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
 * Where a text in dollar quotes has ended; the end of all text if it is not closed.
 *
 * @param position of the first dollar sign
 * @returns undefined if no such quote begins here
 */
export function endOfDollarQuote(text: string, position: number): number | undefined {
  const last = Math.min(text.length, position + 1 + MAX_TAG_LENGTH);
  let tagEnd = position + 1;
  while (tagEnd < last && isTagCharacter(text.charCodeAt(tagEnd))) tagEnd++;
  // A tag of a length that nobody writes: to look for it could take long, and it hides something.
  if (tagEnd === last && tagEnd < text.length) return text.length;
  if (text.charCodeAt(tagEnd) !== DOLLAR) return undefined;
  const tag = text.slice(position, tagEnd + 1);
  const closing = text.indexOf(tag, tagEnd + 1);
  return closing < 0 ? text.length : closing + tag.length;
}

/**
 * Where a text as in `q'[…]'` has ended; the end of all text if it is not closed.
 *
 * @param position of the quote
 */
export function endOfDelimiterQuote(text: string, position: number): number {
  const opener = text[position + 1] ?? '';
  const closing = text.indexOf(`${CLOSERS.get(opener) ?? opener}'`, position + 2);
  return closing < 0 ? text.length : closing + 2;
}

/** Where a comment to the end of the line has ended. */
export function endOfLine(text: string, position: number): number {
  for (let index = position; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === LINE_FEED || code === CARRIAGE_RETURN) return index;
  }
  return text.length;
}

/**
 * Where a comment between slashes and asterisks has ended; the end of all text if it is not closed.
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
