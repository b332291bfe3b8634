import { contextStorage, currentTracer, type LocalTracer } from '../../context/index.js';
import { hasMethods, wrapMethod } from '../../operation/index.js';
import { checkOption } from '../../option-checks.js';
import { sizeOfBody } from '../body-size.js';
import { handleMessage, messageConsumerOf } from '../consumer/index.js';
import { RABBITMQ } from '../message-attributes.js';
import { messageProducerOf } from '../producer/index.js';
import { type AmqpMessage, rabbitFacts } from './rabbit-facts.js';
import { watchSettlements } from './settlements.js';

/** Options of `traceAmqpChannel`. */
export interface AmqpTracingOptions {
  /** The tracer of the spans. @default that of the running application, for each message */
  readonly tracer?: LocalTracer;
}

type Listener = (message: AmqpMessage | null) => unknown;

/**
 * Traces the messages of a channel of amqplib, by replacing methods of the channel. `publish` and
 * `sendToQueue` have a PRODUCER span, and add its context to the headers of the message. A callback that
 * is passed to `consume` afterwards has a CONSUMER span for each message, until its promise settles. The
 * options of `messaging` apply.
 *
 * @returns the same channel. Calling it again has no effect
 * @throws TracingConfigError if `channel` is not a channel
 * @example
 * const channel = traceAmqpChannel(await connection.createChannel());
 */
export function traceAmqpChannel<C extends object>(
  channel: C,
  { tracer }: AmqpTracingOptions = {},
): C {
  checkOption(
    typeof channel === 'object' && channel !== null && hasMethods(channel, ['publish', 'consume']),
    'traceAmqpChannel.channel',
    'must be a channel of amqplib',
    channel,
    'Give the channel that connection.createChannel() resolves with.',
  );
  if (channels.has(channel)) return channel;
  channels.add(channel);
  wrapMethod(channel, 'publish', (publish, self, args) =>
    publishTraced(tracer, publish, self, args),
  );
  wrapMethod(channel, 'consume', (consume, self, [queue, listener, ...others]) => {
    if (typeof listener !== 'function') {
      return Reflect.apply(consume, self, [queue, listener, ...others]);
    }
    const traced = tracedListener(tracer, channel, String(queue), listener as Listener);
    return Reflect.apply(consume, self, [queue, traced, ...others]);
  });
  return channel;
}

const channels = new WeakSet<object>();

/** `sendToQueue` of amqplib calls `publish` with the exchange ''. */
function publishTraced(
  given: LocalTracer | undefined,
  publish: (...args: unknown[]) => unknown,
  self: unknown,
  args: unknown[],
): unknown {
  const tracer = given ?? currentTracer();
  if (tracer === undefined) return Reflect.apply(publish, self, args);
  const [exchange, routingKey, content, options, confirmed] = args;
  const producer = messageProducerOf(tracer);
  const key = String(routingKey);
  const operation = producer.begin({
    system: RABBITMQ,
    pattern: undefined,
    destination: exchange === '' ? key : `${exchange}:${key}`,
    routingKey: key,
    isEvent: true,
    data: content,
    bodyBytes: producer.wantsBodySize ? sizeOfBody(content) : undefined,
  });
  const context = producer.contextOf(operation);
  const fields = producer.fieldsOf(context);
  const { headers, ...others } = (options ?? {}) as { readonly headers?: object };
  const sent = fields === undefined ? options : { ...others, headers: { ...headers, ...fields } };
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

function tracedListener(
  given: LocalTracer | undefined,
  channel: object,
  queue: string,
  listener: Listener,
): Listener {
  return (message) => {
    const tracer = given ?? currentTracer();
    // The broker sends null when it cancels the consumer.
    if (tracer === undefined || message === null) return listener(message);
    const consumer = messageConsumerOf(tracer);
    const operation = consumer.begin({
      ...rabbitFacts(message, queue, consumer.wantsBodySize),
      system: RABBITMQ,
      pattern: queue,
      isEvent: true,
      data: message.content,
    });
    if (operation !== undefined) watchSettlements(channel, message, operation, false);
    return handleMessage(consumer, operation, listener, undefined, [message]);
  };
}
