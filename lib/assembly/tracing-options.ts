import type { Attributes, TextMapPropagator, TracerProvider } from '@opentelemetry/api';
import type { BaggageOptions } from '../baggage/index.js';
import type { DatabaseApplicationOptions } from '../database/index.js';
import type {
  BatchProcessorOptions,
  RedactionOptions,
  TailSamplingOptions,
} from '../delivery/index.js';
import type { DiagnosticsLogger } from '../diagnostics.js';
import type { EventTracingOptions } from '../events/index.js';
import type {
  GrpcPackage,
  LogRecordExporter,
  MetricExporter,
  SpanExporter,
} from '../export/index.js';
import type { GraphqlTracingOptions } from '../graphql/index.js';
import type { GrpcTracingOptions } from '../grpc/grpc-options.js';
import type { HttpTracingOptions } from '../http/index.js';
import type { JobTracingOptions, ScheduleTracingOptions } from '../jobs/index.js';
import type { LifecycleOption } from '../lifecycle/index.js';
import type { LoggingOptions } from '../logging/index.js';
import type { MessagingTracingOptions } from '../messaging/index.js';
import type { MetricsOptions } from '../metrics/index.js';
import type { Sampler } from '../sampling/index.js';
import type {
  Clock,
  IdGenerator,
  LogRecordLimits,
  SpanLimits,
  SpanProcessor,
} from '../trace/index.js';
import type { ViewerDestination } from '../viewer-destination.js';
import type { WebSocketTracingOptions } from '../websocket/index.js';
import type { PropagatorNames } from './default-parts.js';
import type { ForeignLoggerProvider } from './foreign-provider/foreign-log-processor.js';
import type { ResourceDetectorName } from './resource-detection/detect-resource.js';
import type { InFlightOptions } from './spans-in-flight.js';

/** The options of `batch` and `logBatch`: those of a batch processor that no other option sets. */
export type BatchOptions = Omit<
  BatchProcessorOptions,
  'diagnostics' | 'exporterStaysOpen' | 'shutdownTimeoutMillis'
>;

/** How exceptions are exported. */
export type ExceptionSignal = 'events' | 'logs' | 'logs/dup';

/** Options that are the same with and without Nest. They take precedence over the `OTEL_*` environment. */
export interface TracingSettings {
  /**
   * The name of the service in every trace (`service.name`).
   * @default `OTEL_SERVICE_NAME`, else `service.name` of `OTEL_RESOURCE_ATTRIBUTES`, else `unknown_service:node`
   */
  readonly serviceName?: string;
  /** The version of the service (`service.version`). @default none */
  readonly serviceVersion?: string;
  /** Identifies one instance of the service (`service.instance.id`). @default a random UUID */
  readonly serviceInstanceId?: string;
  /**
   * More attributes of the resource, such as `deployment.environment.name`. They take precedence over
   * `OTEL_RESOURCE_ATTRIBUTES`.
   * @default {}
   */
  readonly resourceAttributes?: Attributes;
  /**
   * What is found out about the host, the process, the container and the cloud platform, and becomes attributes of
   * the resource: `'all'`, `'none'`, or names such as `['host', 'container', 'k8s']`. Detectors read variables of the
   * environment and a few small files, once at the start, and use no network. `resourceAttributes` and
   * `OTEL_RESOURCE_ATTRIBUTES` take precedence over what they find.
   * @default `OTEL_NODE_RESOURCE_DETECTORS`, else `'all'`
   */
  readonly resourceDetectors?: ResourceDetectorName | readonly ResourceDetectorName[];
  /**
   * False switches tracing off: no span is recorded, and databases are not hooked. The providers still
   * exist. Outgoing requests carry the trace context and baggage of the incoming request unchanged, so
   * that the traces of other processes stay connected.
   * @default true, unless `OTEL_SDK_DISABLED` is `true`
   */
  readonly enabled?: boolean;
  /**
   * The tracer provider of another OpenTelemetry SDK, such as `trace.getTracerProvider()` after the start
   * of `NodeSDK`. All spans of the application go through its pipeline: its sampler, processors, exporter
   * and resource, and the propagator and context manager that are registered with `@opentelemetry/api`.
   * Options for parts of a pipeline are then errors. The provider is flushed at shutdown, but not shut
   * down.
   * @default none: the application has its own pipeline
   */
  readonly tracerProvider?: TracerProvider;
  /**
   * The logger provider of another OpenTelemetry SDK, such as `logs.getLoggerProvider()` of
   * `@opentelemetry/api-logs` after the start of `NodeSDK`. It receives the log records in place of a
   * `logExporter`, redacted and with the ids of their span. It is flushed at shutdown, but not shut down.
   * @default none: log records go to the `logExporter`
   */
  readonly loggerProvider?: ForeignLoggerProvider;
  /**
   * Options of the batches that go to the exporter. They do not apply to your own `spanProcessors`.
   * @default the `OTEL_BSP_*` environment, else a queue of 32768 spans, batches of 512, 5 s, timeout 30 s
   */
  readonly batch?: BatchOptions;
  /**
   * Options of the batches that go to the log exporter.
   * @default the `OTEL_BLRP_*` environment, else a queue of 32768 log records, batches of 512, 1 s, timeout
   *   30 s
   */
  readonly logBatch?: BatchOptions;
  /**
   * The imported package `@grpc/grpc-js`. `OTEL_EXPORTER_OTLP_PROTOCOL=grpc` requires it. Your own
   * `exporter` does not need it.
   * @default none: the library does not load the package. With `OTEL_EXPORTER_OTLP_PROTOCOL=grpc` the
   *   library then uses http/protobuf at its default endpoint; if an endpoint is set, it exports nothing
   */
  readonly grpcPackage?: GrpcPackage;
  /**
   * Decides about each local trace when it has ended, and exports traces that failed, were slow, or are
   * selected by `ratio`. Use a sampler that records all traces to choose from. It does not apply to your
   * own `spanProcessors`.
   * @default none: all sampled spans are exported
   */
  readonly tailSampling?: Omit<TailSamplingOptions, 'diagnostics'>;
  /**
   * The share of the CPU time of the process that tracing may take, above 0, at most 1: 0.05 allows 5 %. While tracing
   * takes more, fewer new traces are sampled; traces of callers are not affected. The trace state says how many traces
   * a sampled one represents.
   * @default no limit, and nothing is measured
   */
  readonly maxOverheadRatio?: number;
  /**
   * True or an object makes `TracingStatistics.spansInFlight()` list the open spans with the code that
   * started them, and warns about spans that are open for too long. Use it to find spans that are never
   * ended.
   * @default false
   */
  readonly inFlight?: boolean | InFlightOptions;
  /**
   * Limits of the number and length of attributes, events and links.
   * @default the `OTEL_SPAN_*` environment, else 128 attributes, events and links, values of any length
   */
  readonly spanLimits?: Partial<SpanLimits>;
  /**
   * Limits of the attributes of a log record.
   * @default the `OTEL_LOGRECORD_*` environment, else 128 attributes, values of any length
   */
  readonly logRecordLimits?: Partial<LogRecordLimits>;
  /**
   * How recorded exceptions are exported: as events of their span (`'events'`), as log records with the ids of
   * the span (`'logs'`), which the semantic conventions prefer, or as both (`'logs/dup'`). Log records need a
   * log exporter; without one, exceptions stay events.
   * @default `OTEL_SEMCONV_EXCEPTION_SIGNAL_OPT_IN`, else `'events'`
   */
  readonly exceptionSignal?: ExceptionSignal;
  /**
   * Replaces the values of attributes with keys that indicate a secret (password, token, authorization,
   * cookie, api key and similar), before a processor receives the ended span or the log record. It applies to
   * the attributes of spans, events and links, to `resourceAttributes`, and to the attributes and structured
   * bodies of log records. An object adds rules; false switches redaction off.
   * @default true
   */
  readonly redaction?: boolean | RedactionOptions;
  /**
   * True registers the tracing with `@opentelemetry/api` until shutdown, so that the spans of libraries
   * that use the API join the traces. Several applications of a process share the registration: a span
   * of a library belongs to the application of the active span, otherwise to the first one.
   * @default true
   */
  readonly registerGlobally?: boolean;
  /**
   * The longest time that the shutdown may take to export the queued spans, in milliseconds, at least 0.
   * The remaining spans are counted as lost, and the application continues to close.
   * @default 5000
   */
  readonly shutdownTimeoutMillis?: number;
  /** Copies baggage entries onto spans. @default no entries are copied */
  readonly baggage?: BaggageOptions;
  /**
   * Receives the warnings of the library.
   * @default Nest's `Logger` with the context `Tracing`; without Nest `console`
   */
  readonly logger?: DiagnosticsLogger;
  /**
   * Options for HTTP servers and clients. `server` applies to `TracingModule` only: without Nest, the
   * library does not trace servers automatically.
   * @default servers and clients are traced
   */
  readonly http?: HttpTracingOptions;
  /**
   * Options for the spans of database queries. False traces nothing automatically: no client among the providers, and
   * no library through its channels. Objects that you pass to functions such as `traceDataSource` and
   * `tracedQueryable` are still traced.
   * @default the clients among the providers are traced: each `DataSource` of TypeORM, each instance of
   *   Sequelize and MikroORM, and those of MongoDB, Elasticsearch, OpenSearch, ClickHouse and Cassandra; and all
   *   clients of ioredis, node-redis, mysql2, mssql and Mongoose
   */
  readonly database?: false | DatabaseApplicationOptions;
  /**
   * Options for gRPC servers and clients: those of Nest, which are traced automatically, and those with
   * `grpcServerInterceptor` or `grpcClientInterceptor`.
   * @default servers and clients are traced
   */
  readonly grpc?: GrpcTracingOptions;
  /**
   * Options for the spans of Nest's WebSocket gateways. False installs no hooks. It applies to `TracingModule`
   * only.
   * @default the messages of all gateways are traced
   */
  readonly webSocket?: false | WebSocketTracingOptions;
  /**
   * Options for the spans of GraphQL operations, with Apollo or Mercurius. False installs no hooks. It applies to
   * `TracingModule` only.
   * @default the operations of `@nestjs/graphql` are traced, without spans for resolvers
   */
  readonly graphql?: false | GraphqlTracingOptions;
  /**
   * Options for the jobs of BullMQ and Bull. False traces no queue and no worker automatically;
   * objects that you pass to `traceJobs` are still traced.
   * @default every queue and worker among the providers, and in their fields, is traced
   */
  readonly jobs?: false | JobTracingOptions;
  /**
   * Options for the methods with `@Cron`, `@Interval` and `@Timeout` of `@nestjs/schedule`. False does not
   * trace them. It applies to `TracingModule` only.
   * @default each run has a root span
   */
  readonly schedule?: false | ScheduleTracingOptions;
  /**
   * Options for the listeners of `@nestjs/event-emitter`, and for the commands, queries, events and sagas
   * of `@nestjs/cqrs`. False does not trace them. It applies to `TracingModule` only.
   * @default each call of a listener or handler has a span
   */
  readonly events?: false | EventTracingOptions;
  /**
   * Spans for what Nest calls for a request: true for the methods of controllers, gateways and resolvers;
   * `'all'` also for middleware, guards, pipes, interceptors and exception filters; an object names the parts.
   * It applies to `TracingModule` only.
   * @default false: no spans, and nothing is replaced
   */
  readonly lifecycle?: LifecycleOption;
  /**
   * Options for the messages of Nest's transports: TCP, Redis, NATS, RabbitMQ, MQTT, Kafka and custom ones.
   * False installs no hooks in Nest's clients and servers.
   * @default sent and received messages are traced
   */
  readonly messaging?: false | MessagingTracingOptions;
  /**
   * Options for log lines: the names of the fields with the ids of the active span, and log lines as events of
   * spans. The lines need a logger that adds the ids: `TracedLogger`, `tracedPinoOptions` or `traceWinston`.
   * @default lines have `trace_id`, `span_id` and `trace_flags`; spans have no log lines
   */
  readonly logging?: LoggingOptions;
  /**
   * Metrics of all operations, sampled or not, with the names of the semantic conventions; those of `@Counted`,
   * `@Timed` and `MetricsRegistry`. `metricExporter` exports them. Without it they go to the meter provider that is
   * registered with `@opentelemetry/api`, also if it is registered later, and otherwise stay in the `MetricsRegistry`.
   * True or an object switches them on.
   * @default false, unless the option `metricExporter` is set or `OTEL_METRICS_EXPORTER` names an exporter
   */
  readonly metrics?: boolean | MetricsOptions;
}

/**
 * The replaceable parts of a tracing.
 *
 * @typeParam F the accepted form of each part
 */
export interface TracingParts<F extends { [K in keyof PartTypes]: unknown }> {
  /**
   * Decides which spans are recorded.
   * @default `OTEL_TRACES_SAMPLER`, else the decision of the caller, and all traces that start here
   */
  readonly sampler?: F['sampler'];
  /**
   * Propagates contexts to other processes. Names as in `OTEL_PROPAGATORS` are also accepted: `'b3'`, or
   * `['tracecontext', 'baggage', 'b3multi']`, which are called in this order.
   * @default `OTEL_PROPAGATORS`, else W3C trace context and W3C baggage
   */
  readonly propagator?: F['propagator'] | PropagatorNames;
  /**
   * Exports the spans: in batches, or immediately for `ConsoleSpanExporter` and `InMemorySpanExporter`.
   * @default none if `spanProcessors` is set; else `OTEL_TRACES_EXPORTER`; else OTLP if an
   *   `OTEL_EXPORTER_OTLP_*ENDPOINT` is set; else the console, and under a test runner none
   */
  readonly exporter?: F['exporter'];
  /**
   * Exports the log records that the application's logger and the library emit, in batches. Each one has the
   * ids of the active span, so that it is shown in its trace.
   * @default `OTEL_LOGS_EXPORTER`; else OTLP if `OTEL_EXPORTER_OTLP_LOGS_ENDPOINT` is set; else none: the lines
   *   of a logger are on the console too, where most platforms collect them
   */
  readonly logExporter?: F['logExporter'];
  /**
   * Exports the metrics, once a minute, at each flush and at the shutdown. It switches metrics on, unless `metrics`
   * is false.
   * @default `OTEL_METRICS_EXPORTER`; else, with the option `metrics`, OTLP if `OTEL_EXPORTER_OTLP_ENDPOINT` or
   *   `OTEL_EXPORTER_OTLP_METRICS_ENDPOINT` is set and no meter provider is registered with `@opentelemetry/api`
   */
  readonly metricExporter?: F['metricExporter'];
  /** Receive every recorded span, in addition to the processor of the exporter. @default [] */
  readonly spanProcessors?: readonly F['spanProcessor'][];
  /** Generates trace ids and span ids. @default random ids from the system's cryptographic generator */
  readonly idGenerator?: F['idGenerator'];
  /** Provides the times of spans. @default the system's clock, in nanosecond resolution */
  readonly clock?: F['clock'];
}

/** The type of each part of a tracing. */
export interface PartTypes {
  /** Decides which spans are recorded. */
  sampler: Sampler;
  /** Propagates contexts to other processes. */
  propagator: TextMapPropagator;
  /** Exports the spans. */
  exporter: SpanExporter;
  /** Exports the log records. */
  logExporter: LogRecordExporter;
  /** Exports the metrics. */
  metricExporter: MetricExporter;
  /** Receives every recorded span. */
  spanProcessor: SpanProcessor;
  /** Generates trace ids and span ids. */
  idGenerator: IdGenerator;
  /** Provides the times of spans. */
  clock: Clock;
}

/** Options of `createTracing`. Each part is an instance. */
export interface StandaloneTracingOptions extends TracingSettings, TracingParts<PartTypes> {}

/** All parts of a tracing as instances, after defaults are applied. */
export interface ResolvedParts {
  readonly sampler: Sampler;
  readonly propagator: TextMapPropagator;
  /** Undefined if only `spanProcessors` receive the spans, or if spans are not exported. */
  readonly exporter: SpanExporter | undefined;
  /** Undefined if log records are not exported. */
  readonly logExporter?: LogRecordExporter | undefined;
  /** Undefined if metrics are not exported. */
  readonly metricExporter?: MetricExporter | undefined;
  /** True if a registered meter provider gets the metrics in place of `metricExporter`. @default false */
  readonly yieldsToMeterProvider?: boolean;
  readonly spanProcessors: readonly SpanProcessor[];
  readonly idGenerator: IdGenerator;
  readonly clock: Clock;
  /** What is found out about the resource. @default host and process */
  readonly detectedResource?: Attributes;
  /** The viewer that the spans are sent to, which also hears of open ones. @default none */
  readonly viewer?: SpanViewer | undefined;
}

/** Where a viewer receives spans. */
export type SpanViewer = Pick<ViewerDestination, 'url' | 'headers'>;
