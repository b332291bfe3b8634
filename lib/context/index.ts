export { type ApplicationPart, TracedApplication } from './application.js';
export type { AttributeList, AttributeValue } from './attributes.js';
export { bindEmitter } from './bind-emitter.js';
export {
  bindChannels,
  type ChannelBinding,
  type ChannelSubscription,
  subscribeToChannels,
} from './channel-subscriptions.js';
export { type ContextCarrier, ManagedCarrier } from './context-carrier.js';
export { ContextScope } from './context-scope.js';
export { ContextStorage } from './context-storage.js';
export {
  describesRequests,
  type RequestDescription,
  withDescribedRequests,
} from './described-requests.js';
export type { EntryOperation } from './entry-operation.js';
export { errorTypeOf } from './error-type.js';
export {
  forwardedFieldOf,
  rootTraceIdOf,
  type SamplingRequest,
  samplingRequestOf,
  withForwardedField,
  withRootTraceId,
  withSamplingRequest,
} from './extracted-values.js';
export {
  type Counter,
  checkInstrument,
  type Histogram,
  type HistogramOptions,
  type InstrumentOptions,
  type MetricValues,
} from './instruments.js';
export { isLibraryWork, withLibraryWork, withoutLibraryWork } from './library-work.js';
export {
  isLocalSpan,
  LocalSpan,
  type LocalTracer,
  markAsLocal,
  type SpanPlan,
} from './local-span.js';
export { LOG_SINK, type LogEntry, type LogSink } from './log-sink.js';
export {
  addMessageMask,
  maskedMessageOf,
  maskMessage,
  registeredMessageOf,
} from './masked-message.js';
export { NonRecordingSpan } from './non-recording-span.js';
export {
  DURATION_BOUNDS,
  type DurationMetric,
  type DurationPlan,
  type OperationMetrics,
  type SeriesPath,
} from './operation-metrics.js';
export {
  assignTracer,
  contextStorage,
  currentTracer,
  firstRunningTracer,
  globalTracers,
  lastRunningTracer,
  recordedErrors,
  registerRunningTracer,
  unregisterRunningTracer,
} from './process-wide.js';
export { RemoteSpan } from './remote-span.js';
export { installShared } from './shared-installation.js';
export { isInTrace, StartUpSpan } from './start-up-span.js';
export { isSuppressed, spanOf, TracingContext } from './tracing-context.js';
