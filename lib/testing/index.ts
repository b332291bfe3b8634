/** The entry point `nestjs-traced/testing`: tools for tests of traced code. */
export type { TextAttributes } from './attributes-as-text.js';
export {
  createTestTracing,
  type TestTracing,
  type TestTracingOptions,
} from './create-test-tracing.js';
export { dedent } from './dedent.js';
export type {
  AsymmetricMatcher,
  ExpectedEvent,
  ExpectedSpan,
  ExpectedStatus,
  SpanKindWord,
  SpanStatusWord,
} from './matchers/expected-span.js';
export type { TraceMatcherContext, TraceMatcherResult } from './matchers/matcher-context.js';
export type { ExpectedTrace } from './matchers/to-be-within-trace.js';
export { type TraceMatcher, type TraceMatchers, traceMatchers } from './matchers/trace-matchers.js';
export type { TracingTestingOptions } from './recording-options.js';
export { SequentialIdGenerator } from './sequential-id-generator.js';
export { SpanRecorder, type SpanRecorderOptions, type TraceWaitOptions } from './span-recorder.js';
export type { WaitOptions } from './span-waiters.js';
export { SteadyClock, type SteadyClockOptions } from './steady-clock.js';
export { type AfterEach, strictTracing } from './strict-tracing.js';
export { type TestTracingSetup, testTracingOptions } from './test-tracing-options.js';
export { type TraceTextOptions, traceAsText } from './trace-as-text.js';
export {
  createTraceSerializer,
  type TraceSerializer,
  traceSerializer,
} from './trace-serializer.js';
export { TracingTestingModule } from './tracing-testing.module.js';
export { TracingWarnings } from './tracing-warnings.js';
export { variesBetweenRuns } from './varies-between-runs.js';
