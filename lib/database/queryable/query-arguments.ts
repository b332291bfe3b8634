import { DB_STORED_PROCEDURE_NAME } from '../attributes.js';
import type { DatabaseQuery } from '../database-query.js';
import { readQueryTemplate } from './query-template.js';

/** The arguments of a driver's method that sends a query, as far as tracing uses them. */
export interface QueryCall {
  readonly query: DatabaseQuery;
  /** The index of the callback among the arguments; -1 if there is none. */
  readonly callbackIndex: number;
  /** A query object that submits itself and has events, such as a cursor or a stream of `pg`. */
  readonly submittable: object | undefined;
}

/**
 * Reads the forms in which drivers accept a query: a text with parameters, an object with both, an
 * object that submits itself, each with or without a callback as the last argument; or a template.
 *
 * @throws whatever a getter of an argument throws
 */
export function readQueryArguments(values: readonly unknown[]): QueryCall {
  const template = readQueryTemplate(values);
  if (template !== undefined) {
    return { query: template, callbackIndex: -1, submittable: undefined };
  }
  const [first, second] = values;
  const callbackIndex = lastFunctionIn(values);
  const given = objectOrNothing(second);
  const config = objectOrNothing(first) as QueryConfig | undefined;
  if (config === undefined) {
    const text = typeof first === 'string' ? first : undefined;
    return { query: { text, parameters: given as never }, callbackIndex, submittable: undefined };
  }
  // A stream of `pg` holds its query in a cursor.
  const source = config.cursor ?? config;
  const parameters = given ?? objectOrNothing(source.values ?? source.parameters);
  const submittable = typeof config.submit === 'function' ? config : undefined;
  const query = { text: textOfConfig(source), parameters: parameters as never };
  return { query, callbackIndex, submittable };
}

/** The text of a query that is given as text or as an object; undefined for anything else. */
export function readQueryText(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  const config = objectOrNothing(value) as QueryConfig | undefined;
  return config && textOfConfig(config);
}

/**
 * Reads the arguments of a prepared statement's `execute`, as of `mysql2`: parameters and a callback, both
 * optional.
 */
export function readExecuteArguments(text: string, values: readonly unknown[]): QueryCall {
  const parameters = objectOrNothing(values[0]);
  return {
    query: { text, parameters: parameters as never },
    callbackIndex: lastFunctionIn(values),
    submittable: undefined,
  };
}

/** Reads the arguments of a call that names a stored procedure, and a callback, as `execute` of mssql. */
export function readProcedureArguments(values: readonly unknown[]): QueryCall {
  const procedure = String(values[0]);
  return {
    query: {
      operation: 'EXECUTE',
      name: `EXECUTE ${procedure}`,
      attributes: { [DB_STORED_PROCEDURE_NAME]: procedure },
    },
    callbackIndex: lastFunctionIn(values),
    submittable: undefined,
  };
}

interface QueryConfig {
  readonly text?: string;
  readonly sql?: string;
  readonly values?: unknown;
  readonly parameters?: unknown;
  readonly submit?: unknown;
  readonly cursor?: QueryConfig;
}

function textOfConfig({ text, sql }: QueryConfig): string | undefined {
  if (typeof text === 'string') return text;
  return typeof sql === 'string' ? sql : undefined;
}

function lastFunctionIn(values: readonly unknown[]): number {
  let index = values.length - 1;
  while (index >= 0 && typeof values[index] !== 'function') index--;
  return index;
}

function objectOrNothing(value: unknown): object | undefined {
  return typeof value === 'object' && value !== null ? value : undefined;
}
