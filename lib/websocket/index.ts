export { WebSocketHandler } from './web-socket-handler.js';
export { WebSocketOperation } from './web-socket-operation.js';
export type {
  WebSocketIgnoreRule,
  WebSocketMessage,
  WebSocketPeer,
  WebSocketTracingOptions,
} from './web-socket-options.js';
