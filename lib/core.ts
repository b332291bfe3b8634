/**
 * The door `nestjs-traced/core`: tracing without Nest, for workers, scripts and sandboxed job processors.
 * It loads nothing of Nest. Every name is the same thing that the doors `nestjs-traced` and
 * `nestjs-traced/grpc` have.
 */

export {
  type BatchOptions,
  createTracing,
  type EnvironmentPropagatorName,
  type InFlightOptions,
  type PartTypes,
  type PipelineStatistics,
  type PropagatorNames,
  type SamplerCounts,
  type SpanInFlight,
  type StandaloneTracingOptions,
  Tracing,
  type TracingCounts,
  type TracingParts,
  type TracingSettings,
  TracingStatistics,
} from './assembly/index.js';
export {
  type BaggageOptions,
  type BaggageSelection,
  BaggageSpanProcessor,
  type BaggageSpanProcessorOptions,
  type BaggageValues,
  getAllBaggage,
  getBaggage,
  withBaggage,
} from './baggage/index.js';
export {
  carrierGetter,
  carrierSetter,
  type IncomingContext,
  type IncomingContextOptions,
} from './carriers/index.js';
export {
  type ApplicationPart,
  type AttributeValue,
  LocalSpan,
  type LocalTracer,
  TracedApplication,
} from './context/index.js';
export {
  type DatabaseAdapterOptions,
  DatabaseHandler,
  type DatabaseHandlerOptions,
  type DatabaseOperation,
  type DatabaseQuery,
  type DatabaseSource,
  type DatabaseTracingOptions,
  type DataSourceTracingOptions,
  type KnexTracingOptions,
  type KyselyTracingOptions,
  type MongoTracingOptions,
  type ParameterRedactor,
  type QueryableOptions,
  traceDataSource,
  tracedKyselyDialect,
  tracedQueryable,
  traceKnex,
  traceMongo,
} from './database/index.js';
export {
  type ArgumentTransform,
  type AttributesFunction,
  SpanAttribute,
  Traced,
  type TracedOptions,
} from './decorators/index.js';
export {
  BatchSpanProcessor,
  type BatchSpanProcessorOptions,
  type ExporterHealth,
  type RedactionOptions,
  SimpleSpanProcessor,
  type SimpleSpanProcessorOptions,
  type TailSamplingOptions,
  TailSamplingProcessor,
} from './delivery/index.js';
export { Diagnostics, type DiagnosticsLogger } from './diagnostics.js';
export { TracingConfigError, type TracingConfigErrorCode } from './errors.js';
export type { EventHandlerMethod, EventIgnoreRule, EventTracingOptions } from './events/index.js';
export {
  ConsoleSpanExporter,
  type ConsoleSpanExporterOptions,
  type ConsoleStream,
  type ExportControl,
  type ExporterRetryOptions,
  type ExporterTlsOptions,
  type ExportResult,
  ExportResultCode,
  FileSpanExporter,
  type FileSpanExporterOptions,
  type GrpcPackage,
  type HttpExportOptions,
  InMemorySpanExporter,
  type JaegerProtocol,
  JaegerSpanExporter,
  type JaegerSpanExporterOptions,
  NoopSpanExporter,
  OtlpGrpcSpanExporter,
  type OtlpGrpcSpanExporterOptions,
  type OtlpHttpProtocol,
  OtlpSpanExporter,
  type OtlpSpanExporterOptions,
  type PartialExportResult,
  type RenderOptions,
  renderTrace,
  replaySpanFile,
  type SpanBatch,
  type SpanExporter,
  type SpanFileReplayOptions,
  type SpanFileReplayResult,
  type TraceRecord,
  toTraceRecord,
  ZipkinSpanExporter,
  type ZipkinSpanExporterOptions,
} from './export/index.js';
export {
  type DataLoaderLike,
  type GraphqlIgnoreRule,
  type GraphqlOperationInfo,
  type GraphqlResolverSpanOptions,
  type GraphqlTracingOptions,
  tracedDataLoader,
} from './graphql/index.js';
export {
  type GrpcClientInterceptor,
  type GrpcClientOptions,
  type GrpcTargetRule,
  grpcClientInterceptor,
} from './grpc/client/index.js';
export type {
  GrpcCallInfo,
  GrpcPeer,
  IncomingGrpcCall,
  OutgoingGrpcCall,
} from './grpc/grpc-call-info.js';
export type { GrpcIgnoreRule } from './grpc/grpc-ignore-rules.js';
export type { GrpcMetadata } from './grpc/grpc-metadata.js';
export type { GrpcTracingOptions } from './grpc/grpc-options.js';
export {
  type GrpcServerInterceptor,
  type GrpcServerOptions,
  grpcServerInterceptor,
} from './grpc/server/index.js';
export {
  createTracedFetch,
  type HttpCall,
  type HttpClientIgnoreRule,
  type HttpClientOptions,
  type HttpOriginRule,
  type HttpServerIgnoreRule,
  type HttpServerOptions,
  type HttpTracingOptions,
  type IncomingHttpResponse,
  type OutgoingHttpRequest,
  type TracedFetch,
  type TracedFetchInit,
  type TracedFetchOptions,
  tracedFetch,
  traceHttpCall,
  withUrlTemplate,
} from './http/index.js';
export {
  type JobIgnoreRule,
  type JobTracingOptions,
  type JobWork,
  type Schedule,
  type ScheduleIgnoreRule,
  type ScheduleTracingOptions,
  type TracedProcessorOptions,
  tracedProcessor,
  traceJobs,
} from './jobs/index.js';
export {
  B3Propagator,
  type B3PropagatorOptions,
  CompositePropagator,
  type CompositePropagatorOptions,
  DatadogPropagator,
  JaegerPropagator,
  type JaegerPropagatorOptions,
  TraceState,
  W3CBaggagePropagator,
  type W3CBaggagePropagatorOptions,
  W3CTraceContextPropagator,
  XRayPropagator,
} from './propagation/index.js';
export {
  AdaptiveSampler,
  type AdaptiveSamplerOptions,
  AlwaysOffSampler,
  AlwaysOnSampler,
  AlwaysRecordSampler,
  type AttributeCondition,
  ParentBasedSampler,
  type ParentBasedSamplerOptions,
  ProbabilitySampler,
  RateLimitingSampler,
  type RateLimitingSamplerOptions,
  RuleBasedSampler,
  type RuleBasedSamplerOptions,
  type Sampler,
  SamplingDecision,
  type SamplingResult,
  type SamplingRule,
  type TextCondition,
  TraceIdRatioBasedSampler,
} from './sampling/index.js';
export {
  type Clock,
  type IdGenerator,
  type InstrumentationScope,
  type PipelineCounts,
  RandomIdGenerator,
  type ReadableSpan,
  type RecordedLink,
  RecordingSpan,
  Resource,
  type SpanLimits,
  type SpanProcessor,
  SystemClock,
  type TimedEvent,
  Tracer,
} from './trace/index.js';
export type {
  WebSocketIgnoreRule,
  WebSocketMessage,
  WebSocketPeer,
  WebSocketTracingOptions,
} from './websocket/index.js';
