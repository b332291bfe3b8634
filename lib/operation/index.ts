export type { CallDescription } from './call-description.js';
export { callInSpan, copyProperties } from './call-in-span.js';
export { callWithCallback } from './call-with-callback.js';
export { httpStatusOf, isClientAnswer, isWebSocketAnswer } from './client-answer.js';
export { IncomingOperation } from './incoming-operation.js';
export { hasMethods, memberOf, replaceMember, wrapMethod } from './object-members.js';
export { settleAsyncIterator } from './settle-iterator.js';
export { StartHook } from './start-hook.js';
export { subscribeInside, WatchedSubscriber } from './watched-subscriber.js';
