import type { TracerProvider as ApiTracerProvider } from '@opentelemetry/api';
import type { TracedApplication } from '../context/index.js';
import { VERSION } from '../version.js';
import type { InstrumentationScope } from './readable-span.js';
import { Tracer } from './tracer.js';
import { TracerCore, type TracerParts } from './tracer-core.js';

/** The scope of the application's own spans. */
const OWN_SCOPE = { name: 'nestjs-traced', version: VERSION };

/**
 * Creates a tracer.
 *
 * @param application undefined for the application's own tracer, which begins the application
 */
export type CreateTracer = (
  core: TracerCore,
  scope: InstrumentationScope,
  application?: TracedApplication,
) => Tracer;

/**
 * Provides the tracers of one application. They share all parts, and differ in the scope of their spans.
 */
export class TracerProvider implements ApiTracerProvider {
  readonly core: TracerCore;
  /** The tracer that is injected as `Tracer`. */
  readonly tracer: Tracer;
  readonly #createTracer: CreateTracer;
  readonly #tracers = new Map<string, Tracer>();

  constructor(
    parts: TracerParts,
    createTracer: CreateTracer = (core, scope, application) => new Tracer(core, scope, application),
  ) {
    this.core = new TracerCore(parts);
    this.#createTracer = createTracer;
    this.tracer = createTracer(this.core, OWN_SCOPE);
  }

  getTracer(name: string, version?: string, options?: { schemaUrl?: string }): Tracer {
    const schemaUrl = options?.schemaUrl;
    const key = JSON.stringify([name, version, schemaUrl]);
    let tracer = this.#tracers.get(key);
    if (tracer === undefined) {
      const scope = {
        name,
        ...(version === undefined ? {} : { version }),
        ...(schemaUrl === undefined ? {} : { schemaUrl }),
      };
      tracer = this.#createTracer(this.core, scope, this.tracer.application);
      this.#tracers.set(key, tracer);
      this.tracer.application.libraryScopes.add(name);
    }
    return tracer;
  }
}
