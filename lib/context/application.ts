import type { LocalTracer } from './local-span.js';

/**
 * One application with tracing: its identity, and the parts that rooms keep for code into which
 * nothing can be injected, such as the settings of outgoing requests. All tracers of an application
 * hold the same one.
 */
export class TracedApplication {
  /** The application's own tracer: what this library records for the application carries its scope. */
  readonly tracer: LocalTracer;
  readonly #parts = new Map<string, unknown>();

  constructor(tracer: LocalTracer) {
    this.tracer = tracer;
  }

  /** The part, or undefined if none was set. */
  get<T>(part: ApplicationPart<T>): T | undefined {
    return this.#parts.get(part.name) as T | undefined;
  }

  /** Sets or replaces a part. */
  set<T>(part: ApplicationPart<T>, value: T): void {
    this.#parts.set(part.name, value);
  }
}

/** The key of a part of an application. Two keys with one name mean the same part. */
export interface ApplicationPart<T> {
  /** The part's subject, such as `http.client`. */
  readonly name: string;
  /** For the compiler only: the type of the part. */
  readonly type?: T;
}
