import { isWhitespace } from '../carriers/carrier.js';

export interface TraceStateMember {
  readonly key: string;
  readonly value: string;
}

/** Maximum number of members of a valid list. */
export const MAX_MEMBERS = 32;
/** Maximum length of a key, and of a value. */
const MAX_LENGTH = 256;

/** Maximum length of a valid list, with a comma after each member. */
const MAX_LIST_LENGTH = MAX_MEMBERS * (2 * MAX_LENGTH + 2);

/** The form of a header value according to the grammar. */
export const TextForm = {
  INVALID: 0,
  /** Valid, but with whitespace or empty members that must not be forwarded. */
  LOOSE: 1,
  /** Valid, and can be forwarded unchanged. */
  CANONICAL: 2,
} as const;

export type TextForm = (typeof TextForm)[keyof typeof TextForm];

const COMMA = 0x2c;
const EQUALS = 0x3d;

const KEY_START = 1;
const KEY = 2;
const VALUE = 4;

/** The parts of a member in which a character is allowed. Keys follow level 2, which includes level 1. */
const CLASSES = new Uint8Array(256);
for (let code = 0x20; code <= 0x7e; code++) CLASSES[code] = VALUE;
for (const char of '_-*/@') allow(char, KEY);
for (const char of 'abcdefghijklmnopqrstuvwxyz0123456789') allow(char, KEY | KEY_START);
CLASSES[COMMA] = 0;
CLASSES[EQUALS] = 0;

/**
 * Parses the members of a header value.
 *
 * @returns undefined if one member is invalid, or if there are too many members
 */
export function parseMembers(text: string): TraceStateMember[] | undefined {
  const members: TraceStateMember[] = [];
  return scan(text, members) === TextForm.INVALID ? undefined : members;
}

/** Checks a header value without allocating members. */
export function textFormOf(text: string): TextForm {
  return scan(text, undefined);
}

export function isTraceStateKey(key: string): boolean {
  return key.length > 0 && endOfKey(key, 0) === key.length;
}

export function isTraceStateValue(value: string): boolean {
  if (value.length === 0 || value.length > MAX_LENGTH || value.endsWith(' ')) return false;
  return endOfValue(value, 0) === value.length;
}

function scan(text: string, members: TraceStateMember[] | undefined): TextForm {
  if (text.length > MAX_LIST_LENGTH) return TextForm.INVALID;
  let form: TextForm = TextForm.CANONICAL;
  let count = 0;
  let position = 0;
  while (position <= text.length) {
    const start = afterWhitespace(text, position);
    if (start === text.length || text.charCodeAt(start) === COMMA) {
      form = TextForm.LOOSE;
      position = start + 1;
      continue;
    }
    const keyEnd = endOfKey(text, start);
    if (keyEnd < 0 || text.charCodeAt(keyEnd) !== EQUALS) return TextForm.INVALID;
    const valueEnd = endOfValue(text, keyEnd + 1);
    const trimmedEnd = beforeSpaces(text, keyEnd + 1, valueEnd);
    const valueLength = trimmedEnd - keyEnd - 1;
    if (valueLength === 0 || valueLength > MAX_LENGTH || ++count > MAX_MEMBERS) {
      return TextForm.INVALID;
    }
    const end = afterWhitespace(text, valueEnd);
    if (end < text.length && text.charCodeAt(end) !== COMMA) return TextForm.INVALID;
    if (start !== position || trimmedEnd !== end) form = TextForm.LOOSE;
    members?.push({ key: text.slice(start, keyEnd), value: text.slice(keyEnd + 1, trimmedEnd) });
    position = end + 1;
  }
  return form;
}

/** Returns the end of the key that starts at `start`; -1 if there is no key, or if it is too long. */
function endOfKey(text: string, start: number): number {
  if ((classOf(text, start) & KEY_START) === 0) return -1;
  let end = start + 1;
  while (end < text.length && (classOf(text, end) & KEY) !== 0) end++;
  return end - start > MAX_LENGTH ? -1 : end;
}

function endOfValue(text: string, start: number): number {
  let end = start;
  while (end < text.length && (classOf(text, end) & VALUE) !== 0) end++;
  return end;
}

function beforeSpaces(text: string, start: number, end: number): number {
  let position = end;
  while (position > start && text.charCodeAt(position - 1) === 0x20) position--;
  return position;
}

function afterWhitespace(text: string, start: number): number {
  let position = start;
  while (position < text.length && isWhitespace(text.charCodeAt(position))) position++;
  return position;
}

function classOf(text: string, position: number): number {
  const code = text.charCodeAt(position);
  return code < 256 ? (CLASSES[code] as number) : 0;
}

function allow(char: string, classes: number): void {
  const code = char.charCodeAt(0);
  CLASSES[code] = (CLASSES[code] as number) | classes;
}
