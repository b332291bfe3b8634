import type { Attributes } from '@opentelemetry/api';
import type { ReceivedMessage, SentMessage } from './message-info.js';

// The names are literals, because V8 builds an object with computed keys key by key, for each message. A
// test compares them with the constants in `attributes.ts`. Attributes that are equal for all messages of
// a pattern come first: the encoder copies such a beginning.

/** Creates the attributes of the span of a sent message at its start. The sampler receives them. */
export function sentMessageAttributes(message: SentMessage): Attributes {
  return {
    'messaging.system.name': message.system,
    'messaging.operation.name': 'send',
    'messaging.operation.type': 'send',
    'messaging.destination.name': message.destination,
    'nestjs_traced.messaging.pattern': ownPatternOf(message),
    'server.address': message.server?.host,
    'server.port': message.server?.port,
    'rabbitmq.destination.routing_key': message.routingKey,
    'kafka.message.key': message.key,
    'messaging.message.id': message.id,
    'messaging.message.conversation_id': message.conversationId,
    'messaging.message.body.size': message.bodyBytes,
    'messaging.batch.message_count': message.batchCount,
  };
}

/** Creates the attributes of the span of a received message at its start. The sampler receives them. */
export function receivedMessageAttributes(message: ReceivedMessage): Attributes {
  const { pattern, destination, system } = message;
  return {
    'messaging.system.name': system,
    'messaging.operation.name': 'process',
    'messaging.operation.type': 'process',
    'messaging.destination.name': destination,
    'messaging.destination.template': isTemplate(message) ? pattern : undefined,
    'nestjs_traced.messaging.pattern': ownPatternOf(message),
    'messaging.consumer.group.name': message.consumerGroup,
    'server.address': message.server?.host,
    'server.port': message.server?.port,
    'code.function.name': message.functionName,
    'network.peer.address': message.peer?.remoteAddress,
    'network.peer.port': message.peer?.remotePort,
    'rabbitmq.destination.routing_key': message.routingKey,
    'rabbitmq.message.delivery_tag': message.deliveryTag,
    'messaging.destination.partition.id':
      message.partition === undefined ? undefined : String(message.partition),
    'kafka.offset': message.offset,
    'kafka.message.key': message.key,
    'kafka.message.tombstone': message.isTombstone === true ? true : undefined,
    'messaging.message.id': message.id,
    'messaging.batch.message_count': message.batchCount,
    'messaging.message.conversation_id': message.conversationId,
    'messaging.message.body.size': message.bodyBytes,
  };
}

/** RabbitMQ: one queue takes the messages of all patterns. Elsewhere the pattern names the destination. */
function ownPatternOf({ system, pattern, destination }: SentMessage): string | undefined {
  if (system !== RABBITMQ || pattern === destination) return undefined;
  // A routing key or a queue at the end of the destination.
  return destination?.endsWith(`:${pattern}`) === true ? undefined : pattern;
}

/** Whether the pattern of the handler has wildcards, so that it stands for many destinations. */
export function isTemplate({ system, pattern, destination }: ReceivedMessage): boolean {
  return system !== RABBITMQ && pattern !== undefined && pattern !== destination;
}

/** The value of `messaging.system.name`. */
export const RABBITMQ = 'rabbitmq';
