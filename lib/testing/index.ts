/** The entry point `nestjs-traced/testing`: tools for tests of traced code. */
export type { TextAttributes } from './attributes-as-text.js';
export {
  createTestTracing,
  type TestTracing,
  type TestTracingOptions,
} from './create-test-tracing.js';
export { dedent } from './dedent.js';
export { SequentialIdGenerator } from './sequential-id-generator.js';
export { SpanRecorder, type TraceWaitOptions } from './span-recorder.js';
export type { WaitOptions } from './span-waiters.js';
export { SteadyClock, type SteadyClockOptions } from './steady-clock.js';
export { type TestTracingSetup, testTracingOptions } from './test-tracing-options.js';
export { type TraceTextOptions, traceAsText } from './trace-as-text.js';
