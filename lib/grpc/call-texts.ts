import type { GrpcPeer } from './grpc-call-info.js';

/** Number of cached texts. Peers can send any number of different texts. */
const MAX_REMEMBERED = 100;

/** Number of cached methods. Large applications have some hundreds. */
const MAX_METHODS = 1000;

/**
 * Returns a parser with a cache, for texts that are part of each call: an application has few methods,
 * targets and peers.
 *
 * @param maxRemembered number of cached texts; raise it only for texts that a peer cannot choose
 */
export function rememberParsed<T>(
  parse: (text: string) => T,
  maxRemembered = MAX_REMEMBERED,
): (text: string) => T {
  const parsed = new Map<string, T>();
  return (text) => {
    let result = parsed.get(text);
    if (result === undefined) {
      result = parse(text);
      if (parsed.size < maxRemembered) parsed.set(text, result);
    }
    return result;
  };
}

/** Returns `package.Service/Method` of a path, which begins with a slash. */
export function methodOfPath(path: string): string {
  return path.startsWith('/') ? path.slice(1) : path;
}

/**
 * Like {@link methodOfPath}, with a cache: it returns the same string object for the same path, so that
 * the hash of the string is computed once. Only for paths of existing methods, because paths that a peer
 * chooses would fill the cache.
 */
export const methodOfKnownPath = rememberParsed(
  // A copy instead of a slice: V8 reads the characters of a slice through its parent string, at each encoding.
  (path) => Buffer.from(methodOfPath(path)).toString(),
  MAX_METHODS,
);

/**
 * Parses the peer of a server call, `address:port` with IPv6 addresses without brackets. Returns
 * undefined for `unknown`, which `@grpc/grpc-js` returns if it has no address.
 */
export function parseCaller(text: string | undefined): GrpcPeer | undefined {
  const match = /^(.+):(\d+)$/.exec(text ?? '');
  if (match === null) return undefined;
  const [, remoteAddress, port] = match;
  return { remoteAddress, remotePort: Number(port) };
}
