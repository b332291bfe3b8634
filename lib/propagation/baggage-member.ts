import { type BaggageEntry, baggageEntryMetadataFromString } from '@opentelemetry/api';
import { isWhitespace } from '../carriers/carrier.js';
import { percentDecode, percentEncode } from './percent-encoding.js';

/** A parsed member of a baggage header. */
export interface BaggageMember {
  readonly key: string;
  readonly entry: BaggageEntry;
}

const EQUALS = 0x3d;
const SEMICOLON = 0x3b;

const TOKEN = 1;
const VALUE = 2;
const PROPERTY = 4;

/**
 * The parts of a member in which a character is allowed. Keys are HTTP tokens. `%` is not allowed in
 * values, because it must be encoded. Properties are already encoded.
 */
const CLASSES = new Uint8Array(128);
for (let code = 0x20; code <= 0x7e; code++) {
  const char = String.fromCharCode(code);
  let classes = 0;
  if (!'"(),/:;<=>?@[\\]{} '.includes(char)) classes |= TOKEN;
  if (!' ",;\\%'.includes(char)) classes |= VALUE;
  if (!'",\\'.includes(char)) classes |= PROPERTY;
  CLASSES[code] = classes;
}

/** Whether a text can be a key of the header: a token of RFC 7230. */
export function isBaggageKey(key: string): boolean {
  return key.length > 0 && isAll(key, TOKEN);
}

/**
 * Parses `key=value;properties` between two commas. The first `=` is the separator. Properties are kept
 * unchanged, so that they are forwarded unchanged.
 *
 * @returns undefined if the key is missing or not a token
 */
export function parseMember(header: string, from: number, to: number): BaggageMember | undefined {
  const start = afterWhitespace(header, from, to);
  const end = beforeWhitespace(header, start, to);
  const semicolon = positionOf(header, SEMICOLON, start, end);
  const equals = positionOf(header, EQUALS, start, semicolon);
  if (equals === semicolon) return undefined;
  const key = header.slice(start, beforeWhitespace(header, start, equals));
  if (!isBaggageKey(key)) return undefined;
  const value = percentDecode(slice(header, equals + 1, semicolon));
  const properties = semicolon === end ? '' : slice(header, semicolon + 1, end);
  const entry: BaggageEntry =
    properties === '' ? { value } : { value, metadata: baggageEntryMetadataFromString(properties) };
  return { key, entry };
}

/** Writes a member. Characters that are not allowed are percent-encoded. */
export function writeMember(key: string, entry: BaggageEntry): string {
  const member = `${key}=${encode(String(entry.value), VALUE)}`;
  if (entry.metadata === undefined) return member;
  const properties = encode(String(entry.metadata), PROPERTY);
  return properties === '' ? member : `${member};${properties}`;
}

function encode(text: string, allowed: number): string {
  if (isAll(text, allowed)) return text;
  let encoded = '';
  // Iterates over code points, so that a surrogate pair is encoded as one character.
  for (const char of text) {
    encoded += isAll(char, allowed) ? char : percentEncode(char);
  }
  return encoded;
}

function isAll(text: string, classes: number): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code > 0x7f || ((CLASSES[code] as number) & classes) === 0) return false;
  }
  return true;
}

function slice(text: string, from: number, to: number): string {
  const start = afterWhitespace(text, from, to);
  return text.slice(start, beforeWhitespace(text, start, to));
}

/**
 * Returns the position of a character in a range; `to` if it does not occur. `indexOf` would search to the
 * end of a long header for each member.
 */
export function positionOf(text: string, code: number, from: number, to: number): number {
  let position = from;
  while (position < to && text.charCodeAt(position) !== code) position++;
  return position;
}

/** The length of a member without surrounding whitespace. */
export function lengthOf(header: string, from: number, to: number): number {
  const start = afterWhitespace(header, from, to);
  return beforeWhitespace(header, start, to) - start;
}

function afterWhitespace(text: string, from: number, to: number): number {
  let position = from;
  while (position < to && isWhitespace(text.charCodeAt(position))) position++;
  return position;
}

function beforeWhitespace(text: string, from: number, to: number): number {
  let position = to;
  while (position > from && isWhitespace(text.charCodeAt(position - 1))) position--;
  return position;
}
