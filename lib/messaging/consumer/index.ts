export { handleMessage } from './handle-message.js';
export {
  assignMessageConsumer,
  MessageConsumerHandler,
  messageConsumerOf,
} from './message-consumer-handler.js';
export { MessageConsumerOperation } from './message-consumer-operation.js';
export type { MessageConsumerOptions } from './message-consumer-options.js';
