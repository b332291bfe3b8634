export { type ApplicationPart, TracedApplication } from './application.js';
export { ContextScope } from './context-scope.js';
export { ContextStorage } from './context-storage.js';
export type { EntryOperation } from './entry-operation.js';
export { isLocalSpan, LocalSpan, type LocalTracer } from './local-span.js';
export {
  addMessageMask,
  maskedMessageOf,
  maskMessage,
  registeredMessageOf,
} from './masked-message.js';
export {
  assignTracer,
  contextStorage,
  currentTracer,
  recordedErrors,
  registerRunningTracer,
  unregisterRunningTracer,
} from './process-wide.js';
export {
  type SamplingRequest,
  samplingRequestOf,
  withSamplingRequest,
} from './sampling-request.js';
export { isSuppressed, runSuppressed, SUPPRESSED } from './suppressed.js';
export { TracingContext } from './tracing-context.js';
