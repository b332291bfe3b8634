/**
 * Token of the {@link TracingOptions} that `forRoot` or `forRootAsync` received; in tests with the changes
 * of `TracingTestingModule`.
 */
export const TRACING_OPTIONS = Symbol('nestjs-traced TRACING_OPTIONS');

/** Token of the `Sampler`, which decides which spans are recorded. */
export const SAMPLER = Symbol('nestjs-traced SAMPLER');

/** Token of the `TextMapPropagator`, which propagates contexts to other processes. */
export const PROPAGATOR = Symbol('nestjs-traced PROPAGATOR');

/** Token of the `SpanExporter`; its value is undefined if the application has none. */
export const SPAN_EXPORTER = Symbol('nestjs-traced SPAN_EXPORTER');

/** Token of the `LogRecordExporter`; its value is undefined if the application has none. */
export const LOG_RECORD_EXPORTER = Symbol('nestjs-traced LOG_RECORD_EXPORTER');

/** Token of the `MetricExporter`; its value is undefined if the application has none. */
export const METRIC_EXPORTER = Symbol('nestjs-traced METRIC_EXPORTER');

/** Token of the `SpanProcessor[]`, which receive every recorded span. */
export const SPAN_PROCESSORS = Symbol('nestjs-traced SPAN_PROCESSORS');

/** Token of the `IdGenerator`, which generates trace ids and span ids. */
export const ID_GENERATOR = Symbol('nestjs-traced ID_GENERATOR');

/** Token of the `Clock`, which provides the times of spans. */
export const CLOCK = Symbol('nestjs-traced CLOCK');

/** Token of the `EnvironmentSettings`. Not exported: users set options instead. */
export const ENVIRONMENT = Symbol('nestjs-traced ENVIRONMENT');

/**
 * Token of the `OptionsChange` of an application under test. Not exported: an application has one place
 * for its options, and tests import `TracingTestingModule`, which provides it.
 */
export const OPTIONS_CHANGE = Symbol('nestjs-traced OPTIONS_CHANGE');
