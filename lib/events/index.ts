export { EventHandlerCalls } from './event-handler-calls.js';
export type { EventHandlerMethod, EventIgnoreRule, EventTracingOptions } from './event-options.js';
export { PublishedEvents } from './published-events.js';
