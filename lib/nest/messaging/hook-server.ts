import { contextStorage, TracingContext } from '../../context/index.js';
import type { Diagnostics } from '../../diagnostics.js';
import {
  handleMessage,
  hasDeadLetterExchange,
  type MessageConsumerHandler,
  type ReceivedMessage,
  watchSettlements,
} from '../../messaging/index.js';
import { memberOf, replaceMember } from '../../operation/index.js';
import {
  brokerOf,
  GRPC_TRANSPORT,
  type MessagingSystem,
  systemOfServer,
} from './nest-transports.js';

import type { NestPacket } from './packet-context.js';
import {
  readFacts,
  readHandlerFacts,
  type ServerFacts,
  type TransportFacts,
} from './received-facts.js';
import { Reception } from './reception.js';

/** A handler of messages as Nest registers it at a server. */
interface NestHandler {
  (...args: unknown[]): unknown;
  /** True for `@EventPattern()`. */
  isEventHandler?: boolean;
  /** The next handler of the same event, which the handler calls itself. */
  next?: unknown;
  extras?: unknown;
}

/** The used members of Nest's `Server`. */
interface NestServer {
  readonly transportId: unknown;
  readonly messageHandlers: Map<unknown, NestHandler>;
  /** Of Nest's transports; a custom transport can lack it. */
  readonly deserializer?: { deserialize(value: unknown, options?: unknown): unknown };
  /** Of Nest's transports; a custom transport can lack it. */
  readonly handleMessage?: (...args: unknown[]) => unknown;
  listen(...args: unknown[]): unknown;
}

/**
 * Traces the messages that a server of Nest receives, by replacing members of the instance: the handlers
 * of messages, when the server starts to listen; and for Nest's transports the deserializer, and the
 * method that receives messages. Call it before the server listens. Ignores gRPC servers and other
 * objects.
 *
 * @param consumerOf called for each message; returns undefined if messages are not traced
 * @param nameOf returns the name of the method for a pattern, such as `OrdersController.place`
 * @returns a function that restores the server; undefined if `server` is not hooked
 */
export function hookServer(
  server: unknown,
  consumerOf: () => MessageConsumerHandler | undefined,
  nameOf: (pattern: string) => string | undefined,
  diagnostics: Diagnostics,
): (() => void) | undefined {
  if (!isNestServer(server)) return undefined;
  const system = systemOfServer(server.transportId);
  const { listen } = server;
  const describe = messageDescription(server, system, nameOf, diagnostics);
  const leave = [
    ...hookReception(server, system, consumerOf, describe),
    replaceMember(server, 'listen', (...args: unknown[]): unknown => {
      leave.push(hookHandlers(server, consumerOf, describe));
      return Reflect.apply(listen, server, args);
    }),
  ];
  return () => {
    for (const undo of leave.splice(0)) undo();
  };
}

function isNestServer(server: unknown): server is NestServer {
  if (typeof server !== 'object' || server === null) return false;
  return (
    memberOf(server, 'messageHandlers') instanceof Map &&
    typeof memberOf(server, 'listen') === 'function' &&
    typeof memberOf(server, 'addHandler') === 'function' &&
    memberOf(server, 'transportId') !== GRPC_TRANSPORT
  );
}

type Describe = (
  reception: Reception,
  wantsBodySize: boolean,
  pattern?: string,
  handler?: NestHandler,
) => ReceivedMessage;

function messageDescription(
  server: NestServer,
  system: MessagingSystem,
  nameOf: (pattern: string) => string | undefined,
  diagnostics: Diagnostics,
): Describe {
  const options = (memberOf(server, 'options') ?? {}) as Record<string, unknown>;
  const group = system === 'kafka' ? memberOf(server, 'groupId') : options.queue;
  const facts: ServerFacts = {
    queue: String(memberOf(server, 'queue') ?? ''),
    consumerGroup: typeof group === 'string' ? group : undefined,
  };
  const broker = brokerOf(system, server);
  return ({ args, raw, packet, isPassedDirectly }, wantsBodySize, pattern, handler) => {
    let received: TransportFacts = {};
    try {
      received = isPassedDirectly
        ? readHandlerFacts(args, packet)
        : readFacts(system, args, raw, packet, facts, wantsBodySize);
    } catch (error) {
      diagnostics.report('A received message could not be read. Its span has no details', error);
    }
    // One literal, not spreads, which V8 copies member by member for each message.
    return {
      system,
      pattern,
      destination: received.destination ?? pattern,
      isEvent: received.isEvent === true || isEventHandler(received, system, handler),
      data: packet?.data,
      headers: received.headers,
      server: broker,
      functionName: pattern === undefined ? undefined : nameOf(pattern),
      id: received.id,
      conversationId: received.conversationId,
      consumerGroup: received.consumerGroup,
      partition: received.partition,
      offset: received.offset,
      key: received.key,
      isTombstone: received.isTombstone,
      routingKey: received.routingKey,
      deliveryTag: received.deliveryTag,
      bodyBytes: received.bodyBytes,
      peer: received.peer,
    };
  };
}

/**
 * Whether the handler makes a message an event: the handler of an event does not answer on Kafka, and is
 * all that is known if the message could not be read.
 */
function isEventHandler(
  { isEvent }: TransportFacts,
  system: MessagingSystem,
  handler: NestHandler | undefined,
): boolean {
  return (isEvent === undefined || system === 'kafka') && handler?.isEventHandler === true;
}

/** Follows a message from its arrival to its handler. */
function hookReception(
  server: NestServer,
  system: MessagingSystem,
  consumerOf: () => MessageConsumerHandler | undefined,
  describe: Describe,
): (() => void)[] {
  const { handleMessage: receive, deserializer } = server;
  if (typeof receive !== 'function' || typeof deserializer?.deserialize !== 'function') return [];
  const hasDeadLetters = hasDeadLetterExchange(memberOf(server, 'queueOptions'));
  const receiveTraced = (...args: unknown[]): unknown => {
    const consumer = consumerOf();
    if (consumer === undefined || contextStorage.active().suppressed) {
      return Reflect.apply(receive, server, args);
    }
    const reception = new Reception(args, describe);
    if (system === 'rabbitmq') {
      const [message, channel] = args;
      watchSettlements(channel, message, reception, hasDeadLetters);
    }
    let result: unknown;
    try {
      const context = TracingContext.ROOT.withEntry(undefined, reception);
      result = contextStorage.call(context, receive, server, args);
    } catch (error) {
      reception.failed(consumer, error);
      throw error;
    }
    if (!(result instanceof Promise)) {
      reception.processed(consumer);
      return result;
    }
    return result.then(
      (value: unknown) => {
        reception.processed(consumer);
        return value;
      },
      (error: unknown) => {
        reception.failed(consumer, error);
        throw error;
      },
    );
  };
  const deserialize = (value: unknown, options?: unknown): unknown => {
    const { entry } = contextStorage.active();
    if (!(entry instanceof Reception)) return deserializer.deserialize(value, options);
    entry.raw = value;
    const packet = deserializer.deserialize(value, options);
    if (!(packet instanceof Promise)) return deserialized(entry, packet);
    return packet.then((settled: unknown) => deserialized(entry, settled));
  };
  return [
    replaceMember(server, 'handleMessage', receiveTraced),
    replaceMember(server, 'deserializer', wrapDeserializer(deserializer, deserialize)),
  ];
}

function deserialized(reception: Reception, packet: unknown): unknown {
  reception.isDeserialized = true;
  reception.packet = (packet ?? undefined) as NestPacket | undefined;
  return packet;
}

function wrapDeserializer(original: object, deserialize: unknown): object {
  const { init } = original as { init?: unknown };
  if (typeof init !== 'function') return { deserialize };
  return { deserialize, init: () => Reflect.apply(init, original, []) };
}

/** Replaces the handlers that are registered at the server. */
function hookHandlers(
  { messageHandlers }: NestServer,
  consumerOf: () => MessageConsumerHandler | undefined,
  describe: Describe,
): () => void {
  const originals = [...messageHandlers];
  for (const [route, handler] of originals) {
    messageHandlers.set(route, traceHandler(String(route), handler, consumerOf, describe));
  }
  return () => {
    for (const [route, handler] of originals) messageHandlers.set(route, handler);
  };
}

function traceHandler(
  pattern: string,
  handler: NestHandler,
  consumerOf: () => MessageConsumerHandler | undefined,
  describe: Describe,
): NestHandler {
  const traced = function (this: unknown, ...args: unknown[]): unknown {
    const consumer = consumerOf();
    if (consumer === undefined) return Reflect.apply(handler, this, args);
    const reception = receptionOf(args, handler, describe);
    reception.isHandled = true;
    const message = describe(reception, consumer.wantsBodySize, pattern, handler);
    const operation = consumer.begin(message);
    reception.handledBy(operation);
    return handleMessage(consumer, operation, handler, this, args);
  };
  // A handler of Nest reads its `next` itself; other code reads these members of the registered function.
  return Object.defineProperties(traced, Object.getOwnPropertyDescriptors(handler));
}

/** Returns the reception of the active context, or one with the arguments of the handler. */
function receptionOf(
  args: readonly unknown[],
  handler: NestHandler,
  describe: Describe,
): Reception {
  const { entry } = contextStorage.active();
  if (entry instanceof Reception && !entry.isHandled) return entry;
  const reception = new Reception(args, describe);
  // Nest treats a packet without an id as an event.
  const id = handler.isEventHandler === true ? undefined : null;
  reception.packet = { pattern: undefined, data: args[0], id };
  reception.isPassedDirectly = true;
  return reception;
}
