import type { IncomingContextOptions } from '../carriers/index.js';
import type { LocalSpan } from '../context/index.js';

/** A client that is connected to a gateway. */
export interface WebSocketPeer {
  /** The object that Nest passes to gateways: a `WebSocket` of `ws`, or a `Socket` of socket.io. */
  readonly client: object;
  /** The namespace of socket.io, such as `/chat`; undefined for `ws`. */
  readonly namespace: string | undefined;
}

/** A message for a gateway. */
export interface WebSocketMessage extends WebSocketPeer {
  /** The event as `@SubscribeMessage()` declares it. */
  readonly event: string;
  /** The data as Nest's adapter passes it on, before pipes. */
  readonly data: unknown;
}

/**
 * Matches messages that are not traced: an event (`ping`), a regular expression for it, or a function of the
 * message. A function that throws is reported and does not match.
 */
export type WebSocketIgnoreRule = string | RegExp | ((message: WebSocketMessage) => boolean);

/**
 * Options for the spans of WebSocket gateways. `incomingContext` applies to the handshake and to the context
 * field of messages.
 */
export interface WebSocketTracingOptions extends IncomingContextOptions<WebSocketPeer> {
  /**
   * Messages without spans, such as `ping`. The work that they cause in this process has no spans either. The
   * rules are evaluated before a span starts.
   * @default []
   */
  readonly ignore?: readonly WebSocketIgnoreRule[];
  /**
   * The name of a field in the data of messages that carries the trace context of the sender, as an object of
   * headers: `{ traceparent: '00-…' }`. The message's span then continues the sender's trace. The handler
   * receives the field too.
   * @default none: each message starts a new trace
   */
  readonly contextField?: string;
  /**
   * False creates no spans for the calls of `handleConnection` and `handleDisconnect` of a gateway; their work
   * then has spans without an entry point. Such a span covers the call, not the time of the connection.
   * @default true
   */
  readonly connectionSpans?: boolean;
  /**
   * Called after the start of a recorded span and before the gateway handles the message, to set attributes
   * from the message. If the function throws, the library reports it and the gateway handles the message.
   * @default none
   */
  readonly onMessage?: (span: LocalSpan, message: WebSocketMessage) => void;
}
