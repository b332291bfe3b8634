// Semantic conventions 1.45.0, `docs/http/http-spans.md`, `docs/general/attributes.md`,
// `docs/code/code-attributes.md`.

export const CLIENT_ADDRESS = 'client.address';
export const CODE_FUNCTION_NAME = 'code.function.name';
export const ERROR_TYPE = 'error.type';
/** Opt-in. */
export const HTTP_REQUEST_BODY_SIZE = 'http.request.body.size';
export const HTTP_REQUEST_METHOD = 'http.request.method';
export const HTTP_REQUEST_METHOD_ORIGINAL = 'http.request.method_original';
export const HTTP_REQUEST_RESEND_COUNT = 'http.request.resend_count';
/** Opt-in. */
export const HTTP_RESPONSE_BODY_SIZE = 'http.response.body.size';
export const HTTP_RESPONSE_STATUS_CODE = 'http.response.status_code';
export const HTTP_ROUTE = 'http.route';
export const NETWORK_PEER_ADDRESS = 'network.peer.address';
export const NETWORK_PEER_PORT = 'network.peer.port';
export const NETWORK_PROTOCOL_VERSION = 'network.protocol.version';
export const SERVER_ADDRESS = 'server.address';
export const SERVER_PORT = 'server.port';
export const URL_FULL = 'url.full';
export const URL_PATH = 'url.path';
export const URL_QUERY = 'url.query';
export const URL_SCHEME = 'url.scheme';
/** Status in this version: development. */
export const URL_TEMPLATE = 'url.template';
export const USER_AGENT_ORIGINAL = 'user_agent.original';

/** Prefix of the attribute key; the header's name in lower case follows. The value is an array of strings. */
export const HTTP_REQUEST_HEADER_PREFIX = 'http.request.header.';
export const HTTP_RESPONSE_HEADER_PREFIX = 'http.response.header.';

/** The value of {@link HTTP_REQUEST_METHOD} for unknown methods. */
export const OTHER_METHOD = '_OTHER';
