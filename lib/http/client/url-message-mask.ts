import { QueryRedactor } from '../query-redactor.js';

/** More of a message is not shown either. */
const MAX_LENGTH = 8192;
/** Ends at what cannot be part of a URL in a sentence. */
const URL_IN_TEXT = /\b[a-z][a-z0-9+.-]{0,15}:\/\/[^\s"'<>`]+/gi;

const redactor = new QueryRedactor();

/**
 * A rule for the messages of errors that repeat a URL with secrets, such as those of `fetch` for a URL
 * that is invalid or contains a password.
 *
 * @returns the message with redacted URLs; undefined if there is nothing to redact
 */
export function maskUrlsOf(error: object): string | undefined {
  const { message } = error as { message?: unknown };
  if (typeof message !== 'string' || !message.includes('://')) return undefined;
  const shown = message.slice(0, MAX_LENGTH);
  const masked = redactUrls(shown);
  return masked === shown ? undefined : masked;
}

/** Redacts the URLs in a text, also invalid ones. */
export function redactUrls(text: string): string {
  return text.replace(URL_IN_TEXT, redactUrlText);
}

/** By position and not by `new URL`: what cannot be parsed has secrets too. */
function redactUrlText(url: string): string {
  const authority = url.indexOf('://') + 3;
  const question = url.indexOf('?', authority);
  const beforeQuery = question < 0 ? url : url.slice(0, question);
  const query = question < 0 ? '' : `?${redactor.redactQuery(url.slice(question + 1))}`;
  const slash = beforeQuery.indexOf('/', authority);
  const at = beforeQuery.lastIndexOf('@', slash < 0 ? beforeQuery.length : slash);
  if (at < authority) return beforeQuery + query;
  return `${beforeQuery.slice(0, authority)}REDACTED:REDACTED${beforeQuery.slice(at)}${query}`;
}
