import { type HrTime, SpanKind } from '@opentelemetry/api';
import {
  contextStorage,
  isLocalSpan,
  type LocalTracer,
  type TracingContext,
} from '../context/index.js';
import type { Measurement } from '../operation/index.js';
import { monotonicMillis } from '../system-time.js';
import { CONNECTION_WAIT_MILLIS } from './attributes.js';
import type { DatabaseOperation } from './database-operation.js';
import type { DatabaseSettings } from './database-settings.js';
import { attributesOfSource, type DatabaseSource } from './database-source.js';
import { acquireUnseen, connectNameOf, recordFailedConnect } from './failed-connect.js';
import type { SiblingQueries } from './folding/equal-queries.js';

/**
 * A wait for a connection to the database. The first call of `succeed` or `fail` ends it; later calls change
 * nothing.
 */
export interface ConnectionWait {
  /** Runs what waits, so that a traced pool below, or a driver that publishes it, does not show the same wait. */
  run<T>(acquire: () => T): T;

  /**
   * The connection is there. A wait of at least `connectionWaitThresholdMillis` has a span `connect`. A shorter
   * one, and one outside of any span, is an attribute of the query.
   *
   * @param connection the object that `DatabaseQuery.connection` of the query will name; leave it out if the
   *   query began before the wait
   */
  succeed(connection?: object): void;

  /** There is no connection: the wait has a span `connect` with the error, unless a query began before it. */
  fail(error: unknown): void;
}

/** A wait that nothing shows. */
export const UNSEEN_WAIT: ConnectionWait = {
  run: (acquire) => acquire(),
  succeed: () => {},
  fail: () => {},
};

/** A wait that only a metric shows. */
export class CountedWait implements ConnectionWait {
  readonly #measurement: Measurement;

  constructor(measurement: Measurement) {
    this.#measurement = measurement;
  }

  run<T>(acquire: () => T): T {
    return acquireUnseen(acquire);
  }

  succeed(): void {
    this.#measurement.end(this.#measurement.path);
  }

  fail(): void {}
}

/** What a wait needs to know. */
export interface WaitSurroundings {
  readonly tracer: LocalTracer;
  readonly source: DatabaseSource;
  readonly settings: DatabaseSettings;
  /** The context of the code that waits. */
  readonly context: TracingContext;
  /** The query that waits, if it has begun. */
  readonly operation: DatabaseOperation | undefined;
  /** Undefined in an application without metrics, and for what is no pool. */
  readonly measurement: Measurement | undefined;
  /** The queries beside the span of the wait; undefined if they are not counted. */
  siblingsBelow(context: TracingContext): SiblingQueries | undefined;
}

/** A wait whose duration is measured. Creates its span afterwards, so that a short wait costs none. */
export class MeasuredWait implements ConnectionWait {
  readonly #surroundings: WaitSurroundings;
  readonly #startMonotonicMillis = monotonicMillis();
  /** By the clock of the trace, which spans beside it use too. */
  readonly #startTime: HrTime;
  #isOver = false;

  constructor(surroundings: WaitSurroundings) {
    this.#surroundings = surroundings;
    const { tracer } = surroundings;
    const { span } = this.#parent();
    this.#startTime = (isLocalSpan(span) ? span.currentTime() : undefined) ?? tracer.currentTime();
  }

  run<T>(acquire: () => T): T {
    return acquireUnseen(acquire);
  }

  succeed(connection?: object): void {
    if (this.#isOver) return;
    this.#isOver = true;
    const { settings, operation, tracer, measurement } = this.#surroundings;
    const { connectionWaitThresholdMillis: thresholdMillis } = settings;
    measurement?.end(measurement.path);
    try {
      if (connection !== undefined) waits.delete(connection);
      if (thresholdMillis === false) return;
      const waitMillis = monotonicMillis() - this.#startMonotonicMillis;
      const parent = this.#parent();
      if (waitMillis >= thresholdMillis && parent.span !== undefined) {
        this.#recordSpan(parent);
        return;
      }
      const shownMillis = Math.floor(waitMillis * 10) / 10;
      if (shownMillis === 0) return;
      if (operation === undefined) {
        if (connection !== undefined) waits.set(connection, shownMillis);
      } else if (!operation.isFolded) {
        operation.span.setAttribute(CONNECTION_WAIT_MILLIS, shownMillis);
      }
    } catch (error) {
      tracer.diagnostics.report('A wait for a connection could not be traced', error);
    }
  }

  fail(error: unknown): void {
    if (this.#isOver) return;
    this.#isOver = true;
    const { source, tracer, context, operation } = this.#surroundings;
    // The span of the query records the error.
    if (operation !== undefined) return;
    contextStorage.run(context, () =>
      recordFailedConnect({ source, tracer }, this.#startTime, error),
    );
  }

  #parent(): TracingContext {
    const { context, operation } = this.#surroundings;
    return operation === undefined ? context : context.withSpan(operation.span);
  }

  #recordSpan(parent: TracingContext): void {
    const { tracer, source, settings, siblingsBelow } = this.#surroundings;
    const name = connectNameOf(source);
    const options = {
      kind: SpanKind.CLIENT,
      attributes: attributesOfSource(source),
      startTime: this.#startTime,
    };
    const { foldQueriesAfter } = settings;
    const siblings = foldQueriesAfter === undefined ? undefined : siblingsBelow(parent);
    if (siblings === undefined || siblings.add(name) <= (foldQueriesAfter as number)) {
      tracer.startSpan(name, options, parent).end();
      return;
    }
    const fold = siblings.foldOf(
      name,
      () => tracer.startSpan(name, options, parent),
      this.#startMonotonicMillis,
    );
    fold.join(undefined);
    fold.finishOne(undefined);
  }
}

/** By connection: the duration of a wait that the next query shows, in milliseconds. */
const waits = new WeakMap<object, number>();

/**
 * The duration of the wait for a connection that no query has shown yet, in milliseconds; undefined if there
 * is none.
 */
export function takeWaitMillis(connection: object | undefined): number | undefined {
  if (connection === undefined) return undefined;
  const waitMillis = waits.get(connection);
  if (waitMillis !== undefined) waits.delete(connection);
  return waitMillis;
}
