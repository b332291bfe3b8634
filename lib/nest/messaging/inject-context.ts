import { type Span, SpanKind } from '@opentelemetry/api';
import {
  contextStorage,
  isLocalSpan,
  type LocalSpan,
  type TracingContext,
} from '../../context/index.js';
import type { Diagnostics } from '../../diagnostics.js';
import {
  MESSAGING_MESSAGE_BODY_SIZE,
  MESSAGING_MESSAGE_CONVERSATION_ID,
  MESSAGING_MESSAGE_ID,
} from '../../messaging/attributes.js';
import type { MessageProducerHandler } from '../../messaging/index.js';
import { memberOf, replaceMember } from '../../operation/index.js';
import { hasNativeHeaders, type MessagingSystem } from './nest-transports.js';

import {
  addToPacket,
  addToSerialized,
  type ContextFields,
  isPacket,
  withUserProperties,
} from './packet-context.js';

/** The serializer of a client. Some have `init`, which Nest calls once. */
interface Serializer {
  serialize(value: unknown, options?: unknown): unknown;
  init?(): unknown;
}

/** The used members of Nest's `ClientProxy`, and of single transports. */
interface SerializingClient {
  serializer: Serializer;
  publish(packet: object, callback: unknown): unknown;
  /** NATS: creates headers from the headers in the options of the client. */
  mergeHeaders?(headers: undefined): unknown;
  /** MQTT: returns the options of a message. */
  mergePacketOptions?(options: unknown): unknown;
}

/**
 * Adds the context to the messages of a client, by a serializer around the client's own: Nest calls the
 * serializer once for each message, immediately before it sends the message, in all versions and all
 * transports.
 *
 * @param producerOf called for each message; returns undefined if messages are not traced
 * @returns a function that restores the client
 */
export function injectContext(
  client: object,
  system: MessagingSystem,
  producerOf: () => MessageProducerHandler | undefined,
  diagnostics: Diagnostics,
): () => void {
  const target = client as SerializingClient;
  const { serializer } = target;
  if (typeof serializer?.serialize !== 'function') return () => {};
  if (system === 'mqtt') return injectIntoMqtt(target, producerOf, diagnostics);
  const isNative = hasNativeHeaders(system);
  const createNatsHeaders = (fields: ContextFields): unknown =>
    // Nest's method creates the headers, because only Nest has loaded the package of NATS.
    target.mergeHeaders?.call({ options: { headers: fields } } as never, undefined);
  const add = (serialized: unknown, fields: ContextFields): unknown =>
    attempt(diagnostics, serialized, () =>
      addToSerialized(system, serialized, fields, createNatsHeaders),
    );
  const leaveSerializer = replaceMember(
    client,
    'serializer',
    wrapSerializer(serializer, (value, options) => {
      const producer = producerOf();
      if (producer === undefined) return serializer.serialize(value, options);
      const context = contextStorage.active();
      const fields = producer.fieldsOf(context);
      if (!isNative && fields !== undefined && isPacket(value)) {
        attempt(diagnostics, undefined, () => addToPacket(value, fields));
      }
      const serialized = serializer.serialize(value, options);
      describeSent(context, value, serialized, producer.wantsBodySize);
      if (!isNative || fields === undefined) return serialized;
      return serialized instanceof Promise
        ? serialized.then((message) => add(message, fields))
        : add(serialized, fields);
    }),
  );
  if (system !== 'kafka') return leaveSerializer;
  const leavePublish = recordIdsOfKafka(target, producerOf);
  return () => {
    leavePublish();
    leaveSerializer();
  };
}

/** The serializer of Kafka gets the data without the packet. Nest writes the id into the packet in `publish`. */
function recordIdsOfKafka(
  client: SerializingClient,
  producerOf: () => MessageProducerHandler | undefined,
): () => void {
  const { publish } = client;
  return replaceMember(client, 'publish', (packet: object, callback: unknown): unknown => {
    const cleanup = Reflect.apply(publish, client, [packet, callback]);
    const { span } = contextStorage.active();
    if (producerOf() !== undefined && isRecordingMessage(span)) recordPacketId(span, packet);
    return cleanup;
  });
}

/**
 * MQTT 5 has user properties, which Nest merges in a method of the client that does not know the message.
 * Nest calls it immediately after the serializer. It serializes a request after the answer of the broker
 * to a subscription, so the active context is not that of the request.
 */
function injectIntoMqtt(
  client: SerializingClient,
  producerOf: () => MessageProducerHandler | undefined,
  diagnostics: Diagnostics,
): () => void {
  const { serializer, publish, mergePacketOptions } = client;
  const contextOf = new WeakMap<object, TracingContext>();
  let forNextOptions: ContextFields | undefined;
  const leave = [
    replaceMember(client, 'publish', (packet: object, callback: unknown): unknown => {
      contextOf.set(packet, contextStorage.active());
      return Reflect.apply(publish, client, [packet, callback]);
    }),
    replaceMember(
      client,
      'serializer',
      wrapSerializer(serializer, (value, options) => {
        forNextOptions = undefined;
        const producer = producerOf();
        if (producer === undefined) return serializer.serialize(value, options);
        const context = contextOf.get(value as object) ?? contextStorage.active();
        const fields = producer.fieldsOf(context);
        const hasUserProperties = isMqtt5(client);
        if (fields !== undefined && !hasUserProperties && isPacket(value)) {
          attempt(diagnostics, undefined, () => addToPacket(value, fields));
        }
        const serialized = serializer.serialize(value, options);
        describeSent(context, value, serialized, producer.wantsBodySize);
        if (hasUserProperties) forNextOptions = fields;
        return serialized;
      }),
    ),
    replaceMember(client, 'mergePacketOptions', (options: unknown): unknown => {
      const fields = forNextOptions;
      forNextOptions = undefined;
      const merged: unknown = Reflect.apply(mergePacketOptions as () => unknown, client, [options]);
      if (fields === undefined) return merged;
      return attempt(diagnostics, merged, () => withUserProperties(merged, fields));
    }),
  ];
  return () => {
    for (const undo of leave) undo();
  };
}

function isMqtt5(client: object): boolean {
  const options = memberOf(client, 'options') as { protocolVersion?: unknown } | undefined;
  return options?.protocolVersion === 5;
}

function wrapSerializer(
  original: Serializer,
  serialize: (value: unknown, options?: unknown) => unknown,
): Serializer {
  if (typeof original.init !== 'function') return { serialize };
  return { serialize, init: () => original.init?.() };
}

/** Adds what only the packet knows to the span of the message. */
function describeSent(
  { span }: TracingContext,
  value: unknown,
  serialized: unknown,
  wantsBodySize: boolean,
): void {
  if (!isRecordingMessage(span)) return;
  recordPacketId(span, value);
  const { options } = (serialized ?? {}) as { options?: { messageId?: unknown } | null };
  const messageId = options?.messageId;
  if (typeof messageId === 'string') span.setAttribute(MESSAGING_MESSAGE_ID, messageId);
  if (wantsBodySize) span.setAttribute(MESSAGING_MESSAGE_BODY_SIZE, sizeOf(serialized));
}

function isRecordingMessage(span: Span | undefined): span is LocalSpan {
  return isLocalSpan(span) && span.isRecording() && span.kind !== SpanKind.INTERNAL;
}

function recordPacketId(span: LocalSpan, packet: unknown): void {
  if (isPacket(packet) && typeof packet.id === 'string') {
    span.setAttribute(MESSAGING_MESSAGE_CONVERSATION_ID, packet.id);
  }
}

/** The size of the payload in bytes, as Nest converts it; undefined if it cannot be converted. */
function sizeOf(serialized: unknown): number | undefined {
  try {
    if (typeof serialized === 'string') return Buffer.byteLength(serialized);
    const { value, data, options: _, ...packet } = serialized as Record<string, unknown>;
    const body = value ?? (typeof data === 'string' && !('pattern' in packet) ? data : undefined);
    if (body instanceof Uint8Array) return body.byteLength;
    if (typeof body === 'string') return Buffer.byteLength(body);
    return Buffer.byteLength(JSON.stringify({ ...packet, data }));
  } catch {
    return undefined;
  }
}

/** A message must be sent, whatever its serializer returned. */
function attempt<T>(diagnostics: Diagnostics, fallback: T, step: () => T): T {
  try {
    return step();
  } catch (error) {
    diagnostics.report('The context could not be added to a message. It is sent without', error);
    return fallback;
  }
}
