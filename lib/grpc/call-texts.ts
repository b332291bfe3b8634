import type { GrpcPeer } from './grpc-call-info.js';

/** How many texts are remembered: a peer may send any. */
const MAX_REMEMBERED = 100;

/** Large applications have some hundred. */
const MAX_METHODS = 1000;

/**
 * Reads texts that come with each call: an application has few methods, targets and peers.
 *
 * @param maxRemembered more than the default only for texts that no peer can make up
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

/** `package.Service/Method` of the path that gRPC sends, which begins with a slash. */
export function methodOfPath(path: string): string {
  return path.startsWith('/') ? path.slice(1) : path;
}

/**
 * As {@link methodOfPath}, for the paths of methods that exist: it returns the same string for the same
 * path, so that the hash of the string is computed once. Paths that a peer made up would fill the memory
 * of it.
 */
export const methodOfKnownPath = rememberParsed(
  // No slice: V8 reads each character of one through the whole text, whenever a span is encoded.
  (path) => Buffer.from(methodOfPath(path)).toString(),
  MAX_METHODS,
);

/**
 * Where a call comes from, of `address:port` as a server writes it: IPv6 without brackets, `unknown`
 * where it knows no address.
 */
export function parseCaller(text: string | undefined): GrpcPeer | undefined {
  const match = /^(.+):(\d+)$/.exec(text ?? '');
  if (match === null) return undefined;
  const [, remoteAddress, port] = match;
  return { remoteAddress, remotePort: Number(port) };
}
