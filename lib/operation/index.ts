export { runInSpan } from './run-in-span.js';
export { endWithError, settle } from './settle.js';
