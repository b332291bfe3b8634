export {
  assignMessageProducer,
  MessageProducerHandler,
  messageProducerOf,
} from './message-producer-handler.js';
export { MessageProducerOperation } from './message-producer-operation.js';
export type { MessageProducerOptions, MessageReceiverRule } from './message-producer-options.js';
export { traceEvent, traceRequest } from './send-message.js';
