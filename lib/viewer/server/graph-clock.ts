import type { Diagnostics } from '../../diagnostics.js';
import type { TraceStore } from '../store/trace-store.js';

/** How often quiet traces are looked for. */
const IDLE_MILLIS = 500;
/** Traces are counted for this time, and then others have a turn: in a bundle this is the application. */
const SLICE_MILLIS = 5;
const PAUSE_MILLIS = 15;

/** Counts traces in the service graph when they are quiet, as long as the server is open. */
export class GraphClock {
  readonly #store: TraceStore;
  readonly #diagnostics: Diagnostics;
  #timer: NodeJS.Timeout | undefined;

  constructor(store: TraceStore, diagnostics: Diagnostics) {
    this.#store = store;
    this.#diagnostics = diagnostics;
  }

  start(): void {
    this.#wait(IDLE_MILLIS);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #wait(millis: number): void {
    this.#timer = setTimeout(() => this.#tick(), millis).unref();
  }

  #tick(): void {
    let hasMore = false;
    try {
      const end = performance.now() + SLICE_MILLIS;
      hasMore = this.#store.graph.settle(this.#store.nowMillis, () => performance.now() >= end);
    } catch (error) {
      this.#diagnostics.report('The trace viewer failed to count a trace in its graph', error);
    }
    this.#wait(hasMore ? PAUSE_MILLIS : IDLE_MILLIS);
  }
}
