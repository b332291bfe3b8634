export { ContextScope } from './context-scope.js';
export { ContextStorage } from './context-storage.js';
export type { Entry } from './entry.js';
export { LocalSpan, type LocalTracer } from './local-span.js';
export { maskedMessageOf, maskMessage } from './masked-message.js';
export {
  assignTracer,
  contextStorage,
  currentTracer,
  registerRunningTracer,
  unregisterRunningTracer,
} from './process-wide.js';
export { runSuppressed } from './suppressed.js';
export { TracingContext } from './tracing-context.js';
