import type { TracerProvider as ApiTracerProvider } from '@opentelemetry/api';
import { VERSION } from '../version.js';
import { Tracer } from './tracer.js';
import { TracerCore, type TracerParts } from './tracer-core.js';

/** The scope of the application's own spans. */
const OWN_SCOPE = { name: 'nestjs-traced', version: VERSION };

/**
 * Provides the tracers of one application. They share all parts, and differ in the scope of their spans.
 */
export class TracerProvider implements ApiTracerProvider {
  readonly core: TracerCore;
  /** The tracer that is injected as `Tracer`. */
  readonly tracer: Tracer;
  readonly #tracers = new Map<string, Tracer>();

  constructor(parts: TracerParts) {
    this.core = new TracerCore(parts);
    this.tracer = new Tracer(this.core, OWN_SCOPE);
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
      tracer = new Tracer(this.core, scope, this.tracer.application);
      this.#tracers.set(key, tracer);
    }
    return tracer;
  }
}
