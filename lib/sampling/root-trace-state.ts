import { createTraceState, type TraceState } from '@opentelemetry/api';
import { OT_KEY } from './ot-entry.js';

/**
 * The trace state of a new trace: nothing in it but our own entry. One object serves all traces of
 * a sampler, and it is written to headers without being put together again.
 */
export class RootTraceState implements TraceState {
  readonly #entry: string;
  readonly #serialized: string;

  /** @param entry the value of the member `ot` */
  constructor(entry: string) {
    this.#entry = entry;
    this.#serialized = `${OT_KEY}=${entry}`;
  }

  get(key: string): string | undefined {
    return key === OT_KEY ? this.#entry : undefined;
  }

  set(key: string, value: string): TraceState {
    return createTraceState(this.#serialized).set(key, value);
  }

  unset(key: string): TraceState {
    return key === OT_KEY ? createTraceState() : this;
  }

  serialize(): string {
    return this.#serialized;
  }
}
