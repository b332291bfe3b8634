import { signal } from '@preact/signals';
import { finishedBy } from '../../analysis/steps.js';
import type { TraceColumns } from '../../analysis/trace-columns.js';
import type { TraceJson, TracesEventJson } from '../../api/answers.js';
import type { EventsJson } from '../../api/events-json.js';
import type { TraceRow } from '../../api/trace-row.js';
import { decodeEvents, decodeTrace } from './decode-trace.js';
import { inSlices } from './in-slices.js';
import { traceModelOf } from './trace-model.js';
import type { TraceState } from './trace-state.js';

/** What the loader needs of the browser and the server. */
export interface LoaderSurroundings {
  /** Asks for the trace. Undefined if the server has no such trace. Rejects with an error for people. */
  readonly fetchTrace: () => Promise<TraceJson | undefined>;
  /** Asks for the events of the spans. */
  readonly fetchEvents: () => Promise<EventsJson>;
  /** Epoch milliseconds. */
  readonly nowMillis: () => number;
  /** Calls later. @returns ends it */
  readonly later: (run: () => void, millis: number) => () => void;
  /** Calls when a picture has been painted and nothing else is to be done. @returns ends it */
  readonly whenIdle: (run: () => void) => () => void;
}

/** A trace that changes is asked for again after this time at the earliest. */
const MIN_MILLIS_BETWEEN_FETCHES = 500;
/** Running spans grow in steps of this time, or of ten times what a step takes. */
const GROW_MILLIS = 100;
const GROW_REST_FACTOR = 10;
/** The sentences of a longer trace do not change with each step: they would take too long. */
const MAX_EXPLAINED_SPANS = 5_000;

/** Whether there is a trace to show. `gone`: the server has none with this id. */
export type LoadState = 'loading' | 'shown' | 'gone' | 'failed';

/** Loads a trace into the state of the screen, and keeps it up to date while it arrives or runs. */
export class TraceLoader {
  readonly loadState = signal<LoadState>('loading');
  /** Why the last request failed. */
  readonly problem = signal('');
  /** Whether the server has dropped the trace that is still shown. */
  readonly isDropped = signal(false);
  readonly #id: string;
  readonly #state: TraceState;
  readonly #around: LoaderSurroundings;
  #columns: TraceColumns | undefined;
  #isFetching = false;
  #isStale = false;
  #lastFetch = -Infinity;
  #endWaiting: (() => void) | undefined;
  #endGrowing: (() => void) | undefined;
  #endIdle: (() => void) | undefined;

  constructor(traceId: string, state: TraceState, around: LoaderSurroundings) {
    this.#id = traceId;
    this.#state = state;
    this.#around = around;
  }

  /** Asks for the trace now. */
  async load(): Promise<void> {
    this.#endWaiting?.();
    this.#endWaiting = undefined;
    if (this.#isFetching) {
      this.#isStale = true;
      return;
    }
    this.#isFetching = true;
    this.#isStale = false;
    this.#lastFetch = this.#around.nowMillis();
    try {
      const json = await this.#around.fetchTrace();
      if (json === undefined) this.#lost();
      else this.#show(json);
    } catch (error) {
      this.problem.value = error instanceof Error ? error.message : String(error);
      if (this.#columns === undefined) this.loadState.value = 'failed';
    } finally {
      this.#isFetching = false;
    }
    if (this.#isStale) this.#loadSoon();
  }

  /**
   * Takes what the server says about traces that have changed.
   *
   * @param isSnapshot whether too much has changed to say it, so that the trace may be another one
   */
  follow({ rows, removed }: TracesEventJson, isSnapshot: boolean): void {
    if (removed.includes(this.#id)) {
      this.#lost();
      return;
    }
    const row = rows.find(({ id }) => id === this.#id);
    if (row === undefined && isSnapshot) this.#loadSoon();
    const before = this.#state.row.peek();
    if (row === undefined || isSame(row, before)) return;
    this.isDropped.value = false;
    this.#state.row.value = row;
    if (hasSameSpans(row, before)) return;
    this.#loadSoon();
  }

  /** Computes and shows the trace anew, as when its times are to be read in another way. */
  redraw(): void {
    if (this.#columns === undefined) return;
    this.#draw();
    this.#explainWhenIdle();
  }

  /** Ends all that is planned. */
  close(): void {
    this.#endWaiting?.();
    this.#endGrowing?.();
    this.#endIdle?.();
  }

  #loadSoon(): void {
    if (this.#endWaiting !== undefined) return;
    const wait = this.#lastFetch + MIN_MILLIS_BETWEEN_FETCHES - this.#around.nowMillis();
    this.#endWaiting = this.#around.later(() => void this.load(), Math.max(0, wait));
  }

  #lost(): void {
    this.#endGrowing?.();
    if (this.#columns === undefined) this.loadState.value = 'gone';
    else this.isDropped.value = true;
  }

  #show(json: TraceJson): void {
    this.#columns = decodeTrace(json);
    this.#state.row.value = json.row;
    this.#state.logs.value = json.logs;
    this.isDropped.value = false;
    this.problem.value = '';
    this.#draw();
    this.loadState.value = 'shown';
    this.#explainWhenIdle();
  }

  #explainWhenIdle(): void {
    this.#endIdle?.();
    this.#endIdle = this.#around.whenIdle(() => {
      this.#endIdle = this.#inSlices(this.#state.explain(), () => {
        this.#endIdle = this.#around.whenIdle(() => {
          this.#endIdle = this.#inSlices(this.#state.find(), () => {});
        });
      });
      this.#around.fetchEvents().then(
        (events) => {
          this.#state.events.value = decodeEvents(events);
        },
        // The trace was dropped meanwhile; its details have no events either.
        () => {},
      );
    });
  }

  /** @returns ends it */
  #inSlices(steps: Generator<void, void>, done: () => void): () => void {
    return inSlices(steps, this.#around, done);
  }

  /** Shows the spans as of now, and again soon while some are running. */
  #draw(): void {
    const columns = this.#columns;
    if (columns === undefined) return;
    this.#endGrowing?.();
    const began = this.#around.nowMillis();
    const correctClocks = this.#state.correctsClocks.peek();
    const model = traceModelOf(columns, { correctClocks });
    if (model.runningCount === 0) {
      this.#state.show(model);
      return;
    }
    const now = Number(BigInt(Math.round(began)) * 1_000_000n - columns.base);
    // Clocks of other machines may be ahead of that of the browser.
    const nowNanos = Math.max(now, model.whole.to);
    this.#state.show(traceModelOf(columns, { correctClocks, nowNanos }));
    if (columns.spanCount <= MAX_EXPLAINED_SPANS) finishedBy(this.#state.explain());
    const took = this.#around.nowMillis() - began;
    this.#endGrowing = this.#around.later(
      () => this.#draw(),
      Math.max(GROW_MILLIS, took * GROW_REST_FACTOR),
    );
  }
}

/** Whether the trace is as before, as when it has settled, or was starred. */
function hasSameSpans(a: TraceRow, b: TraceRow | undefined): boolean {
  return a.spanRevision === b?.spanRevision && a.logCount === b.logCount;
}

function isSame(a: TraceRow, b: TraceRow | undefined): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
