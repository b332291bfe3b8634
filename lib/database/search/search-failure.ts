import type { SearchResult } from './search-shape.js';

/** A failed request without its values. */
export interface SearchFailure {
  readonly name: string;
  /** The status of the response; undefined if there was none. */
  readonly code: number | undefined;
  readonly message: string;
}

/**
 * Describes what a client threw. Messages of the server repeat documents and queries in brackets of any kind, so of
 * a response only the status and the type of the error are used.
 */
export function describeSearchFailure(error: unknown): SearchFailure {
  const { name, message } = (error ?? {}) as Record<string, unknown>;
  const shownName = typeof name === 'string' && name !== '' ? name : 'Error';
  if (shownName !== 'ResponseError') {
    const isShown = CONNECTION_ERRORS.has(shownName) && typeof message === 'string';
    return { name: shownName, code: undefined, message: isShown ? message : shownName };
  }
  const { statusCode, body } = resultOfError(error) ?? {};
  const code = typeof statusCode === 'number' ? statusCode : undefined;
  return { name: shownName, code, message: typeOf(body) ?? `status ${code}` };
}

/** What the transport knows about a request that failed. */
export function resultOfError(error: unknown): SearchResult | undefined {
  const meta = (error as { meta?: unknown } | null | undefined)?.meta;
  return typeof meta === 'object' && meta !== null ? (meta as SearchResult) : undefined;
}

/** Errors of the clients whose messages tell about connections and not about requests. */
const CONNECTION_ERRORS = new Set([
  'ConnectionError',
  'NoLivingConnectionsError',
  'ProductNotSupportedError',
  'RequestAbortedError',
  'TimeoutError',
]);

/** The type of an error, such as `index_not_found_exception`: a name of the server's own. */
function typeOf(body: unknown): string | undefined {
  const error = (body as { error?: unknown } | null | undefined)?.error;
  const type = (error as { type?: unknown } | null | undefined)?.type;
  return typeof type === 'string' && /^[a-z_]+$/i.test(type) ? type : undefined;
}
