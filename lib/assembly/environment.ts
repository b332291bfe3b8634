import type { Attributes } from '@opentelemetry/api';
import type { Diagnostics } from '../diagnostics.js';
import { TEMPORALITY_PREFERENCES, type TemporalityPreference } from '../export/metric-exporter.js';
import { appendPath, checkHeaders } from '../export/transport/target.js';
import type { LogRecordLimits, SpanLimits } from '../trace/index.js';
import type { ConfiguredParts } from './configuration-file/apply-configuration-file.js';
import { EnvironmentReader, type EnvironmentVariables } from './environment-reader.js';
import {
  RESOURCE_DETECTOR_NAMES,
  type ResourceDetectorName,
} from './resource-detection/detect-resource.js';
import {
  PLATFORM_VARIABLES,
  type PlatformVariables,
} from './resource-detection/detection-source.js';
import { type EnvironmentSamplerServer, readSamplerServer } from './sampler-argument.js';
import { withoutUndefined } from './without-undefined.js';

/**
 * The values of the `OTEL_*` variables; undefined for a variable that is unset, empty or invalid. An
 * invalid value is reported once. Options in code take precedence over these values. Only this file
 * reads the environment, except that exporters read the variables of proxies.
 *
 * Spec: `configuration/sdk-environment-variables.md`, `protocol/exporter.md`.
 */
export interface EnvironmentSettings {
  /** The file of `OTEL_CONFIG_FILE`; then the values of all other `OTEL_*` variables are those of unset ones. */
  readonly configurationFile?: EnvironmentConfigurationFile | undefined;
  /** What the configuration file describes, once it is read. */
  readonly configured?: ConfiguredParts | undefined;
  readonly isDisabled: boolean;
  readonly serviceName: string | undefined;
  readonly resourceAttributes: Attributes;
  /** Of `OTEL_NODE_RESOURCE_DETECTORS`. */
  readonly resourceDetectors: readonly ResourceDetectorName[] | undefined;
  /** The variables by which platforms describe themselves. */
  readonly platform: PlatformVariables;
  readonly samplerName: EnvironmentSamplerName | undefined;
  /** The ratio of `traceidratio` and `parentbased_traceidratio`, from 0 to 1. */
  readonly samplerRatio: number | undefined;
  /** The server of `jaeger_remote`, `parentbased_jaeger_remote` and `xray`. */
  readonly samplerServer: EnvironmentSamplerServer;
  readonly propagatorNames: readonly EnvironmentPropagatorName[] | undefined;
  readonly exporterName: EnvironmentExporterName | undefined;
  readonly otlp: EnvironmentOtlpSettings;
  /** True if a variable sets an OTLP endpoint, even an invalid one. */
  readonly hasOtlpEndpoint: boolean;
  /** The viewer that started the process, as `nestjs-traced viewer -- command` does. */
  readonly viewerUrl: string | undefined;
  /** True if a test runner started the process: then spans are not printed by default. */
  readonly isTestRun: boolean;
  readonly zipkin: { readonly url?: string; readonly timeoutMillis?: number };
  readonly batch: EnvironmentBatchSettings;
  readonly spanLimits: Partial<SpanLimits>;
  readonly logs: EnvironmentLogSettings;
  /** Of `OTEL_METRICS_EXPORTER`; any name but `none` switches metrics on. */
  readonly metricExporterName: EnvironmentMetricExporterName | undefined;
  readonly metrics: EnvironmentMetricSettings;
  /** How exceptions are recorded. */
  readonly exceptionSignal: EnvironmentExceptionSignal | undefined;
  /** Replaces the complete default list of known HTTP methods. */
  readonly knownHttpMethods: readonly string[] | undefined;
}

/** A configuration file, and the variables that it can refer to. */
export interface EnvironmentConfigurationFile {
  readonly path: string;
  readonly variables: EnvironmentVariables;
}

/** The variables for logs. */
export interface EnvironmentLogSettings {
  readonly exporterName: EnvironmentLogExporterName | undefined;
  readonly otlp: EnvironmentOtlpSettings;
  /** True if a variable sets an OTLP endpoint that applies to logs, even an invalid one. */
  readonly hasOtlpEndpoint: boolean;
  /** True if a variable sets an OTLP endpoint for logs only. */
  readonly hasOwnEndpoint: boolean;
  readonly batch: EnvironmentBatchSettings;
  readonly limits: Partial<LogRecordLimits>;
}

/** The variables for the export of metrics. */
export interface EnvironmentMetricSettings {
  readonly otlp: EnvironmentOtlpSettings;
  /** True if a variable sets an OTLP endpoint that applies to metrics, even an invalid one. */
  readonly hasOtlpEndpoint: boolean;
  readonly temporalityPreference: TemporalityPreference | undefined;
  readonly intervalMillis: number | undefined;
  readonly timeoutMillis: number | undefined;
  /** Of a configuration file. */
  readonly maxSeriesCount?: number | undefined;
}

/** The `OTEL_BSP_*` or `OTEL_BLRP_*` variables. Each value is valid on its own; combinations are not checked. */
export interface EnvironmentBatchSettings {
  readonly maxQueueSize?: number;
  readonly maxExportBatchSize?: number;
  readonly scheduledDelayMillis?: number;
  readonly exportTimeoutMillis?: number;
}

/** The `OTEL_EXPORTER_OTLP_*` variables. */
export interface EnvironmentOtlpSettings {
  readonly url?: string;
  readonly headers?: Record<string, string>;
  readonly timeoutMillis?: number;
  readonly compression?: 'gzip' | 'none';
  readonly protocol?: (typeof OTLP_PROTOCOLS)[number];
  /** Paths of PEM files. */
  readonly certificatePath?: string;
  readonly clientCertificatePath?: string;
  readonly clientKeyPath?: string;
}

export const ENVIRONMENT_SAMPLER_NAMES = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
  'jaeger_remote',
  'parentbased_jaeger_remote',
  'xray',
] as const;
export type EnvironmentSamplerName = (typeof ENVIRONMENT_SAMPLER_NAMES)[number];

export const ENVIRONMENT_PROPAGATOR_NAMES = [
  'tracecontext',
  'baggage',
  'b3',
  'b3multi',
  'jaeger',
  'ottrace',
  'xray',
  'gcp',
  'oneway-gcp',
  'datadog',
  'none',
] as const;
/** A propagator by its name in `OTEL_PROPAGATORS`. */
export type EnvironmentPropagatorName = (typeof ENVIRONMENT_PROPAGATOR_NAMES)[number];

export const ENVIRONMENT_EXPORTER_NAMES = ['otlp', 'jaeger', 'zipkin', 'console', 'none'] as const;
export type EnvironmentExporterName = (typeof ENVIRONMENT_EXPORTER_NAMES)[number];

/** `console` is missing: the lines of the application's logger are on the console already. */
export const ENVIRONMENT_LOG_EXPORTER_NAMES = ['otlp', 'none'] as const;
export type EnvironmentLogExporterName = (typeof ENVIRONMENT_LOG_EXPORTER_NAMES)[number];

/** The values of `OTEL_METRICS_EXPORTER`. */
export const ENVIRONMENT_METRIC_EXPORTER_NAMES = ['otlp', 'prometheus', 'console', 'none'] as const;
export type EnvironmentMetricExporterName = (typeof ENVIRONMENT_METRIC_EXPORTER_NAMES)[number];

const EXCEPTION_SIGNALS = ['logs', 'logs/dup'] as const;
export type EnvironmentExceptionSignal = (typeof EXCEPTION_SIGNALS)[number];

const OTLP_PROTOCOLS = ['grpc', 'http/protobuf', 'http/json'] as const;

/** The largest queue of `BatchSpanProcessor`, in spans. */
const MAX_QUEUE_SIZE = 1_000_000;

/** The `OTEL_*` variables that have an effect if another SDK has the pipeline. That SDK reads the others. */
const VARIABLES_WITHOUT_PIPELINE = [
  'OTEL_SDK_DISABLED',
  'OTEL_PROPAGATORS',
  'OTEL_INSTRUMENTATION_HTTP_KNOWN_METHODS',
  'OTEL_SEMCONV_EXCEPTION_SIGNAL_OPT_IN',
];

/**
 * Reads the environment. Does not throw for invalid values.
 *
 * @param diagnostics receives one report for each invalid value
 * @param hasPipeline false with the option `tracerProvider`: variables of the pipeline are not read
 */
export function readEnvironment(
  diagnostics: Diagnostics,
  variables: EnvironmentVariables = process.env,
  hasPipeline = true,
): EnvironmentSettings {
  const path = new EnvironmentReader(variables, diagnostics).text('OTEL_CONFIG_FILE');
  const read = path === undefined ? variables : withoutSdk(variables, []);
  const reader = new EnvironmentReader(
    hasPipeline ? read : withoutSdk(read, VARIABLES_WITHOUT_PIPELINE),
    diagnostics,
  );
  const samplerName = reader.choice('OTEL_TRACES_SAMPLER', ENVIRONMENT_SAMPLER_NAMES);
  return {
    // Another SDK reads its file by itself.
    configurationFile: path === undefined || !hasPipeline ? undefined : { path, variables },
    isDisabled: reader.flag('OTEL_SDK_DISABLED'),
    serviceName: reader.text('OTEL_SERVICE_NAME'),
    resourceAttributes: reader.pairs('OTEL_RESOURCE_ATTRIBUTES'),
    resourceDetectors: reader.choices('OTEL_NODE_RESOURCE_DETECTORS', RESOURCE_DETECTOR_NAMES),
    platform: withoutUndefined(
      Object.fromEntries(PLATFORM_VARIABLES.map((name) => [name, reader.text(name)])),
    ),
    samplerName,
    samplerRatio: samplerName?.endsWith('traceidratio')
      ? reader.ratio('OTEL_TRACES_SAMPLER_ARG')
      : undefined,
    samplerServer: readSamplerServer(reader, samplerName),
    propagatorNames: reader.choices('OTEL_PROPAGATORS', ENVIRONMENT_PROPAGATOR_NAMES),
    exporterName: readExporterName(reader, diagnostics),
    otlp: readOtlp(reader, 'TRACES'),
    hasOtlpEndpoint:
      reader.isSet('OTEL_EXPORTER_OTLP_ENDPOINT') ||
      reader.isSet('OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'),
    viewerUrl: reader.url('NESTJS_TRACED_VIEWER'),
    isTestRun: isTestRun(reader),
    zipkin: withoutUndefined({
      url: reader.endpoint('OTEL_EXPORTER_ZIPKIN_ENDPOINT'),
      timeoutMillis: reader.timeout('OTEL_EXPORTER_ZIPKIN_TIMEOUT'),
    }),
    batch: readBatch(reader, 'OTEL_BSP'),
    spanLimits: readSpanLimits(reader),
    logs: {
      exporterName: reader.choices('OTEL_LOGS_EXPORTER', ENVIRONMENT_LOG_EXPORTER_NAMES)?.[0],
      otlp: readOtlp(reader, 'LOGS'),
      hasOtlpEndpoint:
        reader.isSet('OTEL_EXPORTER_OTLP_ENDPOINT') ||
        reader.isSet('OTEL_EXPORTER_OTLP_LOGS_ENDPOINT'),
      hasOwnEndpoint: reader.isSet('OTEL_EXPORTER_OTLP_LOGS_ENDPOINT'),
      batch: readBatch(reader, 'OTEL_BLRP'),
      limits: withoutUndefined({
        attributeCountLimit:
          reader.count('OTEL_LOGRECORD_ATTRIBUTE_COUNT_LIMIT', 0) ??
          reader.count('OTEL_ATTRIBUTE_COUNT_LIMIT', 0),
        attributeValueLengthLimit:
          reader.count('OTEL_LOGRECORD_ATTRIBUTE_VALUE_LENGTH_LIMIT', 0) ??
          reader.count('OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT', 0),
      }),
    },
    metricExporterName: reader.choices(
      'OTEL_METRICS_EXPORTER',
      ENVIRONMENT_METRIC_EXPORTER_NAMES,
    )?.[0],
    metrics: {
      otlp: readOtlp(reader, 'METRICS'),
      hasOtlpEndpoint:
        reader.isSet('OTEL_EXPORTER_OTLP_ENDPOINT') ||
        reader.isSet('OTEL_EXPORTER_OTLP_METRICS_ENDPOINT'),
      temporalityPreference: reader.choice(
        'OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE',
        TEMPORALITY_PREFERENCES,
      ),
      intervalMillis: reader.count('OTEL_METRIC_EXPORT_INTERVAL', 1),
      timeoutMillis: reader.timeout('OTEL_METRIC_EXPORT_TIMEOUT'),
    },
    exceptionSignal: readExceptionSignal(reader),
    knownHttpMethods: reader.list('OTEL_INSTRUMENTATION_HTTP_KNOWN_METHODS'),
  };
}

/** Recognises Jest, Vitest, the runner of Node, and runners that set `NODE_ENV`. */
function isTestRun(reader: EnvironmentReader): boolean {
  return (
    reader.isSet('JEST_WORKER_ID') ||
    reader.isSet('VITEST') ||
    reader.isSet('NODE_TEST_CONTEXT') ||
    reader.text('NODE_ENV') === 'test'
  );
}

/** Supports one exporter. The specification allows, but does not require, several. */
function readExporterName(
  reader: EnvironmentReader,
  diagnostics: Diagnostics,
): EnvironmentExporterName | undefined {
  const names = reader.choices('OTEL_TRACES_EXPORTER', ENVIRONMENT_EXPORTER_NAMES);
  if (names === undefined || names.length === 1) return names?.[0];
  diagnostics.say(
    `OTEL_TRACES_EXPORTER names several exporters. Only the first one, ${names[0]}, is used. ` +
      'Pass the other exporters in the option spanProcessors, each in its own span processor.',
  );
  return names[0];
}

/** Of a list, as the semantic conventions define it for opt-ins, `logs/dup` wins. */
function readExceptionSignal(reader: EnvironmentReader): EnvironmentExceptionSignal | undefined {
  const signals = reader.choices('OTEL_SEMCONV_EXCEPTION_SIGNAL_OPT_IN', EXCEPTION_SIGNALS);
  return signals?.includes('logs/dup') ? 'logs/dup' : signals?.[0];
}

function readBatch(reader: EnvironmentReader, prefix: string): EnvironmentBatchSettings {
  return withoutUndefined({
    maxQueueSize: reader.count(`${prefix}_MAX_QUEUE_SIZE`, 1, MAX_QUEUE_SIZE),
    maxExportBatchSize: reader.count(`${prefix}_MAX_EXPORT_BATCH_SIZE`, 1, MAX_QUEUE_SIZE),
    scheduledDelayMillis: reader.count(`${prefix}_SCHEDULE_DELAY`, 0),
    exportTimeoutMillis: reader.timeout(`${prefix}_EXPORT_TIMEOUT`),
  });
}

function readOtlp(
  reader: EnvironmentReader,
  signal: 'TRACES' | 'LOGS' | 'METRICS',
): EnvironmentOtlpSettings {
  const base = reader.endpoint('OTEL_EXPORTER_OTLP_ENDPOINT');
  const endpoint = reader.endpoint(`OTEL_EXPORTER_OTLP_${signal}_ENDPOINT`);
  const headers = {
    ...readHeaders(reader, 'OTEL_EXPORTER_OTLP_HEADERS'),
    ...readHeaders(reader, `OTEL_EXPORTER_OTLP_${signal}_HEADERS`),
  };
  const own = <T>(read: (variable: string) => T | undefined, suffix: string): T | undefined =>
    read(`OTEL_EXPORTER_OTLP_${signal}_${suffix}`) ?? read(`OTEL_EXPORTER_OTLP_${suffix}`);
  const protocol = own((variable) => reader.choice(variable, OTLP_PROTOCOLS), 'PROTOCOL');
  // For HTTP, the path of the signal is appended to the base URL. In gRPC the protocol defines the path.
  const path = `/v1/${signal.toLowerCase()}`;
  const fromBase = protocol === 'grpc' ? base : base && appendPath(base, path);
  return withoutUndefined({
    // The endpoint of the signal is used without changes.
    url: endpoint ?? fromBase,
    headers: Object.keys(headers).length === 0 ? undefined : headers,
    timeoutMillis: own((variable) => reader.timeout(variable), 'TIMEOUT'),
    compression: own((variable) => reader.choice(variable, ['gzip', 'none']), 'COMPRESSION'),
    protocol,
    certificatePath: own((variable) => reader.text(variable), 'CERTIFICATE'),
    clientCertificatePath: own((variable) => reader.text(variable), 'CLIENT_CERTIFICATE'),
    clientKeyPath: own((variable) => reader.text(variable), 'CLIENT_KEY'),
  });
}

function readHeaders(reader: EnvironmentReader, variable: string): Record<string, string> {
  const headers = reader.pairs(variable);
  try {
    return checkHeaders(variable, headers);
  } catch {
    // Without the message of checkHeaders: in a malformed list, a secret can be in the place of a name.
    reader.ignore(
      `The environment variable ${variable} must contain valid HTTP headers, and no header that describes the body, such as content-type. ` +
        'The value is not shown, because it can contain secrets. Correct it, or unset it.',
    );
    return {};
  }
}

function readSpanLimits(reader: EnvironmentReader): Partial<SpanLimits> {
  return withoutUndefined({
    attributeCountLimit:
      reader.count('OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT', 0) ??
      reader.count('OTEL_ATTRIBUTE_COUNT_LIMIT', 0),
    attributeValueLengthLimit:
      reader.count('OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT', 0) ??
      reader.count('OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT', 0),
    eventCountLimit: reader.count('OTEL_SPAN_EVENT_COUNT_LIMIT', 0),
    linkCountLimit: reader.count('OTEL_SPAN_LINK_COUNT_LIMIT', 0),
    attributePerEventCountLimit: reader.count('OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT', 0),
    attributePerLinkCountLimit: reader.count('OTEL_LINK_ATTRIBUTE_COUNT_LIMIT', 0),
  });
}

/** Without the `OTEL_*` variables, but for these. */
function withoutSdk(
  variables: EnvironmentVariables,
  exceptions: readonly string[],
): EnvironmentVariables {
  const kept = Object.entries(variables).filter(
    ([name]) => !name.startsWith('OTEL_') || exceptions.includes(name),
  );
  return Object.fromEntries(kept);
}
