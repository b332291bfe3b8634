import { createNoopMeter, type Meter, metrics } from '@opentelemetry/api';
import type { Diagnostics } from '../diagnostics.js';
import { VERSION } from '../version.js';

/** The global slot in which all copies of `@opentelemetry/api` 1.x store their registrations. */
const API_SLOT = Symbol.for('opentelemetry.js.api.1');

const slots = globalThis as { [API_SLOT]?: { readonly metrics?: unknown } };

/**
 * The meter provider that is registered with `@opentelemetry/api`, now: it can be registered after the start of the
 * application. To compare it costs a nanosecond, so each record does.
 */
export class MeterDestination {
  readonly #diagnostics: Diagnostics;
  #provider: unknown = undefined;
  #meter: Meter | undefined = undefined;

  constructor(diagnostics: Diagnostics) {
    this.#diagnostics = diagnostics;
  }

  /** The meter of the registered provider; undefined if there is none. */
  get meter(): Meter | undefined {
    const provider = slots[API_SLOT]?.metrics;
    if (provider !== this.#provider) {
      this.#provider = provider;
      this.#meter = provider === undefined ? undefined : this.#createMeter();
    }
    return this.#meter;
  }

  #createMeter(): Meter | undefined {
    try {
      const meter = metrics.getMeter('nestjs-traced', VERSION);
      return meter === createNoopMeter() ? undefined : meter;
    } catch (error) {
      this.#diagnostics.report(
        'The registered meter provider threw; the metrics stay in the application',
        error,
      );
      return undefined;
    }
  }
}
