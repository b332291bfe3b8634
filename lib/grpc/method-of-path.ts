import { rememberParsed } from './host-and-port.js';

/**
 * `package.Service/Method` of the path that gRPC sends, which begins with a slash. The same text for the
 * same path, so that it is read only once by those who look something up by it.
 */
export const methodOfPath = rememberParsed((path) => (path.startsWith('/') ? path.slice(1) : path));
