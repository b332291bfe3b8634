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
import {
  CONNECTION_WAIT_MILLIS,
  DB_COLLECTION_NAME,
  DB_OPERATION_BATCH_SIZE,
  DB_OPERATION_NAME,
  DB_QUERY_SUMMARY,
  DB_QUERY_TEXT,
} from './attributes.js';
import {
  type ConnectionWait,
  CountedWait,
  MeasuredWait,
  takeWaitMillis,
  UNSEEN_WAIT,
} from './connection-wait.js';
import {
  type DatabaseOperation,
  operationIn,
  QueryOperation,
  UnsampledOperation,
} from './database-operation.js';
import type { DatabaseTracingOptions } from './database-options.js';
import { ClientSettings, type DatabaseSettings } from './database-settings.js';
import { attributesOfSource, type DatabaseSource } from './database-source.js';
import { EqualQueries } from './folding/equal-queries.js';
import { FoldedOperation } from './folding/folded-operation.js';
import { maskErrorsAboveDrivers } from './mask-errors.js';
import { beginPoolWait } from './pool-wait-time.js';
import { QueryMeasurement } from './query-measurement.js';
import { addParameters, hasParameters } from './query-parameters.js';
import { cutText, type SqlReading } from './sql/sql-reader.js';

/** What an adapter knows about a query before it sends it. */
export interface DatabaseQuery {
  /** The SQL. Leave it out for databases without SQL, or if it is unknown. */
  readonly text?: string;
  /** What is sent beside the text, by position or by name. */
  readonly parameters?: readonly unknown[] | Readonly<Record<string, unknown>>;
  /**
   * Whether the text may contain values although it has parameters, because a query builder writes some
   * values into it. Such a text is always sanitized. @default false
   */
  readonly hasInlineValues?: boolean;
  /**
   * Whether values are sent beside the text, where the values themselves are unknown.
   * @default whether there are parameters
   */
  readonly isParameterized?: boolean;
  /** The database's name for the operation, such as `find`, if it is known without parsing a text. */
  readonly operation?: string;
  /** The collection or table, if it is known without parsing a text. */
  readonly collection?: string;
  /** The number of operations that are sent at once. @default 1 */
  readonly batchSize?: number;
  /**
   * The name of the span, of low cardinality.
   * @default the summary of the text; without one the operation, and the collection, else the namespace, else the
   * server
   */
  readonly name?: string;
  /**
   * Returns what `db.query.text` shows of a query without SQL: it must contain no values. Called only if the query
   * has a span, and cut at the given length in UTF-16 code units.
   * @default no text
   */
  readonly shownText?: (maxLength: number) => string;
  /** More attributes of the span. @default none */
  readonly attributes?: Attributes;
  /** The connection that the query is sent on, as `ConnectionWait.succeed` got it. @default none */
  readonly connection?: object;
}

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
   * @param isPooled whether a pool hands the connection out: such waits are also a metric. @default true
   */
  beginWait(operation?: DatabaseOperation, isPooled = true): ConnectionWait {
    const context = contextStorage.active();
    if (isLibraryWork(context)) return UNSEEN_WAIT;
    const measurement = isPooled ? this.#measureWait(context) : undefined;
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

  #measureWait({ suppressed }: TracingContext): Measurement | undefined {
    const tracer = suppressed ? undefined : (this.#options.tracer ?? currentTracer());
    return tracer && beginPoolWait(tracer, this.source);
  }

  #start(query: DatabaseQuery, tracer: LocalTracer, active: TracingContext): DatabaseOperation {
    const settings = this.#settings.of(tracer);
    const { system } = this.source;
    const { text } = query;
    const reading = typeof text === 'string' ? settings.readerOf(system).read(text) : undefined;
    const name = query.name ?? reading?.summary ?? this.#nameWithoutText(query);
    const shownText =
      reading === undefined
        ? query.shownText &&
          cutText(query.shownText(settings.maxQueryTextLength), settings.maxQueryTextLength)
        : shownTextOf(reading, query, settings);
    const summary = reading?.summary;
    if (settings.foldQueriesAfter !== undefined) {
      const siblings = this.#equalQueries.below(active.span);
      if (siblings !== undefined && siblings.add(name) > settings.foldQueriesAfter) {
        const startSpan = (attributes: Attributes, startTime?: HrTime): LocalSpan =>
          tracer.startSpan(name, { kind: SpanKind.CLIENT, attributes, startTime }, active);
        const fold = siblings.foldOf(name, () => startSpan(this.#attributesOf(query, reading)));
        return new FoldedOperation(
          fold,
          shownText,
          active,
          settings,
          system,
          (startTime) =>
            startSpan(
              this.#ownAttributesOf(query, reading, shownText, settings, tracer),
              startTime,
            ),
          QueryMeasurement.begin(tracer, this.source, query, summary, fold.span, false),
        );
      }
    }
    const attributes = this.#ownAttributesOf(query, reading, shownText, settings, tracer);
    const span = tracer.startSpan(name, { kind: SpanKind.CLIENT, attributes }, active);
    const measurement = QueryMeasurement.begin(tracer, this.source, query, summary, span);
    return new QueryOperation(span, active, settings, system, measurement);
  }

  #ownAttributesOf(
    query: DatabaseQuery,
    reading: SqlReading | undefined,
    shownText: string | undefined,
    settings: DatabaseSettings,
    tracer: LocalTracer,
  ): Attributes {
    const attributes = this.#attributesOf(query, reading);
    if (shownText !== undefined) attributes[DB_QUERY_TEXT] = shownText;
    const waitMillis = takeWaitMillis(query.connection);
    if (waitMillis !== undefined) attributes[CONNECTION_WAIT_MILLIS] = waitMillis;
    const { redactParameter, maxQueryTextLength } = settings;
    const { parameters, batchSize } = query;
    if (redactParameter === undefined || parameters === undefined || isBatch(batchSize)) {
      return attributes;
    }
    try {
      addParameters(attributes, parameters, redactParameter, maxQueryTextLength);
    } catch (error) {
      tracer.diagnostics.report(
        'captureParameters threw; the span does not show the remaining parameters of the query',
        error,
      );
    }
    return attributes;
  }

  #nameWithoutText({ operation, collection }: DatabaseQuery): string {
    const { system, namespace } = this.source;
    const target = collection ?? namespace ?? addressOf(this.source);
    return [operation, target].filter((part) => part !== undefined).join(' ') || system;
  }

  /** Attributes that several folded queries have in common: neither text nor parameters. */
  #attributesOf(
    { operation, collection, batchSize, attributes: more }: DatabaseQuery,
    reading: SqlReading | undefined,
  ): Attributes {
    const attributes = attributesOfSource(this.source);
    if (operation !== undefined) attributes[DB_OPERATION_NAME] = operation;
    if (collection !== undefined) attributes[DB_COLLECTION_NAME] = collection;
    if (isBatch(batchSize)) attributes[DB_OPERATION_BATCH_SIZE] = batchSize;
    if (reading?.summary !== undefined) attributes[DB_QUERY_SUMMARY] = reading.summary;
    return more === undefined ? attributes : { ...attributes, ...more };
  }
}

function isUnsampled(span: Span | undefined): span is LocalSpan {
  return isLocalSpan(span) && span.isUnsampledForAll;
}

function isBatch(batchSize: number | undefined): batchSize is number {
  return batchSize !== undefined && batchSize !== 1;
}

function shownTextOf(
  reading: SqlReading,
  { parameters, hasInlineValues, isParameterized }: DatabaseQuery,
  { queryText }: DatabaseSettings,
): string | undefined {
  if (queryText === 'none') return undefined;
  const isUnchanged =
    queryText === 'sanitized-unless-parameterized' &&
    hasInlineValues !== true &&
    (isParameterized ?? hasParameters(parameters));
  return isUnchanged ? reading.text : reading.sanitizedText;
}

function addressOf({ serverAddress, serverPort }: DatabaseSource): string | undefined {
  if (serverAddress === undefined || serverPort === undefined) return serverAddress;
  return `${serverAddress}:${serverPort}`;
}
