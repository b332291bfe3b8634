import type {
  CLIENT_ADDRESS,
  HTTP_REQUEST_METHOD,
  HTTP_REQUEST_METHOD_ORIGINAL,
  NETWORK_PROTOCOL_VERSION,
  SERVER_ADDRESS,
  SERVER_PORT,
  URL_PATH,
  URL_QUERY,
  URL_SCHEME,
  USER_AGENT_ORIGINAL,
} from '../attributes.js';
import type { KnownMethod } from '../known-methods.js';
import type { RequestOrigin } from './request-origin.js';

/** What a sampler may decide by: all that is known when a request begins. */
export type RequestAttributes = {
  [HTTP_REQUEST_METHOD]: string;
  [URL_PATH]: string;
  [URL_SCHEME]: string;
  [NETWORK_PROTOCOL_VERSION]: string | undefined;
  [URL_QUERY]: string | undefined;
  [SERVER_ADDRESS]: string | undefined;
  [SERVER_PORT]: number | undefined;
  [CLIENT_ADDRESS]: string | undefined;
  [USER_AGENT_ORIGINAL]: string | undefined;
  [HTTP_REQUEST_METHOD_ORIGINAL]: string | undefined;
};

/**
 * The attributes with which a request's span begins. The names are written out and not taken from
 * their constants, which the type holds them against: a literal with computed keys is put together
 * key by key, for each request. What requests of a route have in common comes first, which encoders like.
 *
 * @param protocolVersion as Node's parser says it
 */
export function requestAttributes(
  { method, original }: KnownMethod,
  path: string,
  query: string | undefined,
  { scheme, serverAddress, serverPort, clientAddress }: RequestOrigin,
  userAgent: string | undefined,
  protocolVersion: string | undefined,
): RequestAttributes {
  return {
    'http.request.method': method,
    'url.scheme': scheme,
    'server.address': serverAddress,
    'server.port': serverPort,
    // As the conventions write it: `1.1`, `2`.
    'network.protocol.version': protocolVersion === '2.0' ? '2' : protocolVersion,
    'user_agent.original': userAgent,
    'client.address': clientAddress,
    'url.path': path,
    'url.query': query,
    'http.request.method_original': original,
  };
}
