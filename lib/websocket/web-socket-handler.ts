import { type Attributes, type Link, SpanKind } from '@opentelemetry/api';
import { carrierGetter, carrierIn, IncomingContextReader, linksTo } from '../carriers/index.js';
import { contextStorage, type LocalTracer, TracingContext } from '../context/index.js';
import { IgnoreRules, type IgnoreRulesPlan } from '../ignore-rules.js';
import { callInSpan, StartHook } from '../operation/index.js';
import { checkBoolean, checkString } from '../option-checks.js';
import type {
  CLIENT_ADDRESS,
  CODE_FUNCTION_NAME,
  NETWORK_PROTOCOL_NAME,
  WEBSOCKET_CONNECTION_ID,
  WEBSOCKET_EVENT,
  WEBSOCKET_NAMESPACE,
} from './attributes.js';
import { readConnection, type WebSocketConnection } from './web-socket-connection.js';
import { WebSocketOperation } from './web-socket-operation.js';
import type {
  WebSocketMessage,
  WebSocketPeer,
  WebSocketTracingOptions,
} from './web-socket-options.js';

type AnyFunction = (this: never, ...args: never[]) => unknown;

/**
 * Traces the messages of WebSocket gateways, and on request the calls of `handleConnection` and
 * `handleDisconnect`. The hooks of Nest's adapters use it.
 *
 * Its methods do not throw; errors of a user's functions are reported.
 */
export class WebSocketHandler {
  /** Whether the calls of `handleConnection` and `handleDisconnect` have spans. */
  readonly hasConnectionSpans: boolean;
  readonly #tracer: LocalTracer;
  readonly #ignoreRules: IgnoreRules<WebSocketMessage> | undefined;
  readonly #contextReader: IncomingContextReader<unknown, WebSocketPeer>;
  readonly #contextField: string | undefined;
  readonly #onMessage: StartHook<WebSocketMessage> | undefined;
  readonly #connections = new WeakMap<object, WebSocketConnection>();
  readonly #open = new Set<WebSocketOperation>();

  /** @throws TracingConfigError for invalid options */
  constructor(tracer: LocalTracer, options: WebSocketTracingOptions = {}) {
    const { ignore = [], contextField, connectionSpans, onMessage } = options;
    this.#tracer = tracer;
    const rules = new IgnoreRules<WebSocketMessage>(IGNORED, ignore, tracer.diagnostics);
    this.#ignoreRules = ignore.length === 0 ? undefined : rules;
    this.#contextReader = new IncomingContextReader(tracer, INCOMING, options);
    this.#contextField =
      contextField === undefined
        ? undefined
        : checkString(
            'webSocket.contextField',
            contextField,
            'Name the field, such as "trace", or leave the option out.',
          );
    this.hasConnectionSpans = checkBoolean('webSocket.connectionSpans', connectionSpans, false);
    this.#onMessage = StartHook.of('webSocket.onMessage', onMessage);
  }

  /**
   * Remembers the trace of a client's handshake, until the client is garbage collected. A polling handshake is
   * a request with a span, which is active now; other handshakes can have headers with a context.
   *
   * @param request the request of the handshake, if the adapter passes it beside the client
   */
  connected(client: object, request: unknown): void {
    if (this.#connections.has(client)) return;
    try {
      const { connection, headers } = readConnection(client, request);
      const active = contextStorage.active().span?.spanContext();
      const peer = { client, namespace: connection.namespace };
      connection.links = linksTo(active) ?? this.#contextReader.readLinks(headers, peer);
      this.#connections.set(client, connection);
    } catch (error) {
      this.#tracer.diagnostics.report('The handshake of a WebSocket could not be read', error);
    }
  }

  /**
   * Begins the operation of a message. Its span is a root span, or a child of the sender's span if the message
   * carries a context; the active span is never its parent, because it belongs to a request that brought the
   * message, or opened the connection. The caller must finish the operation.
   *
   * @param functionName such as `ChatGateway.send`
   * @returns undefined if the message is not traced. Handle it in {@link contextOf} in both cases
   */
  begin(
    client: object,
    event: string,
    functionName: string | undefined,
    data: unknown,
  ): WebSocketOperation | undefined {
    try {
      const connection = this.#connectionOf(client);
      const message = { client, namespace: connection.namespace, event, data };
      if (this.#ignoreRules?.has(event, message) === true) return undefined;
      return this.#begin(connection, functionName, message);
    } catch (error) {
      this.#tracer.diagnostics.report(
        'A WebSocket message could not be traced. It is handled without a span',
        error,
      );
      return undefined;
    }
  }

  /** Returns the context for the handling of a message: that of its operation, or one that suppresses tracing. */
  contextOf(operation: WebSocketOperation | undefined): TracingContext {
    return operation?.context ?? TracingContext.SUPPRESSED;
  }

  /**
   * Calls `handleConnection` or `handleDisconnect` of a gateway in a span of its own, which ends when the result
   * is over. What it throws or rejects passes unchanged.
   *
   * @param name name of the span, such as `connect /chat`
   */
  callLifecycleMethod(
    name: string,
    functionName: string,
    method: AnyFunction,
    self: unknown,
    args: readonly unknown[],
  ): unknown {
    const [client] = args;
    const context = TracingContext.ROOT;
    const connection =
      typeof client === 'object' && client !== null ? this.#connectionOf(client) : UNKNOWN;
    const span = this.#tracer.startSpan(
      name,
      {
        kind: SpanKind.SERVER,
        attributes: attributesOf(connection, undefined, functionName),
        links: connection.links,
      },
      context,
    );
    return contextStorage.run(context, () => callInSpan(span, context, method, self, args));
  }

  /** Finishes all open operations when the application shuts down: a handler can run on, or never answer. */
  finishAll(): void {
    for (const operation of [...this.#open]) operation.breakOff('shutdown');
  }

  #begin(
    connection: WebSocketConnection,
    functionName: string | undefined,
    message: WebSocketMessage,
  ): WebSocketOperation {
    const { event, data } = message;
    const carrier = this.#contextField && fieldOf(data, this.#contextField);
    let context = TracingContext.ROOT;
    let { links } = connection;
    if (carrier !== undefined) {
      const beginning = this.#contextReader.read(carrier, message);
      context = beginning.context;
      links = joined(links, beginning.links);
    }
    const attributes: Attributes = attributesOf(connection, event, functionName);
    const options = { kind: SpanKind.SERVER, attributes, links };
    const span = this.#tracer.startSpan(`message ${event}`, options, context);
    const operation = new WebSocketOperation(this.#open, span, context);
    if (this.#onMessage !== undefined && span.isRecording()) this.#onMessage.call(span, message);
    return operation;
  }

  #connectionOf(client: object): WebSocketConnection {
    let connection = this.#connections.get(client);
    if (connection === undefined) {
      this.connected(client, undefined);
      connection = this.#connections.get(client) ?? UNKNOWN;
    }
    return connection;
  }
}

const INCOMING = { options: 'webSocket', noun: 'client', getter: carrierGetter };

const IGNORED: IgnoreRulesPlan = {
  option: 'webSocket.ignore',
  isText: (rule) => rule.trim() !== '',
  requirement: 'must be events, regular expressions or functions of the message, in an array',
  remedy: 'Write ignore: ["ping"] for the event of a gateway.',
};

/** A client of an unknown adapter, which could not be read. */
const UNKNOWN: WebSocketConnection = Object.freeze({
  protocol: 'websocket',
  namespace: undefined,
  id: undefined,
  address: undefined,
  links: undefined,
});

type WebSocketAttributes = {
  [NETWORK_PROTOCOL_NAME]: string;
  [WEBSOCKET_EVENT]: string | undefined;
  [CODE_FUNCTION_NAME]: string | undefined;
  [WEBSOCKET_NAMESPACE]: string | undefined;
  [CLIENT_ADDRESS]: string | undefined;
  [WEBSOCKET_CONNECTION_ID]: string | undefined;
};

/** The keys are literals, because V8 builds an object with computed keys key by key, for each message. */
function attributesOf(
  { protocol, namespace, id, address }: WebSocketConnection,
  event: string | undefined,
  functionName: string | undefined,
): WebSocketAttributes {
  return {
    'network.protocol.name': protocol,
    'nestjs.websocket.event': event,
    'code.function.name': functionName,
    'nestjs.websocket.namespace': namespace,
    'client.address': address,
    'nestjs.websocket.connection.id': id,
  };
}

/** Reads the field of the data; with several arguments of socket.io, that of the last one. */
function fieldOf(data: unknown, field: string): object | undefined {
  const holder: unknown = Array.isArray(data) ? data[data.length - 1] : data;
  return carrierIn(holder, field);
}

function joined(first: Link[] | undefined, second: Link[] | undefined): Link[] | undefined {
  if (first === undefined || second === undefined) return first ?? second;
  return [...first, ...second];
}
