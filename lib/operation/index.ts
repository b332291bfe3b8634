export { type CallDescription, callInSpan } from './call-in-span.js';
export { StartHook } from './start-hook.js';
export { subscribeInside, WatchedSubscriber } from './watched-subscriber.js';
