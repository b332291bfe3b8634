import { currentTracer, type LocalTracer } from '../../context/index.js';
import { hasMethods, wrapMethod } from '../../operation/index.js';
import { checkOption } from '../../option-checks.js';
import { messageConsumerOf } from '../consumer/index.js';
import { messageProducerOf } from '../producer/index.js';
import { type AmqpListener, tracedListener } from './amqp-delivery.js';
import type { AmqpHandlers } from './amqp-handlers.js';
import { publishOnChannel } from './send-amqp-message.js';
import { ChannelSettlements } from './settlements.js';

/** Options of `traceAmqpChannel`. */
export interface AmqpTracingOptions {
  /** The tracer of the spans. @default that of the running application, for each message */
  readonly tracer?: LocalTracer;
}

/**
 * Traces the messages of a channel of amqplib, by replacing methods of the channel. `publish` and
 * `sendToQueue` have a PRODUCER span, and add its context to the headers of the message. A callback that
 * is passed to `consume` afterwards has a span for each message, which ends with its promise; without a promise
 * when the message is settled. The options of `messaging` apply.
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
  const owner = (): LocalTracer | undefined => tracer ?? currentTracer();
  hookAmqpChannel(channel, {
    consumerOf: () => {
      const one = owner();
      return one && messageConsumerOf(one);
    },
    producerOf: () => {
      const one = owner();
      return one && messageProducerOf(one);
    },
  });
  return channel;
}

/**
 * Replaces the methods of a channel that send and receive messages.
 *
 * @returns a function that restores the channel; undefined if it is hooked already
 */
export function hookAmqpChannel(channel: object, handlers: AmqpHandlers): (() => void) | undefined {
  if (channels.has(channel)) return undefined;
  channels.add(channel);
  const leave = [
    wrapMethod(channel, 'publish', (publish, self, args) =>
      publishOnChannel(handlers, publish, self, args),
    ),
    wrapMethod(channel, 'consume', (consume, self, [queue, listener, ...others]) => {
      const traced =
        typeof listener === 'function'
          ? tracedListener(handlers, channel, String(queue), listener as AmqpListener, others[0])
          : listener;
      return Reflect.apply(consume, self, [queue, traced, ...others]);
    }),
  ];
  return () => {
    channels.delete(channel);
    for (const undo of leave) undo();
    ChannelSettlements.release(channel);
  };
}

const channels = new WeakSet<object>();
