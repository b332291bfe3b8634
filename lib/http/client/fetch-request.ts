import type { OutgoingRequest } from './outgoing-request.js';

/** The request of a call of `fetch`. */
export interface FetchRequest extends OutgoingRequest {
  /** A copy: the headers of the caller never change. */
  readonly headers: Headers;
}

/** `RequestInit` of `fetch`, and what a span can say besides. */
export interface TracedFetchInit extends RequestInit {
  /**
   * The URL's path with its variable parts as names, such as `/orders/{id}`. It becomes
   * `url.template` and part of the span's name, so it must have few values.
   * @default none: the span is named by the method alone
   */
  readonly urlTemplate?: string;
}

/**
 * Reads the arguments of `fetch` as `fetch` does: those in `init` win.
 *
 * @returns undefined for what goes over no network (`data:`, `blob:`)
 * @throws TypeError for what `fetch` will refuse as well
 */
export function readFetchRequest(
  input: string | URL | Request,
  init: TracedFetchInit | undefined,
): FetchRequest | undefined {
  const request = input instanceof Request ? input : undefined;
  const url = new URL(request?.url ?? String(input));
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return undefined;
  return {
    url,
    method: init?.method ?? request?.method ?? 'GET',
    headers: new Headers(init?.headers ?? request?.headers),
    signal: init?.signal ?? request?.signal,
    urlTemplate: typeof init?.urlTemplate === 'string' ? init.urlTemplate : undefined,
  };
}

/** The arguments of `fetch` with other headers; the user's own objects stay as they are. */
export function withHeaders(
  input: string | URL | Request,
  init: TracedFetchInit | undefined,
  headers: Headers,
): [string | URL | Request, RequestInit] {
  if (init === undefined || init === null || isPlainObject(init)) {
    return [input, { ...init, headers }];
  }
  // The members of an instance of a class, such as a Request, are not its own and cannot be spread.
  return [new Request(input, init), { headers }];
}

function isPlainObject(value: object): boolean {
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
