import type { Attributes, TextMapPropagator } from '@opentelemetry/api';
import type { BaggageOptions } from '../baggage/index.js';
import type { DatabaseTracingOptions } from '../database/index.js';
import type {
  BatchSpanProcessorOptions,
  RedactionOptions,
  TailSamplingOptions,
} from '../delivery/index.js';
import type { DiagnosticsLogger } from '../diagnostics.js';
import type { GrpcPackage, SpanExporter } from '../export/index.js';
import type { GrpcTracingOptions } from '../grpc/grpc-options.js';
import type { HttpTracingOptions } from '../http/index.js';
import type { Sampler } from '../sampling/index.js';
import type { Clock, IdGenerator, SpanLimits, SpanProcessor } from '../trace/index.js';
import type { PropagatorNames } from './default-parts.js';
import type { InFlightOptions } from './spans-in-flight.js';

/** What `batch` can say; the rest follows from other options. */
export type BatchOptions = Omit<BatchSpanProcessorOptions, 'diagnostics' | 'shutdownTimeoutMillis'>;

/** What is configured the same way with and without Nest. Options beat the `OTEL_*` environment. */
export interface TracingSettings {
  /**
   * The name under which the service stands in every trace.
   * @default `OTEL_SERVICE_NAME`, else `service.name` of `OTEL_RESOURCE_ATTRIBUTES`, else `unknown_service:node`
   */
  readonly serviceName?: string;
  /** @default none */
  readonly serviceVersion?: string;
  /** Tells the instances of a service apart. @default a random UUID */
  readonly serviceInstanceId?: string;
  /**
   * More about the service, such as `deployment.environment.name`; they win over
   * `OTEL_RESOURCE_ATTRIBUTES`.
   * @default {}
   */
  readonly resourceAttributes?: Attributes;
  /**
   * False switches tracing off: no span is recorded, and no query is hooked. The providers stay, and
   * whoever is called gets the context and baggage of the caller unchanged, so that traces of other
   * processes do not break here.
   * @default true, unless `OTEL_SDK_DISABLED` is `true`
   */
  readonly enabled?: boolean;
  /**
   * How the exporter's batches are made. Does nothing for `spanProcessors` of your own.
   * @default the `OTEL_BSP_*` environment, else a queue of 2048 spans, batches of 512, 5 s, timeout 30 s
   */
  readonly batch?: BatchOptions;
  /**
   * The package `@grpc/grpc-js`, as it is imported: lets `OTEL_EXPORTER_OTLP_PROTOCOL` be `grpc`. An
   * `exporter` of your own does not need it.
   * @default none: the library does not load it by itself. Where the environment asks for `grpc` all
   *   the same, http/protobuf is used at its default endpoint; if an endpoint is set, nothing is exported
   */
  readonly grpcPackage?: GrpcPackage;
  /**
   * Decides about each local trace when it is over, and exports those that have failed, were slow, or
   * have luck. Needs a sampler that keeps enough. Does nothing for `spanProcessors` of your own.
   * @default none: what the sampler keeps is exported
   */
  readonly tailSampling?: Omit<TailSamplingOptions, 'diagnostics'>;
  /**
   * True, or an object, makes `TracingStatistics.spansInFlight()` list the spans that are open, and
   * where they were started, and warns of those that grow old. For finding spans that nobody ends.
   * @default false
   */
  readonly inFlight?: boolean | InFlightOptions;
  /**
   * How much a span may hold.
   * @default the `OTEL_SPAN_*` environment, else 128 attributes, events and links, values of any length
   */
  readonly spanLimits?: Partial<SpanLimits>;
  /**
   * Replaces the values of attributes whose keys say that they are secret (password, token,
   * authorization, cookie, api key and the like) before any span processor sees the ended span; also
   * those of events, links and `resourceAttributes`. An object says what is secret besides, false
   * switches it off.
   * @default true
   */
  readonly redaction?: boolean | RedactionOptions;
  /**
   * True makes the tracing the one of `@opentelemetry/api`, so that libraries which emit
   * OpenTelemetry spans join the traces; undone on shutdown. The first application of a process gets
   * it, the others run without.
   * @default true
   */
  readonly registerGlobally?: boolean;
  /**
   * How long shutdown may take to deliver what is queued, in milliseconds, from 0 on. What is not
   * delivered then is counted as lost and the application goes on closing.
   * @default 5000
   */
  readonly shutdownTimeoutMillis?: number;
  /** What becomes of baggage besides being carried on. @default nothing */
  readonly baggage?: BaggageOptions;
  /**
   * Where the library reports its own troubles.
   * @default Nest's `Logger` with the context `Tracing`; without Nest `console`
   */
  readonly logger?: DiagnosticsLogger;
  /**
   * What HTTP servers and clients show. `server` is for `TracingModule`: without Nest no server is
   * traced by itself.
   * @default servers and clients are traced
   */
  readonly http?: HttpTracingOptions;
  /**
   * What the spans of queries show. False traces no `DataSource` by itself; what is given to
   * `traceDataSource` and `tracedQueryable` is traced all the same.
   * @default every TypeORM `DataSource` among the providers is traced
   */
  readonly database?: false | DatabaseTracingOptions;
  /**
   * What gRPC servers and clients show: those of Nest, which are traced by themselves, and those with
   * `grpcServerInterceptor` or `grpcClientInterceptor`.
   * @default servers and clients are traced
   */
  readonly grpc?: GrpcTracingOptions;
}

/** The parts of a tracing that can be replaced, each in the form that `F` gives it. */
export interface TracingParts<F extends { [K in keyof PartTypes]: unknown }> {
  /**
   * Which traces are recorded.
   * @default `OTEL_TRACES_SAMPLER`, else all, as long as the caller has not decided otherwise
   */
  readonly sampler?: F['sampler'];
  /**
   * How contexts cross to other processes; also by name, as in `OTEL_PROPAGATORS`: `'b3'`, or
   * `['tracecontext', 'baggage', 'b3multi']`, asked in this order.
   * @default `OTEL_PROPAGATORS`, else W3C trace context and W3C baggage
   */
  readonly propagator?: F['propagator'] | PropagatorNames;
  /**
   * Where spans go: in batches, or at once for `ConsoleSpanExporter` and `InMemorySpanExporter`.
   * @default none if there are `spanProcessors`; else `OTEL_TRACES_EXPORTER`; else OTLP if an
   *   `OTEL_EXPORTER_OTLP_*ENDPOINT` is set; else the console
   */
  readonly exporter?: F['exporter'];
  /** What hears of every recorded span, besides the exporter's own processor. @default [] */
  readonly spanProcessors?: readonly F['spanProcessor'][];
  /** @default random ids from the system's cryptographic generator */
  readonly idGenerator?: F['idGenerator'];
  /** @default the system's clock, to the nanosecond */
  readonly clock?: F['clock'];
}

/** What each part of a tracing is an instance of. */
export interface PartTypes {
  /** Decides which spans are recorded. */
  sampler: Sampler;
  /** Carries contexts to other processes. */
  propagator: TextMapPropagator;
  /** Delivers the spans. */
  exporter: SpanExporter;
  /** Receives every recorded span. */
  spanProcessor: SpanProcessor;
  /** Makes the ids of traces and spans. */
  idGenerator: IdGenerator;
  /** Tells the time. */
  clock: Clock;
}

/** Options of `createTracing`: each part an instance. */
export interface StandaloneTracingOptions extends TracingSettings, TracingParts<PartTypes> {}

/** The parts of a tracing as instances, with nothing left to default. */
export interface ResolvedParts {
  readonly sampler: Sampler;
  readonly propagator: TextMapPropagator;
  /** Undefined where spans go to span processors only, or nowhere. */
  readonly exporter: SpanExporter | undefined;
  readonly spanProcessors: readonly SpanProcessor[];
  readonly idGenerator: IdGenerator;
  readonly clock: Clock;
}
