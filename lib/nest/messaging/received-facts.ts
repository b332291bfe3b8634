import {
  type AmqpMessage,
  type KafkaMessagePayload,
  kafkaFacts,
  type MessagePeer,
  type ReceivedMessage,
  rabbitFacts,
  sizeOfBody,
} from '../../messaging/index.js';
import type { MessagingSystem } from './nest-transports.js';
import type { NestPacket } from './packet-context.js';

/** What a transport tells of a message, beside pattern and payload. */
export type TransportFacts = Partial<
  Omit<ReceivedMessage, 'system' | 'pattern' | 'data' | 'server' | 'functionName'>
>;

/** The facts of a server that are the same for all of its messages. */
export interface ServerFacts {
  /** The queue of RabbitMQ. */
  readonly queue: string;
  readonly consumerGroup: string | undefined;
}

/**
 * Reads the facts of a message from the arguments of `handleMessage` of a server of Nest.
 *
 * @param raw the argument of the deserializer; undefined if it was not called
 * @param packet the result of the deserializer; undefined if it failed
 * @param wantsBodySize whether to determine the size of the payload
 */
export function readFacts(
  system: MessagingSystem,
  args: readonly unknown[],
  raw: unknown,
  packet: NestPacket | undefined,
  server: ServerFacts,
  wantsBodySize: boolean,
): TransportFacts {
  switch (system) {
    case 'tcp':
      return tcpFacts(args, raw, packet);
    case 'redis':
      return redisFacts(args, raw, packet, wantsBodySize);
    case 'nats':
      return natsFacts(args, packet, server, wantsBodySize);
    case 'mqtt':
      return mqttFacts(args, raw, packet, wantsBodySize);
    case 'rabbitmq':
      return nestRabbitFacts(args, packet, server, wantsBodySize);
    case 'kafka':
      return nestKafkaFacts(args, server, wantsBodySize);
    default:
      return {
        isEvent: isEvent(packet),
        conversationId: idOf(packet),
        headers: metadataOf(raw),
      };
  }
}

/**
 * Reads the facts of a message from the arguments of a handler, for transports of the user that call
 * handlers themselves: the payload, and a context that can have metadata, as those of Nest have.
 */
export function readHandlerFacts(
  [, context]: readonly unknown[],
  packet: NestPacket | undefined,
): TransportFacts {
  const { getMetadata } = (context ?? {}) as { getMetadata?: unknown };
  const headers: unknown =
    typeof getMetadata === 'function' ? getMetadata.call(context) : undefined;
  return { isEvent: isEvent(packet), conversationId: idOf(packet), headers };
}

/** Nest treats a packet with an id as a request. */
function isEvent(packet: NestPacket | undefined): boolean {
  return packet?.id === undefined;
}

function idOf(packet: NestPacket | undefined): string | undefined {
  return textOf(packet?.id);
}

function tcpFacts(
  [socket]: readonly unknown[],
  raw: unknown,
  packet: NestPacket | undefined,
): TransportFacts {
  const { netSocket } = (socket ?? {}) as { netSocket?: MessagePeer };
  return {
    isEvent: isEvent(packet),
    conversationId: idOf(packet),
    headers: metadataOf(raw),
    peer: netSocket,
  };
}

function redisFacts(
  [subscribed, body, , channel]: readonly unknown[],
  raw: unknown,
  packet: NestPacket | undefined,
  wantsBodySize: boolean,
): TransportFacts {
  return {
    isEvent: isEvent(packet),
    conversationId: idOf(packet),
    headers: metadataOf(raw),
    destination: textOf(channel) ?? textOf(subscribed),
    bodyBytes: wantsBodySize ? sizeOfBody(body) : undefined,
  };
}

/** The used members of a message of NATS. */
interface NatsMessage {
  readonly subject?: unknown;
  readonly data?: unknown;
  readonly headers?: Iterable<readonly [string, readonly string[]]>;
}

function natsFacts(
  [, message]: readonly unknown[],
  packet: NestPacket | undefined,
  { consumerGroup }: ServerFacts,
  wantsBodySize: boolean,
): TransportFacts {
  const { subject, data, headers } = (message ?? {}) as NatsMessage;
  const fields = headers && Object.fromEntries(headers);
  return {
    isEvent: isEvent(packet),
    conversationId: idOf(packet),
    headers: fields,
    destination: textOf(subject),
    id: fields?.['Nats-Msg-Id']?.[0],
    consumerGroup,
    bodyBytes: wantsBodySize ? sizeOfBody(data) : undefined,
  };
}

/** The used members of a message of MQTT. */
interface MqttPacket {
  readonly properties?: { readonly userProperties?: unknown };
}

function mqttFacts(
  [topic, body, , original]: readonly unknown[],
  raw: unknown,
  packet: NestPacket | undefined,
  wantsBodySize: boolean,
): TransportFacts {
  const { properties } = (original ?? {}) as MqttPacket;
  return {
    isEvent: isEvent(packet),
    conversationId: idOf(packet),
    headers: properties?.userProperties ?? metadataOf(raw),
    destination: textOf(topic),
    bodyBytes: wantsBodySize ? sizeOfBody(body) : undefined,
  };
}

function nestRabbitFacts(
  [message]: readonly unknown[],
  packet: NestPacket | undefined,
  { queue }: ServerFacts,
  wantsBodySize: boolean,
): TransportFacts {
  const facts = rabbitFacts((message ?? {}) as AmqpMessage, queue, wantsBodySize);
  return { ...facts, isEvent: isEvent(packet) };
}

function nestKafkaFacts(
  [payload]: readonly unknown[],
  { consumerGroup }: ServerFacts,
  wantsBodySize: boolean,
): TransportFacts {
  const { topic, partition, message = {} } = (payload ?? {}) as Partial<KafkaMessagePayload>;
  return kafkaFacts(topic, partition, message, consumerGroup, wantsBodySize);
}

function metadataOf(raw: unknown): unknown {
  return typeof raw === 'object' && raw !== null
    ? (raw as { metadata?: unknown }).metadata
    : undefined;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
