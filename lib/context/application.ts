import type { LocalTracer } from './local-span.js';
import type { OperationMetrics } from './operation-metrics.js';

/**
 * An application with tracing. It identifies the application, and stores parts for code without
 * dependency injection, such as the settings of outgoing requests. All tracers of an application share
 * one object.
 */
export class TracedApplication {
  /** The application's own tracer. Spans that this library creates for the application have its scope. */
  readonly tracer: LocalTracer;
  /** Whether a viewer on this machine receives the spans: they then tell where in the code their method is. */
  hasViewer = false;
  /** Takes the durations of operations; undefined in an application without metrics. */
  metrics: OperationMetrics | undefined = undefined;
  /**
   * The scopes of the libraries that have started spans in this application through `@opentelemetry/api`, such as
   * `@opentelemetry/instrumentation-ioredis`.
   */
  readonly libraryScopes = new Set<string>();
  readonly #parts = new Map<string, unknown>();

  constructor(tracer: LocalTracer) {
    this.tracer = tracer;
  }

  /** Returns the part; undefined if it was not set. */
  get<T>(part: ApplicationPart<T>): T | undefined {
    return this.#parts.get(part.name) as T | undefined;
  }

  /** Sets or replaces a part. */
  set<T>(part: ApplicationPart<T>, value: T): void {
    this.#parts.set(part.name, value);
  }
}

/** The key of a part of an application. Keys with the same name identify the same part. */
export interface ApplicationPart<T> {
  /** The part's subject, such as `http.client`. */
  readonly name: string;
  /** Only for the compiler: the type of the part. */
  readonly type?: T;
}
