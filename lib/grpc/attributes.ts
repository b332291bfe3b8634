// Semantic conventions 1.45.0, `docs/rpc/rpc-spans.md`, `docs/rpc/grpc.md`,
// `docs/general/attributes.md`, `docs/code/code-attributes.md`.

export const CODE_FUNCTION_NAME = 'code.function.name';
export const ERROR_TYPE = 'error.type';
export const NETWORK_PEER_ADDRESS = 'network.peer.address';
export const NETWORK_PEER_PORT = 'network.peer.port';
export const RPC_METHOD = 'rpc.method';
export const RPC_METHOD_ORIGINAL = 'rpc.method_original';
export const RPC_STATUS_CODE = 'rpc.status_code';
export const RPC_SYSTEM_NAME = 'rpc.system.name';
export const SERVER_ADDRESS = 'server.address';
export const SERVER_PORT = 'server.port';
export const RPC_MESSAGE_ID = 'rpc.message.id';
export const RPC_MESSAGE_TYPE = 'rpc.message.type';

/** Prefix of the attribute key; the metadata key in lower case follows. The value is an array of strings. */
export const RPC_REQUEST_METADATA_PREFIX = 'rpc.request.metadata.';
export const RPC_RESPONSE_METADATA_PREFIX = 'rpc.response.metadata.';

/** The name of the event for a message of a call. */
export const RPC_MESSAGE_EVENT = 'rpc.message';

/** The value of {@link RPC_SYSTEM_NAME}, and the name of spans for unknown methods. */
export const GRPC = 'grpc';

/** The value of {@link RPC_METHOD} for unknown methods. */
export const OTHER_METHOD = '_OTHER';
