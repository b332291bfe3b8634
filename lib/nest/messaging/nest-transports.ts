import { parseBrokerAddress } from '../../messaging/broker-address.js';
import type { BrokerAddress } from '../../messaging/index.js';
import { RABBITMQ } from '../../messaging/message-attributes.js';
import { memberOf } from '../../operation/index.js';

/** The value of `messaging.system.name`; `custom` for transports of the user. */
export type MessagingSystem = 'tcp' | 'redis' | 'nats' | 'mqtt' | 'rabbitmq' | 'kafka' | 'custom';

/** Nest's enum `Transport`, indexed by value. Index 4 is gRPC, which has its own hooks. */
const SYSTEMS: readonly (MessagingSystem | undefined)[] = [
  'tcp',
  'redis',
  'nats',
  'mqtt',
  undefined,
  'rabbitmq',
  'kafka',
];

/** The `transportId` of Nest's gRPC server. */
export const GRPC_TRANSPORT = 4;

/** Returns the system of a server by its `transportId`, which a custom transport can set to any value. */
export function systemOfServer(transportId: unknown): MessagingSystem {
  return (typeof transportId === 'number' ? SYSTEMS[transportId] : undefined) ?? 'custom';
}

/**
 * Methods that only the client of one transport has. Names of classes are no criterion, because bundlers
 * shorten them.
 */
const CLIENT_METHODS: readonly (readonly [MessagingSystem, string])[] = [
  ['kafka', 'subscribeToResponseOf'],
  ['rabbitmq', 'consumeChannel'],
  ['mqtt', 'mergePacketOptions'],
  ['nats', 'createSubscriptionHandler'],
  ['redis', 'createRetryStrategy'],
  ['tcp', 'registerConnectListener'],
];

/** Returns the system of a client of Nest. */
export function systemOfClient(client: object): MessagingSystem {
  for (const [system, method] of CLIENT_METHODS) {
    if (typeof memberOf(client, method) === 'function') return system;
  }
  return 'custom';
}

/** Returns the address of the broker, or of the TCP server, from the fields of a client or server of Nest. */
export function brokerOf(system: MessagingSystem, instance: object): BrokerAddress | undefined {
  const options = (memberOf(instance, 'options') ?? {}) as Record<string, unknown>;
  switch (system) {
    case 'tcp':
      return parseBrokerAddress({
        host: memberOf(instance, 'host'),
        port: memberOf(instance, 'port'),
      });
    case 'redis':
      return parseBrokerAddress({ host: options.host ?? 'localhost', port: options.port ?? 6379 });
    case 'nats':
      return parseBrokerAddress(options.servers ?? 'localhost:4222');
    case 'rabbitmq':
      return parseBrokerAddress(options.urls ?? 'localhost:5672');
    case 'mqtt':
      return parseBrokerAddress(options.url ?? 'localhost:1883');
    case 'kafka':
      return parseBrokerAddress(memberOf(instance, 'brokers'));
    default:
      return undefined;
  }
}

/** What a message of RabbitMQ is published to. */
export interface RabbitDestination {
  /** As in the semantic conventions: the queue, or exchange and routing key. */
  readonly destination: string;
  readonly routingKey: string;
}

/** Returns the destination of a client's messages. Nest publishes to the exchange or directly to the queue. */
export function rabbitDestinationOf(client: object, pattern: string): RabbitDestination {
  const options = (memberOf(client, 'options') ?? {}) as Record<string, unknown>;
  const queue = String(memberOf(client, 'queue') ?? '');
  if (options.wildcards !== true && options.exchangeType !== 'fanout') {
    return { destination: queue, routingKey: queue };
  }
  return { destination: `${options.exchange ?? queue}:${pattern}`, routingKey: pattern };
}

/** Whether the transport has headers of its own. The others carry the context in the packet. */
export function hasNativeHeaders(system: MessagingSystem): boolean {
  return system === 'nats' || system === RABBITMQ || system === 'kafka';
}
