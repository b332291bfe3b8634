export type {
  LifecycleOption,
  LifecycleStage,
  LifecycleTracingOptions,
} from './lifecycle-options.js';
export { stagesOf } from './lifecycle-options.js';
export { isUntraced } from './stage-tracer.js';
export { traceMiddleware } from './traced-middleware.js';
export { type CalledStage, type StageMethod, traceStage } from './traced-stage.js';
