export {
  type AmqpHandlerOptions,
  type AmqpMessage,
  type AmqpTracingOptions,
  hasDeadLetterExchange,
  hookAmqpConnection,
  isAmqpConnection,
  rabbitFacts,
  traceAmqpChannel,
  watchSettlements,
} from './amqp/index.js';
export { sizeOfBody } from './body-size.js';
export {
  assignMessageConsumer,
  handleMessage,
  MessageConsumerHandler,
  MessageConsumerOperation,
  type MessageConsumerOptions,
  messageConsumerOf,
} from './consumer/index.js';
export {
  type KafkaBatch,
  type KafkaBatchPayload,
  type KafkaMessage,
  type KafkaMessagePayload,
  type KafkaProducerShape,
  kafkaFacts,
  recordOffset,
  type TracedKafkaHandlerOptions,
  type TracedKafkaProducerOptions,
  tracedKafkaBatches,
  tracedKafkaMessages,
  tracedKafkaProducer,
} from './kafka/index.js';
export type { MessageIgnoreRule } from './message-ignore-rules.js';
export type {
  BrokerAddress,
  MessageInfo,
  MessagePeer,
  ReceivedMessage,
  SentMessage,
} from './message-info.js';
export type { MessagingTracingOptions } from './messaging-options.js';
export {
  assignMessageProducer,
  MessageProducerHandler,
  MessageProducerOperation,
  type MessageProducerOptions,
  type MessageReceiverRule,
  messageProducerOf,
  traceEvent,
  traceRequest,
} from './producer/index.js';
