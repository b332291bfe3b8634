import type { IncomingMessage } from 'node:http';

/**
 * True for the exception with which Nest answers a request that no route took. It says nothing that
 * the status code does not say.
 */
export function isUnknownRoute(exception: unknown, request: IncomingMessage): boolean {
  try {
    const { getStatus, message } = exception as { getStatus?: unknown; message?: unknown };
    if (typeof getStatus !== 'function' || getStatus.call(exception) !== 404) return false;
    const { method, url, originalUrl } = request as IncomingMessage & { originalUrl?: string };
    return message === `Cannot ${method} ${originalUrl ?? url}`;
  } catch {
    // Anything may be thrown: `null` has no members, and getters may throw.
    return false;
  }
}
