export { kafkaFacts } from './kafka-facts.js';
export type {
  KafkaBatch,
  KafkaBatchPayload,
  KafkaMessage,
  KafkaMessagePayload,
  KafkaProducerShape,
} from './kafka-shape.js';
export {
  type TracedKafkaHandlerOptions,
  tracedKafkaBatches,
  tracedKafkaMessages,
} from './traced-kafka-handlers.js';
export {
  recordOffset,
  type TracedKafkaProducerOptions,
  tracedKafkaProducer,
} from './traced-kafka-producer.js';
