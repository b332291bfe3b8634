export { type CallDescription, callInSpan } from './call-in-span.js';
export { IncomingOperation } from './incoming-operation.js';
export { hasMethods, memberOf, replaceMember, wrapMethod } from './object-members.js';
export { settleAsyncIterator } from './settle-iterator.js';
export { StartHook } from './start-hook.js';
export { subscribeInside, WatchedSubscriber } from './watched-subscriber.js';
