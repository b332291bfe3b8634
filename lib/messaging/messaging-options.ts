import type { MessageConsumerOptions } from './consumer/index.js';
import type { MessageProducerOptions } from './producer/index.js';

/**
 * Options for the messages of Nest's transports and of `@golevelup/nestjs-rabbitmq`, and of clients with
 * `tracedKafkaProducer` or `traceAmqpChannel`.
 */
export interface MessagingTracingOptions {
  /**
   * Whether and how received messages are traced. False installs no hooks in the servers of Nest.
   * @default true
   */
  readonly consumer?: boolean | MessageConsumerOptions;
  /**
   * Whether and how sent messages are traced. False installs no hooks in the clients of Nest.
   * @default true
   */
  readonly producer?: boolean | MessageProducerOptions;
}
