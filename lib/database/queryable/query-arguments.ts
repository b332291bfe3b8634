import type { DatabaseQuery } from '../database.handler.js';
import { readQueryTemplate } from './query-template.js';

/** What a driver's `query` was called with, as far as its span shows it. */
export interface QueryCall {
  readonly query: DatabaseQuery;
  /** Where the callback stands among the arguments; -1 if there is none. */
  readonly callbackIndex: number;
  /** A query that is an object with events of its own, such as a cursor or a stream of `pg`. */
  readonly submittable: object | undefined;
}

/**
 * Reads the forms in which drivers take a query: a text with parameters, an object with both, an object
 * that submits itself; each with or without a callback at its end; or a template.
 */
export function readQueryArguments(values: readonly unknown[]): QueryCall {
  const template = readQueryTemplate(values);
  if (template !== undefined) {
    return { query: template, callbackIndex: -1, submittable: undefined };
  }
  const [first, second] = values;
  let callbackIndex = values.length - 1;
  while (callbackIndex >= 0 && typeof values[callbackIndex] !== 'function') callbackIndex--;
  const config = typeof first === 'object' && first !== null ? (first as QueryConfig) : undefined;
  const given = typeof second === 'object' && second !== null ? second : undefined;
  if (config === undefined) {
    const text = typeof first === 'string' ? first : undefined;
    return { query: { text, parameters: given as never }, callbackIndex, submittable: undefined };
  }
  // Streams of `pg` keep their query in a cursor.
  const source = config.cursor ?? config;
  const text = [source.text, source.sql].find((value) => typeof value === 'string');
  const own = source.values ?? source.parameters;
  const parameters = given ?? (typeof own === 'object' && own !== null ? own : undefined);
  const submittable = typeof config.submit === 'function' ? config : undefined;
  return { query: { text, parameters: parameters as never }, callbackIndex, submittable };
}

interface QueryConfig {
  readonly text?: string;
  readonly sql?: string;
  readonly values?: unknown;
  readonly parameters?: unknown;
  readonly submit?: unknown;
  readonly cursor?: QueryConfig;
}
