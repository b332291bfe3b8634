import { type Attributes, type HrTime, SpanKind } from '@opentelemetry/api';
import {
  contextStorage,
  currentTracer,
  isLocalSpan,
  type LocalSpan,
  type LocalTracer,
  type TracingContext,
} from '../context/index.js';
import {
  DB_COLLECTION_NAME,
  DB_NAMESPACE,
  DB_OPERATION_BATCH_SIZE,
  DB_OPERATION_NAME,
  DB_QUERY_PARAMETER_PREFIX,
  DB_QUERY_SUMMARY,
  DB_QUERY_TEXT,
  DB_SYSTEM_NAME,
  SERVER_ADDRESS,
  SERVER_PORT,
} from './attributes.js';
import { DatabaseOperation, isInsideQuery } from './database-operation.js';
import type { DatabaseSource } from './database-options.js';
import { type DatabaseSettings, databaseSettingsOf } from './database-settings.js';
import { EqualQueries, FoldedOperation } from './folding/index.js';
import type { SqlReading } from './sql/index.js';

/** What is known of a query before it runs. */
export interface DatabaseQuery {
  /** The SQL. Undefined for databases that speak none, or where it is not known. */
  readonly text?: string;
  /** What is sent beside the text, in its order or by name. */
  readonly parameters?: readonly unknown[] | Readonly<Record<string, unknown>>;
  /** As the database calls it: `find`. Only where it is known without reading a text. */
  readonly operation?: string;
  /** The collection or table. Only where it is known without reading a text. */
  readonly collection?: string;
  /** How many operations are sent at once. @default 1 */
  readonly batchSize?: number;
}

/** Parts of {@link DatabaseHandler} that are given and not found. */
export interface DatabaseHandlerOptions {
  /** @default the tracer of the running operation, else of the application that runs */
  readonly tracer?: LocalTracer;
  /** @default those of the tracer's application */
  readonly settings?: DatabaseSettings;
}

/**
 * Makes the spans of one database's queries: kind CLIENT, named by what the query does. Adapters
 * translate what a driver offers into `begin`, `finish` and `fail`.
 *
 * Semantic conventions 1.45.0, `docs/db/database-spans.md`.
 */
export class DatabaseHandler {
  readonly #source: DatabaseSource;
  readonly #options: DatabaseHandlerOptions;
  readonly #equalQueries = new EqualQueries();

  constructor(source: DatabaseSource, options: DatabaseHandlerOptions = {}) {
    this.#source = source;
    this.#options = options;
  }

  /** The tracer for what happens now; undefined where nothing is to be traced. */
  get tracer(): LocalTracer | undefined {
    return contextStorage.active().suppressed
      ? undefined
      : (this.#options.tracer ?? currentTracer());
  }

  /**
   * A query is about to be sent, by code that runs in the active context.
   *
   * @returns undefined where nothing is recorded: no tracing runs, it is suppressed, the trace is not
   *   sampled, or the query is part of one that has a span. Never throws
   */
  begin(query: DatabaseQuery): DatabaseOperation | undefined {
    const active = contextStorage.active();
    const { tracer } = this;
    if (tracer === undefined || isInsideQuery(active)) return undefined;
    // Nothing is asked and nothing is kept below such a span, so nothing need be read.
    if (isLocalSpan(active.span) && active.span.isUnsampledForAll) return undefined;
    try {
      return this.#start(query, tracer, active);
    } catch (error) {
      tracer.diagnostics.report('A query could not be traced', error);
      return undefined;
    }
  }

  #start(query: DatabaseQuery, tracer: LocalTracer, active: TracingContext): DatabaseOperation {
    const settings = this.#options.settings ?? databaseSettingsOf(tracer);
    const { system } = this.#source;
    const { text, parameters } = query;
    const reading = typeof text === 'string' ? settings.readerOf(system).read(text) : undefined;
    const name = reading?.summary ?? this.#nameWithoutText(query);
    const shownText = reading && shownTextOf(reading, parameters, settings);
    if (settings.foldQueriesAfter !== undefined) {
      const siblings = this.#equalQueries.below(active.span);
      if (siblings !== undefined && siblings.add(name) > settings.foldQueriesAfter) {
        const startSpan = (attributes: Attributes, startTime?: HrTime): LocalSpan =>
          tracer.startSpan(name, { kind: SpanKind.CLIENT, attributes, startTime }, active);
        const fold = siblings.foldOf(name, () => startSpan(this.#attributesOf(query, reading)));
        return new FoldedOperation(fold, shownText, active, settings, system, (startTime) =>
          startSpan(this.#ownAttributesOf(query, reading, shownText, settings, tracer), startTime),
        );
      }
    }
    const attributes = this.#ownAttributesOf(query, reading, shownText, settings, tracer);
    const span = tracer.startSpan(name, { kind: SpanKind.CLIENT, attributes }, active);
    return new DatabaseOperation(span, active, settings, system);
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
    addParameters(attributes, query, settings, tracer);
    return attributes;
  }

  #nameWithoutText({ operation, collection }: DatabaseQuery): string {
    const { system, namespace } = this.#source;
    const target = collection ?? namespace ?? addressOf(this.#source);
    return [operation, target].filter((part) => part !== undefined).join(' ') || system;
  }

  /** What can be the same for several queries: neither the text nor the parameters. */
  #attributesOf(
    { operation, collection, batchSize }: DatabaseQuery,
    reading: SqlReading | undefined,
  ): Attributes {
    const { system, namespace, serverAddress, serverPort } = this.#source;
    const attributes: Attributes = { [DB_SYSTEM_NAME]: system };
    if (namespace !== undefined) attributes[DB_NAMESPACE] = namespace;
    if (serverAddress !== undefined) attributes[SERVER_ADDRESS] = serverAddress;
    if (serverPort !== undefined) attributes[SERVER_PORT] = serverPort;
    if (operation !== undefined) attributes[DB_OPERATION_NAME] = operation;
    if (collection !== undefined) attributes[DB_COLLECTION_NAME] = collection;
    if (isBatch(batchSize)) attributes[DB_OPERATION_BATCH_SIZE] = batchSize;
    if (reading?.summary !== undefined) attributes[DB_QUERY_SUMMARY] = reading.summary;
    return attributes;
  }
}

function isBatch(batchSize: number | undefined): batchSize is number {
  return batchSize !== undefined && batchSize !== 1;
}

function shownTextOf(
  reading: SqlReading,
  parameters: DatabaseQuery['parameters'],
  { queryText }: DatabaseSettings,
): string | undefined {
  if (queryText === 'none') return undefined;
  return queryText === 'sanitized-unless-parameterized' && hasValues(parameters)
    ? reading.text
    : reading.sanitizedText;
}

const MAX_PARAMETER_COUNT = 32;

function addParameters(
  attributes: Attributes,
  { parameters, batchSize }: DatabaseQuery,
  { redactParameter, maxQueryTextLength }: DatabaseSettings,
  tracer: LocalTracer,
): void {
  if (redactParameter === undefined || parameters === undefined || isBatch(batchSize)) return;
  try {
    for (const [key, value] of Object.entries(parameters).slice(0, MAX_PARAMETER_COUNT)) {
      const shown = redactParameter(value, key);
      if (typeof shown !== 'string') continue;
      attributes[`${DB_QUERY_PARAMETER_PREFIX}${key}`] = shown.slice(0, maxQueryTextLength);
    }
  } catch (error) {
    tracer.diagnostics.report('The parameters of a query could not be shown', error);
  }
}

function hasValues(parameters: DatabaseQuery['parameters']): boolean {
  if (typeof parameters !== 'object' || parameters === null) return false;
  return Array.isArray(parameters) ? parameters.length > 0 : Object.keys(parameters).length > 0;
}

function addressOf({ serverAddress, serverPort }: DatabaseSource): string | undefined {
  if (serverAddress === undefined || serverPort === undefined) return serverAddress;
  return `${serverAddress}:${serverPort}`;
}
