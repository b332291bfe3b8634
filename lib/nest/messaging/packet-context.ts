import type { MessagingSystem } from './nest-transports.js';

/** The fields of a context, such as `traceparent`. */
export type ContextFields = Readonly<Record<string, string>>;

/** A request or event of Nest before a serializer converts it. */
export interface NestPacket {
  readonly pattern: unknown;
  readonly data: unknown;
  /** Set for requests. */
  readonly id?: unknown;
  /** Nest 12.1 passes it to `TcpContext.getMetadata()` and `RedisContext.getMetadata()`. */
  metadata?: unknown;
}

/** Whether a value is a packet of Nest. */
export function isPacket(value: unknown): value is NestPacket {
  return typeof value === 'object' && value !== null && 'pattern' in value && 'data' in value;
}

/**
 * Adds the fields to the metadata of a packet, for transports without headers. Receivers that do not know
 * the metadata ignore it. Metadata of the user keeps its other entries; a value that is not an object
 * stays as it is.
 */
export function addToPacket(packet: NestPacket, fields: ContextFields): void {
  const { metadata = {} } = packet;
  if (!isRecord(metadata)) return;
  packet.metadata = { ...metadata, ...fields };
}

/**
 * Adds the fields to the headers of a serialized message.
 *
 * @param createNatsHeaders creates headers of the package of NATS with the given fields
 * @returns the message, or a copy with the headers
 */
export function addToSerialized(
  system: MessagingSystem,
  serialized: unknown,
  fields: ContextFields,
  createNatsHeaders: (fields: ContextFields) => unknown,
): unknown {
  if (!isRecord(serialized)) return serialized;
  switch (system) {
    case 'rabbitmq':
      return withRabbitHeaders(serialized, fields);
    case 'kafka':
      return withKafkaHeaders(serialized, fields);
    case 'nats':
      return withNatsHeaders(serialized, createNatsHeaders(fields));
    default:
      return serialized;
  }
}

/** Nest takes the options out of the serialized message and deletes them there. */
function withRabbitHeaders(message: Members, fields: ContextFields): Members {
  const options = isRecord(message.options) ? message.options : {};
  const headers = isRecord(options.headers) ? options.headers : {};
  message.options = { ...options, headers: { ...headers, ...fields } };
  return message;
}

/** A copy, because the serializer returns the message object of the user, who can send it again. */
function withKafkaHeaders(message: Members, fields: ContextFields): Members {
  const headers = isRecord(message.headers) ? message.headers : {};
  const copy = Object.assign(Object.create(Object.getPrototypeOf(message)), message);
  copy.headers = { ...headers, ...fields };
  return copy;
}

/** The members of `MsgHdrs` of NATS that are used here. */
interface NatsHeaders extends Iterable<readonly [string, readonly string[]]> {
  append(name: string, value: string): void;
  has(name: string): boolean;
}

/** New headers, because the user can send the old ones again. */
function withNatsHeaders(message: Members, created: unknown): Members {
  const headers = created as NatsHeaders | undefined;
  if (typeof headers?.append !== 'function') return message;
  for (const [name, values] of (message.headers ?? []) as NatsHeaders) {
    if (headers.has(name)) continue;
    for (const value of values) headers.append(name, value);
  }
  return { ...message, headers };
}

/** The options of a message of MQTT 5. */
interface MqttOptions {
  readonly properties?: { readonly userProperties?: Members };
}

/** Returns a copy of the options of a message of MQTT 5, with the fields in its user properties. */
export function withUserProperties(options: unknown, fields: ContextFields): object {
  const { properties } = (options ?? {}) as MqttOptions;
  const userProperties = { ...properties?.userProperties, ...fields };
  return { ...(options as object), properties: { ...properties, userProperties } };
}

type Members = Record<string, unknown>;

function isRecord(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
