import { checkOption, checkStrings } from '../option-checks.js';
import { OTHER_METHOD } from './attributes.js';

/** RFC 9110, RFC 5789 (PATCH) and QUERY. */
const DEFAULT_METHODS = [
  'CONNECT',
  'DELETE',
  'GET',
  'HEAD',
  'OPTIONS',
  'PATCH',
  'POST',
  'PUT',
  'QUERY',
  'TRACE',
];

/** A request's method in the words of the semantic conventions. */
export interface KnownMethod {
  /** The first word of the span's name: the method, or `HTTP` where it is not known. */
  readonly nameInSpan: string;
  /** `http.request.method`: the method in upper case, or `_OTHER` where it is not known. */
  readonly method: string;
  /** `http.request.method_original`: what came, where that is not `method`. */
  readonly original: string | undefined;
}

/**
 * Which methods may stand in span names and in `http.request.method`: callers can send any word, and
 * names must not grow without bounds. Spec: `docs/http/http-spans.md`, `http.request.method`.
 */
export class KnownMethods {
  readonly #methods: ReadonlyMap<string, KnownMethod>;

  /**
   * @param methods replace the default list as a whole; upper case
   * @param option how the user knows the list, for the message of the error
   * @throws TracingConfigError if it is no array of words that are not empty
   */
  constructor(methods: readonly string[] = DEFAULT_METHODS, option = 'knownMethods') {
    const remedy =
      'Name all methods that may appear in spans, such as ["GET", "POST", "PURGE"]; the list replaces the default one.';
    checkStrings(option, methods, remedy);
    checkOption(methods.length > 0, option, 'must name at least one HTTP method', methods, remedy);
    this.#methods = new Map(
      methods.map((method) => [method, { nameInSpan: method, method, original: undefined }]),
    );
  }

  of(original: string): KnownMethod {
    const known = this.#methods.get(original);
    if (known !== undefined) return known;
    const sameInUpperCase = this.#methods.get(original.toUpperCase());
    if (sameInUpperCase !== undefined) return { ...sameInUpperCase, original };
    return { nameInSpan: 'HTTP', method: OTHER_METHOD, original };
  }
}
