import { rememberParsed } from './host-and-port.js';

/** Large applications have some hundred. */
const MAX_METHODS = 1000;

/** `package.Service/Method` of the path that gRPC sends, which begins with a slash. */
export function methodOfPath(path: string): string {
  return path.startsWith('/') ? path.slice(1) : path;
}

/**
 * As {@link methodOfPath}, for paths of methods that there are: the same text for the same path, so that
 * it is read only once by those who look something up by it. Paths that a peer made up would fill it.
 */
export const methodOfKnownPath = rememberParsed(
  // No slice: V8 reads each character of one through the whole text, whenever a span is encoded.
  (path) => Buffer.from(methodOfPath(path)).toString(),
  MAX_METHODS,
);
