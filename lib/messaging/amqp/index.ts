export {
  type AmqpHandlerOptions,
  hookAmqpConnection,
  isAmqpConnection,
} from './hook-amqp-connection.js';
export { type AmqpMessage, rabbitFacts } from './rabbit-facts.js';
export { hasDeadLetterExchange, watchSettlements } from './settlements.js';
export { type AmqpTracingOptions, traceAmqpChannel } from './trace-amqp-channel.js';
