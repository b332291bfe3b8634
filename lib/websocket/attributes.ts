// Semantic conventions 1.45.0, `docs/general/attributes.md`, `docs/code/code-attributes.md`. They have no
// names for the messages of a WebSocket: those names are our own.

export const CLIENT_ADDRESS = 'client.address';
export const CODE_FUNCTION_NAME = 'code.function.name';
export const ERROR_TYPE = 'error.type';
export const NETWORK_PROTOCOL_NAME = 'network.protocol.name';

/** The event of a message, as `@SubscribeMessage()` declares it. */
export const WEBSOCKET_EVENT = 'nestjs.websocket.event';
/** The namespace of socket.io. */
export const WEBSOCKET_NAMESPACE = 'nestjs.websocket.namespace';
/** The id that socket.io gives a connection. */
export const WEBSOCKET_CONNECTION_ID = 'nestjs.websocket.connection.id';
