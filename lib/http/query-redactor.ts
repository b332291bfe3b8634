import { checkStrings } from '../option-checks.js';

/** Semantic conventions 1.45.0, `url.query` and `url.full`: case-sensitive. */
const DEFAULT_KEYS = [
  'AWSAccessKeyId',
  'Signature',
  'X-Amz-Credential',
  'X-Amz-Security-Token',
  'X-Amz-Signature',
  'X-Goog-Signature',
  'sig',
];

const REDACTED = 'REDACTED';

/** Takes secrets out of query strings and URLs before they get into a span; the keys stay. */
export class QueryRedactor {
  readonly #keys: ReadonlySet<string>;

  /**
   * @param keys more keys whose values are secrets; case-sensitive
   * @param option how the user knows the list, for the message of the error
   * @throws TracingConfigError if it is no array of strings that are not empty
   */
  constructor(keys: readonly string[] = [], option = 'redactedQueryKeys') {
    checkStrings(
      option,
      keys,
      'Name the query parameters whose values must not be recorded, such as ["token"].',
    );
    this.#keys = new Set([...DEFAULT_KEYS, ...keys]);
  }

  /** @param query without the question mark */
  redactQuery(query: string): string {
    // Read by hand: a regular expression of all keys takes several times as long.
    let redacted = '';
    let copiedTo = 0;
    let start = 0;
    while (start < query.length) {
      const next = query.indexOf('&', start);
      const end = next < 0 ? query.length : next;
      const equals = query.indexOf('=', start);
      if (equals >= 0 && equals < end && this.#keys.has(query.slice(start, equals))) {
        redacted += `${query.slice(copiedTo, equals + 1)}${REDACTED}`;
        copiedTo = end;
      }
      start = end + 1;
    }
    return copiedTo === 0 ? query : redacted + query.slice(copiedTo);
  }

  /** The URL as text, without the user's name and password too. */
  redactUrl(url: URL): string {
    const { protocol, host, pathname, search, hash, username, password } = url;
    const hasCredentials = username !== '' || password !== '';
    const credentials = hasCredentials ? `${REDACTED}:${REDACTED}@` : '';
    const query = search === '' ? '' : `?${this.redactQuery(search.slice(1))}`;
    return `${protocol}//${credentials}${host}${pathname}${query}${hash}`;
  }
}
