import { type Attributes, type HrTime, type Span, SpanKind } from '@opentelemetry/api';
import {
  contextStorage,
  currentTracer,
  isLibraryWork,
  isLocalSpan,
  type LocalSpan,
  type LocalTracer,
  type TracingContext,
} from '../context/index.js';
import type { Measurement } from '../operation/index.js';
import { type ConnectionWait, CountedWait, MeasuredWait, UNSEEN_WAIT } from './connection-wait.js';
import {
  type DatabaseOperation,
  operationIn,
  QueryOperation,
  UnsampledOperation,
} from './database-operation.js';
import type { DatabaseTracingOptions } from './database-options.js';
import {
  commonAttributesOf,
  type DatabaseQuery,
  nameOfQuery,
  shownTextOf,
  withOwnAttributes,
} from './database-query.js';
import { ClientSettings } from './database-settings.js';
import type { DatabaseSource } from './database-source.js';
import { EqualQueries } from './folding/equal-queries.js';
import { FoldedOperation } from './folding/folded-operation.js';
import { maskErrorsAboveDrivers } from './mask-errors.js';
import { observePool } from './pool-connections.js';
import { beginPoolWait } from './pool-wait-time.js';
import { QueryMeasurement } from './query-measurement.js';

/** Options of {@link DatabaseHandler}. */
export interface DatabaseHandlerOptions extends DatabaseTracingOptions {
  /** @default the tracer of the active span, else the tracer of the running application */
  readonly tracer?: LocalTracer;
}

/**
 * Creates the spans of one database's queries: kind CLIENT, named by the summary of the query. An
 * adapter calls `begin` before it sends a query, and `finish` or `fail` of what it gets when the query
 * is over.
 *
 * Semantic conventions 1.45.0, `docs/db/database-spans.md`.
 */
export class DatabaseHandler {
  /** The database that the spans name. */
  readonly source: DatabaseSource;
  readonly #options: DatabaseHandlerOptions;
  readonly #owner: string;
  readonly #settings: ClientSettings;
  readonly #equalQueries = new EqualQueries();

  /**
   * @param options what an option does not set comes from the option `database` of the application
   * @param owner precedes the names of options in error messages
   * @throws TracingConfigError for an invalid option
   */
  constructor(
    source: DatabaseSource,
    options: DatabaseHandlerOptions = {},
    owner = 'DatabaseHandler',
  ) {
    this.source = source;
    this.#options = options;
    this.#owner = owner;
    this.#settings = new ClientSettings(options, owner);
    maskErrorsAboveDrivers();
  }

  /** A handler with the same options for another database, such as a replica. */
  withSource(source: DatabaseSource): DatabaseHandler {
    return new DatabaseHandler(source, this.#options, this.#owner);
  }

  /**
   * The tracer for a span that starts in the active context. Undefined if the span would not be
   * recorded: no application runs, tracing is suppressed, the trace is not sampled, or the active span
   * is the span of a query.
   */
  get tracer(): LocalTracer | undefined {
    return this.#tracerIn(contextStorage.active());
  }

  /** Like {@link tracer}, also where the duration of the query would be measured although it is not sampled. */
  get observingTracer(): LocalTracer | undefined {
    return this.#observingTracerIn(contextStorage.active());
  }

  #observingTracerIn(active: TracingContext): LocalTracer | undefined {
    return isUnsampled(active.span) ? this.#measuringTracerIn(active) : this.#tracerIn(active);
  }

  #tracerIn(active: TracingContext): LocalTracer | undefined {
    return operationIn(active) === undefined ? this.#recordingTracerIn(active) : undefined;
  }

  #recordingTracerIn(active: TracingContext): LocalTracer | undefined {
    if (active.suppressed) return undefined;
    if (isUnsampled(active.span)) return undefined;
    return this.#options.tracer ?? currentTracer();
  }

  /**
   * Starts the span of a query that the active context is about to send; of a query that is not sampled it measures the
   * duration, in an application with metrics. Never throws.
   *
   * @returns undefined if nothing is recorded of the query, see {@link tracer}
   */
  begin(query: DatabaseQuery): DatabaseOperation | undefined {
    const active = contextStorage.active();
    const tracer = this.#observingTracerIn(active);
    if (tracer === undefined) return undefined;
    try {
      if (isUnsampled(active.span)) return this.#measure(query, tracer, active, active.span);
      return this.#start(query, tracer, active);
    } catch (error) {
      tracer.diagnostics.report('A query could not be traced; it has no span', error);
      return undefined;
    }
  }

  /** The tracer of an application that measures queries which are not sampled. */
  #measuringTracerIn(active: TracingContext): LocalTracer | undefined {
    if (active.suppressed || operationIn(active) !== undefined) return undefined;
    const tracer = this.#options.tracer ?? currentTracer();
    return tracer?.application.metrics === undefined ? undefined : tracer;
  }

  /** @param span the span of the caller, which is not sampled */
  #measure(
    query: DatabaseQuery,
    tracer: LocalTracer,
    active: TracingContext,
    span: LocalSpan,
  ): DatabaseOperation {
    const settings = this.#settings.of(tracer);
    const { source } = this;
    const { text } = query;
    const summary =
      typeof text === 'string' ? settings.readerOf(source.system).read(text).summary : undefined;
    const measurement = QueryMeasurement.begin(tracer, source, query, summary, span);
    return new UnsampledOperation(span, active, settings, source.system, measurement);
  }

  /**
   * Starts to measure a wait of the active context for a connection. Call `succeed` or `fail` of the result when
   * it is over. Never throws.
   *
   * @param operation the query that waits, if it has begun. @default the query whose span is active
   * @param pool what hands the connection out, if it is known: its connections are metrics. False if it is no pool: only
   *   waits for pools are a metric. @default true
   */
  beginWait(operation?: DatabaseOperation, pool: object | boolean = true): ConnectionWait {
    const context = contextStorage.active();
    if (isLibraryWork(context)) return UNSEEN_WAIT;
    const measurement = pool === false ? undefined : this.#measureWait(context, pool);
    const unseen = measurement === undefined ? UNSEEN_WAIT : new CountedWait(measurement);
    const tracer = this.#recordingTracerIn(context);
    if (tracer === undefined) return unseen;
    const settings = this.#settings.of(tracer);
    const asking = operation ?? operationIn(context);
    if (asking !== undefined && settings.connectionWaitThresholdMillis === false) return unseen;
    return new MeasuredWait({
      tracer,
      source: this.source,
      settings,
      context,
      operation: asking,
      measurement,
      siblingsBelow: ({ span }) => this.#equalQueries.below(span),
    });
  }

  #measureWait({ suppressed }: TracingContext, pool: object | true): Measurement | undefined {
    const tracer = suppressed ? undefined : (this.#options.tracer ?? currentTracer());
    if (tracer === undefined) return undefined;
    if (pool !== true) observePool(tracer, pool, this.source);
    return beginPoolWait(tracer, this.source);
  }

  #start(query: DatabaseQuery, tracer: LocalTracer, active: TracingContext): DatabaseOperation {
    const settings = this.#settings.of(tracer);
    const { source } = this;
    const { system } = source;
    const { text } = query;
    const reading = typeof text === 'string' ? settings.readerOf(system).read(text) : undefined;
    const name = nameOfQuery(query, source, reading);
    const shownText = shownTextOf(query, reading, settings);
    const summary = reading?.summary;
    const commonAttributes = (): Attributes => commonAttributesOf(query, source, reading);
    const ownAttributes = (): Attributes =>
      withOwnAttributes(commonAttributes(), query, shownText, settings, tracer.diagnostics);
    const startSpan = (attributes: Attributes, startTime?: HrTime): LocalSpan =>
      tracer.startSpan(name, { kind: SpanKind.CLIENT, attributes, startTime }, active);
    if (settings.foldQueriesAfter !== undefined) {
      const siblings = this.#equalQueries.below(active.span);
      if (siblings !== undefined && siblings.add(name) > settings.foldQueriesAfter) {
        const fold = siblings.foldOf(name, () => startSpan(commonAttributes()));
        return new FoldedOperation(
          fold,
          shownText,
          active,
          settings,
          system,
          (startTime) => startSpan(ownAttributes(), startTime),
          QueryMeasurement.begin(tracer, source, query, summary, fold.span, false),
        );
      }
    }
    const span = startSpan(ownAttributes());
    const measurement = QueryMeasurement.begin(tracer, source, query, summary, span);
    return new QueryOperation(span, active, settings, system, measurement);
  }
}

function isUnsampled(span: Span | undefined): span is LocalSpan {
  return isLocalSpan(span) && span.isUnsampledForAll;
}
