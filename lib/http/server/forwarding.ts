import type { IncomingHttpHeaders } from 'node:http';

/** The request as the client sent it, by the headers of the proxies in front of a server. */
export interface Forwarding {
  /** The client: an address, with or without a port. */
  readonly client: string | undefined;
  /** The host in the request of the client: `host` or `host:port`. */
  readonly host: string | undefined;
  /** `http` or `https`. */
  readonly scheme: string | undefined;
}

/**
 * Reads `Forwarded` (RFC 7239), or if it is missing `X-Forwarded-For`, `-Host` and `-Proto`. Only the first
 * element of each header counts: the proxy nearest to the client wrote it. Every client can send these
 * headers, so read them only if the user declares that a proxy sets them.
 */
export function readForwarding(headers: IncomingHttpHeaders): Forwarding {
  const forwarded = firstOf(headers.forwarded);
  if (forwarded !== undefined) {
    const pairs = readPairs(forwarded);
    return {
      client: pairs.get('for'),
      host: pairs.get('host'),
      scheme: schemeOf(pairs.get('proto')),
    };
  }
  return {
    client: firstOf(headers['x-forwarded-for']),
    host: firstOf(headers['x-forwarded-host']),
    scheme: schemeOf(firstOf(headers['x-forwarded-proto'])),
  };
}

function firstOf(header: string | string[] | undefined): string | undefined {
  const text = Array.isArray(header) ? header[0] : header;
  const first = text?.slice(0, endOfPart(text, 0, COMMA)).trim();
  return first === '' ? undefined : first;
}

/** The parts of an element that are read: RFC 7239 defines four names. */
const MAX_PARTS = 16;

/** Parses `name=value;name="value"`. Parts of another form are ignored. */
function readPairs(element: string): Map<string, string> {
  const pairs = new Map<string, string>();
  let start = 0;
  for (let count = 0; count < MAX_PARTS && start < element.length; count++) {
    const end = endOfPart(element, start, SEMICOLON);
    const part = element.slice(start, end);
    const equals = part.indexOf('=');
    const value = equals < 0 ? '' : unquoted(part.slice(equals + 1).trim());
    if (value !== '') pairs.set(part.slice(0, equals).trim().toLowerCase(), value);
    start = end + 1;
  }
  return pairs;
}

function unquoted(text: string): string {
  if (text.charCodeAt(0) !== QUOTE) return /[\s"]/.test(text) ? '' : text;
  const end = endOfQuoted(text, 0);
  return end < 0 ? '' : text.slice(1, end).replace(/\\(.)/g, '$1');
}

// Scanned by character: a regular expression for this format backtracks, so hostile texts take quadratic time.

/**
 * Returns the index of the next separator outside quotes, or of a quote that is never closed. If there is
 * neither, returns the length of the text.
 */
function endOfPart(text: string, start: number, separator: number): number {
  let index = start;
  while (index < text.length) {
    const code = text.charCodeAt(index);
    if (code === separator) return index;
    if (code === QUOTE) {
      const end = endOfQuoted(text, index);
      if (end < 0) return index;
      index = end;
    }
    index++;
  }
  return index;
}

/** Returns the index of the closing quote; -1 if there is none. A backslash escapes the next character. */
function endOfQuoted(text: string, start: number): number {
  for (let index = start + 1; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === QUOTE) return index;
    if (code === BACKSLASH) index++;
  }
  return -1;
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const SEMICOLON = 0x3b;
const BACKSLASH = 0x5c;

function schemeOf(text: string | undefined): string | undefined {
  const scheme = text?.toLowerCase();
  return scheme === 'http' || scheme === 'https' ? scheme : undefined;
}
