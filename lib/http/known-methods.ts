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

/** The first word of the span's name for an unknown method. */
export const UNKNOWN_METHOD = 'HTTP';

/** The method of a request in the form of the semantic conventions. */
export interface KnownMethod {
  /** The first word of the span's name: the method, or `HTTP` for an unknown method. */
  readonly nameInSpan: string;
  /** `http.request.method`: the method in upper case, or `_OTHER` for an unknown method. */
  readonly method: string;
  /** `http.request.method_original`: the method as received, if it differs from `method`. */
  readonly original: string | undefined;
}

/**
 * Limits the methods that appear in span names and in `http.request.method`. Clients can send any word
 * as a method, and the number of span names must stay bounded.
 *
 * Spec: `docs/http/http-spans.md`, `http.request.method`.
 */
export class KnownMethods {
  /** The known methods by their exact names. {@link of} also accepts all other words. */
  readonly byName: ReadonlyMap<string, KnownMethod>;

  /**
   * @param methods replace the complete default list; in upper case
   * @param option name of the list for error messages
   * @throws TracingConfigError unless `methods` is a non-empty array of non-empty strings
   */
  constructor(methods: readonly string[] = DEFAULT_METHODS, option = 'knownMethods') {
    const remedy =
      'Name all methods that may appear in spans, such as ["GET", "POST", "PURGE"]; the list replaces the default one.';
    checkStrings(option, methods, remedy);
    checkOption(methods.length > 0, option, 'must name at least one HTTP method', methods, remedy);
    this.byName = new Map(
      methods.map((method) => [method, { nameInSpan: method, method, original: undefined }]),
    );
  }

  of(original: string): KnownMethod {
    const known = this.byName.get(original);
    if (known !== undefined) return known;
    const sameInUpperCase = this.byName.get(original.toUpperCase());
    if (sameInUpperCase !== undefined) return { ...sameInUpperCase, original };
    return { nameInSpan: UNKNOWN_METHOD, method: OTHER_METHOD, original };
  }
}
