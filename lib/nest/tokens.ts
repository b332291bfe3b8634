/**
 * What the application was configured with: a {@link TracingOptions}, as `forRoot` or `forRootAsync`
 * got it.
 */
export const TRACING_OPTIONS = Symbol('nestjs-traced TRACING_OPTIONS');

/** The `Sampler`: which traces are recorded. */
export const SAMPLER = Symbol('nestjs-traced SAMPLER');

/** The `TextMapPropagator`: how contexts cross to other processes. */
export const PROPAGATOR = Symbol('nestjs-traced PROPAGATOR');

/** The `SpanExporter`: where spans go; undefined where there is none. */
export const SPAN_EXPORTER = Symbol('nestjs-traced SPAN_EXPORTER');

/** The `SpanProcessor[]`: what hears of every recorded span. */
export const SPAN_PROCESSORS = Symbol('nestjs-traced SPAN_PROCESSORS');

/** The `IdGenerator`: where trace and span ids come from. */
export const ID_GENERATOR = Symbol('nestjs-traced ID_GENERATOR');

/** The `Clock`: where times come from. */
export const CLOCK = Symbol('nestjs-traced CLOCK');

/** The `EnvironmentSettings`; not for users, who say what they want by options. */
export const ENVIRONMENT = Symbol('nestjs-traced ENVIRONMENT');
