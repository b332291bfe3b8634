import { checkStrings } from '../option-checks.js';
import { SecretKeys } from '../secret-keys.js';

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
/** Keys are split into words, which costs time: a query with more keys shows no value of the others. */
const MAX_KEYS = 128;

/** Redacts the values of secret parameters in query strings and URLs. The keys stay. */
export class QueryRedactor {
  readonly #keys: ReadonlySet<string>;
  readonly #secretKeys: SecretKeys | false;

  /**
   * @param keys additional keys of secret parameters; case-sensitive
   * @param option name of the list for error messages
   * @param secretKeys the keys of secret attributes, which are secret in queries too; false for none
   * @throws TracingConfigError unless `keys` is an array of non-empty strings
   */
  constructor(
    keys: readonly string[] = [],
    option = 'redactedQueryKeys',
    secretKeys: SecretKeys | false = new SecretKeys(),
  ) {
    checkStrings(
      option,
      keys,
      'Name the query parameters whose values must not be recorded, such as ["token"].',
    );
    this.#keys = new Set([...DEFAULT_KEYS, ...keys]);
    this.#secretKeys = secretKeys;
  }

  /** @param query without the question mark */
  redactQuery(query: string): string {
    // No regular expression: one with all keys takes several times as long.
    let redacted = '';
    let copiedTo = 0;
    let start = 0;
    let keyCount = 0;
    let equals = query.indexOf('=');
    while (equals >= 0) {
      const next = query.indexOf('&', start);
      const end = next < 0 ? query.length : next;
      if (equals < end && this.#isSecret(query.slice(start, equals), keyCount++)) {
        redacted += `${query.slice(copiedTo, equals + 1)}${REDACTED}`;
        copiedTo = end;
      }
      start = end + 1;
      // Not for each parameter: a search from each of many parameters without a value is quadratic.
      if (equals < start) equals = query.indexOf('=', start);
    }
    return copiedTo === 0 ? query : redacted + query.slice(copiedTo);
  }

  #isSecret(key: string, index: number): boolean {
    if (index >= MAX_KEYS || this.#keys.has(key)) return true;
    const words = this.#secretKeys;
    return words !== false && words.has(key.includes('%') ? decode(key) : key);
  }

  /** Returns the URL as text, with redacted parameters, user name and password. */
  redactUrl(url: URL): string {
    const { search, username, password } = url;
    const hasCredentials = username !== '' || password !== '';
    // The common case, without the cost of the parts.
    if (search === '' && !hasCredentials) return url.href;
    const { protocol, host, pathname, hash } = url;
    const credentials = hasCredentials ? `${REDACTED}:${REDACTED}@` : '';
    const query = search === '' ? '' : `?${this.redactQuery(search.slice(1))}`;
    return `${protocol}//${credentials}${host}${pathname}${query}${hash}`;
  }
}

function decode(key: string): string {
  try {
    return decodeURIComponent(key);
  } catch {
    return key;
  }
}
