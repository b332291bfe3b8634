import { createContextKey, SpanKind } from '@opentelemetry/api';
import { contextStorage } from '../../context/index.js';
import { MESSAGING_MESSAGE_BODY_SIZE, MESSAGING_MESSAGE_CONVERSATION_ID } from '../attributes.js';
import { sizeOfBody } from '../body-size.js';
import { RABBITMQ } from '../message-attributes.js';
import type { SentMessage } from '../message-info.js';
import type { MessageProducerHandler, MessageProducerOperation } from '../producer/index.js';
import { type AmqpHandlers, isAnswer, isGenerated } from './amqp-handlers.js';

/** The options of a message, as amqplib takes them. */
interface PublishOptions {
  readonly headers?: object;
  readonly messageId?: unknown;
  readonly correlationId?: unknown;
  readonly [MARK]?: true;
}

type Method = (this: unknown, ...args: unknown[]) => unknown;

/**
 * Marks the options of a message that has been traced. A channel of amqp-connection-manager sends a message
 * later, through a channel of amqplib, with a copy of the options. A copy has the symbols too.
 */
const MARK = Symbol('nestjs-traced: the message has its span');

/** A message whose span has started, and which a channel of amqp-connection-manager is going to get. */
interface Sending {
  readonly operation: MessageProducerOperation | undefined;
  isPassed: boolean;
}

/** The key of the context of a {@link Sending}. */
const SENDING = createContextKey('nestjs-traced message for amqp-connection-manager');

/**
 * Publishes a message on a channel of amqplib with a PRODUCER span, which ends at once, or with the
 * confirmation of the broker if the arguments contain a callback for it.
 *
 * @param publish `publish` of the channel. `sendToQueue` of amqplib calls it with the exchange ''
 */
export function publishOnChannel(
  handlers: AmqpHandlers,
  publish: Method,
  self: unknown,
  args: unknown[],
): unknown {
  const [exchange, routingKey, content, options, confirmed] = args;
  const producer = handlers.producerOf();
  if (producer === undefined || isMarked(options) || isAnswerHere(exchange, routingKey)) {
    return Reflect.apply(publish, self, args);
  }
  const operation = begin(producer, handlers, exchange, routingKey, content, options, true);
  const context = producer.contextOf(operation);
  const sent = withFields(options, producer.fieldsOf(context));
  const awaitsConfirm = typeof confirmed === 'function';
  const onConfirm = (error: unknown, ...rest: unknown[]): unknown => {
    if (error) operation?.fail(error);
    else operation?.finish();
    return Reflect.apply(confirmed as () => unknown, undefined, [error, ...rest]);
  };
  try {
    return contextStorage.call(context, publish, self, [
      ...[exchange, routingKey, content, sent],
      ...(awaitsConfirm ? [onConfirm] : args.slice(4)),
    ]);
  } catch (error) {
    operation?.fail(error);
    throw error;
  } finally {
    // Without a confirmation, the message is dispatched when it is written.
    if (!awaitsConfirm) operation?.finish();
  }
}

/**
 * Calls a method that sends a message through a channel of amqp-connection-manager, which adds the context:
 * `publish` or `request` of a connection of `@golevelup/nestjs-rabbitmq`. The span ends with its promise.
 *
 * @param isEvent false for a request, whose promise resolves with the answer
 */
export function sendOnConnection(
  handlers: AmqpHandlers,
  send: Method,
  self: unknown,
  args: unknown[],
  { exchange, routingKey, data, options }: AmqpSend,
  isEvent: boolean,
): unknown {
  const producer = handlers.producerOf();
  if (
    producer === undefined ||
    isAnswerHere(exchange, routingKey) ||
    activeSending() !== undefined
  ) {
    return Reflect.apply(send, self, args);
  }
  const operation = begin(producer, handlers, exchange, routingKey, data, options, isEvent);
  const sending: Sending = { operation, isPassed: false };
  const context = producer.contextOf(operation).setValue(SENDING, sending);
  return endWithPromise(operation, () => contextStorage.call(context, send, self, args));
}

/** A message that the application sends. */
export interface AmqpSend {
  readonly exchange: unknown;
  readonly routingKey: unknown;
  readonly data: unknown;
  readonly options: unknown;
}

/**
 * Sends a message through a channel of amqp-connection-manager, with the context of its span. The span is that
 * of {@link sendOnConnection}, or a PRODUCER span that ends with the promise of the method.
 *
 * @param optionsIndex the index of the options in the arguments
 */
export function sendOnManagedChannel(
  handlers: AmqpHandlers,
  send: Method,
  self: unknown,
  args: unknown[],
  { exchange, routingKey, data, options }: AmqpSend,
  optionsIndex: number,
): unknown {
  const producer = handlers.producerOf();
  if (producer === undefined || isAnswerHere(exchange, routingKey)) {
    return Reflect.apply(send, self, args);
  }
  const active = contextStorage.active();
  const sending = activeSending();
  const sent = [...args];
  if (sending !== undefined) {
    sending.isPassed = true;
    describeSerialized(sending.operation, producer, data, options);
    sent[optionsIndex] = marked(options, producer.fieldsOf(active));
    return Reflect.apply(send, self, sent);
  }
  const operation = begin(producer, handlers, exchange, routingKey, data, options, true);
  const context = producer.contextOf(operation);
  sent[optionsIndex] = marked(options, producer.fieldsOf(context));
  return endWithPromise(operation, () => contextStorage.call(context, send, self, sent));
}

/** Returns the message that is on its way to a channel. `request` of a connection calls `publish`. */
function activeSending(): Sending | undefined {
  const sending = contextStorage.active().getValue(SENDING) as Sending | undefined;
  return sending?.isPassed === false ? sending : undefined;
}

function begin(
  producer: MessageProducerHandler,
  { server }: AmqpHandlers,
  exchange: unknown,
  routingKey: unknown,
  data: unknown,
  options: unknown,
  isEvent: boolean,
): MessageProducerOperation | undefined {
  const { messageId, correlationId } = (options ?? {}) as PublishOptions;
  const key = String(routingKey);
  const hasGeneratedName = exchange === '' && isGenerated(key);
  const message: SentMessage = {
    system: RABBITMQ,
    pattern: undefined,
    destination: exchange === '' ? key : `${exchange}:${key}`,
    routingKey: key,
    isEvent,
    data,
    server,
    id: typeof messageId === 'string' ? messageId : undefined,
    conversationId: typeof correlationId === 'string' ? correlationId : undefined,
    bodyBytes: producer.wantsBodySize ? sizeOfBody(data) : undefined,
  };
  const operation = producer.begin(message, hasGeneratedName);
  if (hasGeneratedName && operation?.span.isRecording() === true) {
    operation.span.updateName('send');
  }
  return operation;
}

/** Adds what is known once the payload is converted, and a request has got its id. */
function describeSerialized(
  operation: MessageProducerOperation | undefined,
  { wantsBodySize }: MessageProducerHandler,
  content: unknown,
  options: unknown,
): void {
  if (operation?.span.isRecording() !== true) return;
  const { span } = operation;
  const { correlationId } = (options ?? {}) as PublishOptions;
  if (span.kind === SpanKind.CLIENT && typeof correlationId === 'string') {
    span.setAttribute(MESSAGING_MESSAGE_CONVERSATION_ID, correlationId);
  }
  if (wantsBodySize) span.setAttribute(MESSAGING_MESSAGE_BODY_SIZE, sizeOfBody(content));
}

function endWithPromise(
  operation: MessageProducerOperation | undefined,
  send: () => unknown,
): unknown {
  let result: unknown;
  try {
    result = send();
  } catch (error) {
    operation?.fail(error);
    throw error;
  }
  if (!(result instanceof Promise)) {
    operation?.finish();
    return result;
  }
  return result.then(
    (value: unknown) => {
      operation?.finish();
      return value;
    },
    (error: unknown) => {
      operation?.fail(error);
      throw error;
    },
  );
}

function isAnswerHere(exchange: unknown, routingKey: unknown): boolean {
  return isAnswer(exchange, routingKey, contextStorage.active().entry);
}

function isMarked(options: unknown): boolean {
  return (options as PublishOptions | null | undefined)?.[MARK] === true;
}

function withFields(options: unknown, fields: Record<string, string> | undefined): unknown {
  if (fields === undefined) return options;
  const given = (options ?? {}) as PublishOptions;
  return { ...given, headers: { ...given.headers, ...fields } };
}

function marked(options: unknown, fields: Record<string, string> | undefined): unknown {
  return { ...(withFields(options, fields) as PublishOptions | undefined), [MARK]: true };
}
