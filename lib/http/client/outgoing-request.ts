import { validateHeaderName, validateHeaderValue } from 'node:http';

/** The headers of a request that is not sent yet. Names are in lower case. `Headers` of Fetch are such headers. */
export interface OutgoingHeaders {
  /** The value, or the values of a header that occurs several times; undefined or null if it is missing. */
  get(name: string): string | readonly string[] | null | undefined;
  /** Sets a header that the request does not have. Throws for a value that the client refuses. */
  set(name: string, value: string): void;
  /** Removes all values of a header. */
  delete(name: string): void;
  /** The names of all headers, in any case. */
  keys(): Iterable<string>;
}

/** The headers of a response. Names are in lower case. */
export type ResponseHeaders = Pick<OutgoingHeaders, 'get' | 'keys'>;

/** A request as a client is about to send it. A watcher translates the request of its client into one. */
export interface OutgoingRequest {
  /** The method, as the caller wrote it. */
  readonly method: string;
  /** The complete URL, with its query. */
  readonly url: URL;
  readonly headers: OutgoingHeaders;
  /** What the caller cancels the request with, as far as it is known. */
  readonly signal?: AbortSignal | null | undefined;
  /** The template of the path, if the caller gave one. */
  readonly urlTemplate?: string | undefined;
}

/**
 * Checks a header that Node or undici will not check any more: a value with a line break would add
 * headers to the request.
 *
 * @throws TypeError for a name or a value that HTTP does not allow
 */
export function checkHeader(name: string, value: string): void {
  validateHeaderName(name);
  validateHeaderValue(name, value);
}

/** Copies headers into `Headers`, for functions of the user. Skips those that `Headers` refuses. */
export function copyHeaders(headers: ResponseHeaders): Headers {
  const copy = new Headers();
  for (const key of headers.keys()) {
    const name = key.toLowerCase();
    const value = headers.get(name);
    try {
      if (value === null || value === undefined || copy.has(name)) continue;
      for (const item of Array.isArray(value) ? value : [value]) copy.append(name, String(item));
    } catch {
      // `http.request` accepts values that `Headers` does not.
    }
  }
  return copy;
}

/**
 * The URL of a request on a connection.
 *
 * @param origin scheme, host and port of the connection
 * @param target as in the request line: a path with a query, an absolute URL for a proxy, `*`, or the
 *   authority for CONNECT
 * @returns undefined if they form no URL
 */
export function urlOnConnection(origin: string, target: string): URL | undefined {
  const text = target.startsWith('/')
    ? origin + target
    : /^https?:\/\//i.test(target)
      ? target
      : origin;
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}

/** Returns a URL as it is sent: without its fragment, and without user and password. */
export function sentUrl({ origin, pathname, search }: URL): string {
  return origin + pathname + search;
}

/** Not an empty `Headers`: the first one makes Node load all of its `fetch`, here at import. */
export const NO_HEADERS: ResponseHeaders = { get: () => null, keys: () => [] };
