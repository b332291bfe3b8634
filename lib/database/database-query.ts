import type { Attributes } from '@opentelemetry/api';
import type { Diagnostics } from '../diagnostics.js';
import {
  CONNECTION_WAIT_MILLIS,
  DB_COLLECTION_NAME,
  DB_OPERATION_BATCH_SIZE,
  DB_OPERATION_NAME,
  DB_QUERY_SUMMARY,
  DB_QUERY_TEXT,
} from './attributes.js';
import { takeWaitMillis } from './connection-wait.js';
import type { DatabaseSettings } from './database-settings.js';
import { attributesOfSource, type DatabaseSource } from './database-source.js';
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

/**
 * The name of the span of a query.
 *
 * @param reading of the text, if there is one
 */
export function nameOfQuery(
  query: DatabaseQuery,
  source: DatabaseSource,
  reading: SqlReading | undefined,
): string {
  return query.name ?? reading?.summary ?? nameWithoutText(query, source);
}

function nameWithoutText({ operation, collection }: DatabaseQuery, source: DatabaseSource): string {
  const target = collection ?? source.namespace ?? addressOf(source);
  return [operation, target].filter((part) => part !== undefined).join(' ') || source.system;
}

function addressOf({ serverAddress, serverPort }: DatabaseSource): string | undefined {
  if (serverAddress === undefined || serverPort === undefined) return serverAddress;
  return `${serverAddress}:${serverPort}`;
}

/** What `db.query.text` shows of a query; undefined for no attribute. */
export function shownTextOf(
  { shownText, parameters, hasInlineValues, isParameterized }: DatabaseQuery,
  reading: SqlReading | undefined,
  { queryText, maxQueryTextLength }: DatabaseSettings,
): string | undefined {
  if (reading === undefined) {
    return shownText && cutText(shownText(maxQueryTextLength), maxQueryTextLength);
  }
  if (queryText === 'none') return undefined;
  const isUnchanged =
    queryText === 'sanitized-unless-parameterized' &&
    hasInlineValues !== true &&
    (isParameterized ?? hasParameters(parameters));
  return isUnchanged ? reading.text : reading.sanitizedText;
}

/** Attributes that several folded queries have in common: neither text nor parameters. */
export function commonAttributesOf(
  { operation, collection, batchSize, attributes: more }: DatabaseQuery,
  source: DatabaseSource,
  reading: SqlReading | undefined,
): Attributes {
  const attributes = attributesOfSource(source);
  if (operation !== undefined) attributes[DB_OPERATION_NAME] = operation;
  if (collection !== undefined) attributes[DB_COLLECTION_NAME] = collection;
  if (isBatch(batchSize)) attributes[DB_OPERATION_BATCH_SIZE] = batchSize;
  if (reading?.summary !== undefined) attributes[DB_QUERY_SUMMARY] = reading.summary;
  return more === undefined ? attributes : { ...attributes, ...more };
}

/**
 * Adds what only the span of one query shows: its text, its wait for a connection, and its parameters.
 *
 * @param attributes those of {@link commonAttributesOf}
 * @returns the given object
 */
export function withOwnAttributes(
  attributes: Attributes,
  { connection, parameters, batchSize }: DatabaseQuery,
  shownText: string | undefined,
  { redactParameter, maxQueryTextLength }: DatabaseSettings,
  diagnostics: Diagnostics,
): Attributes {
  if (shownText !== undefined) attributes[DB_QUERY_TEXT] = shownText;
  const waitMillis = takeWaitMillis(connection);
  if (waitMillis !== undefined) attributes[CONNECTION_WAIT_MILLIS] = waitMillis;
  if (redactParameter === undefined || parameters === undefined || isBatch(batchSize)) {
    return attributes;
  }
  try {
    addParameters(attributes, parameters, redactParameter, maxQueryTextLength);
  } catch (error) {
    diagnostics.report(
      'captureParameters threw; the span does not show the remaining parameters of the query',
      error,
    );
  }
  return attributes;
}

function isBatch(batchSize: number | undefined): batchSize is number {
  return batchSize !== undefined && batchSize !== 1;
}
