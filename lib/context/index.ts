export { ContextStorage } from './context-storage.js';
export type { Entry } from './entry.js';
export { LocalSpan, type LocalTracer } from './local-span.js';
export {
  assignTracer,
  contextStorage,
  currentTracer,
  registerRunningTracer,
  unregisterRunningTracer,
} from './process-wide.js';
export { TracingContext } from './tracing-context.js';
