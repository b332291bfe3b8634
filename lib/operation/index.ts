export { type CallDescription, callInSpan } from './call-in-span.js';
export { endWithError, settle } from './settle.js';
export { StartHook } from './start-hook.js';
