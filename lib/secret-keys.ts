import { checkOption } from './option-checks.js';

/** Words of keys whose values are secret everywhere, as `joined` makes them. */
const SECRET_WORDS = [
  ...['password', 'passwords', 'passwd', 'pwd', 'passphrase', 'secret', 'secrets', 'token'],
  ...['authorization', 'cookie', 'cookies', 'setcookie', 'apikey', 'apikeys', 'accesskey'],
  ...['privatekey', 'secretkey', 'signingkey', 'encryptionkey', 'credential', 'credentials'],
  ...['bearer', 'jwt', 'idtoken', 'accesstoken', 'refreshtoken', 'authtoken', 'csrftoken'],
  ...['xsrftoken', 'sessiontoken', 'clientsecret', 'connectionstring'],
];

/** Keys of the semantic conventions in which such a word does not mean a secret. */
const HARMLESS_KEYS = ['gen_ai.token.type', 'aws.secretsmanager.secret.arn'];

/** A limit for applications that generate keys at run time. */
const MAX_REMEMBERED_KEYS = 5000;
/** Longer keys come from outside, such as from a query. */
const MAX_REMEMBERED_LENGTH = 128;

/**
 * Recognises the keys of secret attributes by their words: `user.password`, `apiKey`, `x-api-key` and
 * `http.request.header.set-cookie` are secret, `tokens.count` and `passwordless` are not. The result for
 * a key is remembered, so the next test of it is one look-up.
 */
export class SecretKeys {
  readonly #words: ReadonlySet<string>;
  readonly #longestWord: number;
  readonly #except: ReadonlySet<string>;
  readonly #remembered = new Map<string, boolean>();

  /**
   * @param more further secret words
   * @param except whole keys that are not secret
   * @throws TracingConfigError for a word without a letter or digit, and for what is no list of texts
   */
  constructor(more: readonly string[] = [], except: readonly string[] = []) {
    checkTexts('redaction.keys', more);
    checkTexts('redaction.except', except);
    this.#words = new Set([...SECRET_WORDS, ...more.map((word) => wordsOf(word).join(''))]);
    this.#longestWord = Math.max(...[...this.#words].map(({ length }) => length));
    this.#except = new Set([...HARMLESS_KEYS, ...except]);
  }

  has(key: string): boolean {
    const known = this.#remembered.get(key);
    if (known !== undefined) return known;
    const isSecret = !this.#except.has(key) && this.#hasSecretWord(wordsOf(key));
    if (key.length > MAX_REMEMBERED_LENGTH) return isSecret;
    if (this.#remembered.size >= MAX_REMEMBERED_KEYS) this.#remembered.clear();
    this.#remembered.set(key, isSecret);
    return isSecret;
  }

  /** Words may be joined differently in key and list, so runs of them are joined and compared. */
  #hasSecretWord(words: readonly string[]): boolean {
    for (let first = 0; first < words.length; first++) {
      let joined = '';
      for (let last = first; last < words.length; last++) {
        joined += words[last];
        if (joined.length > this.#longestWord) break;
        if (this.#words.has(joined)) return true;
      }
    }
    return false;
  }
}

/** The words of a key in dotted, snake, kebab or camel case, in lower case. */
function wordsOf(key: string): string[] {
  return key
    .replace(/(\p{Ll}|\d)(\p{Lu})/gu, '$1 $2')
    .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\d]+/u)
    .filter((word) => word !== '');
}

function checkTexts(option: string, texts: readonly string[]): void {
  const isGood = (text: unknown): boolean => typeof text === 'string' && wordsOf(text).length > 0;
  checkOption(
    Array.isArray(texts) && texts.every(isGood),
    option,
    'must be an array of strings with a letter or digit in each',
    texts,
    "Give the words or keys themselves, such as ['iban'].",
  );
}
