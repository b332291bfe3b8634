import type { Attributes } from '@opentelemetry/api';
import { DB_QUERY_PARAMETER_PREFIX } from './attributes.js';
import type { ParameterRedactor } from './database-options.js';
import { cutText } from './sql/sql-reader.js';

/** What a query sends beside its text, by position or by name. */
export type QueryParameters = readonly unknown[] | Readonly<Record<string, unknown>>;

/** Whether the query has at least one parameter. */
export function hasParameters(parameters: QueryParameters | undefined): boolean {
  if (typeof parameters !== 'object' || parameters === null) return false;
  return Array.isArray(parameters) ? parameters.length > 0 : Object.keys(parameters).length > 0;
}

const MAX_PARAMETER_COUNT = 32;

/**
 * Adds an attribute for each of the first 32 parameters.
 *
 * @param attributes is changed
 * @param maxLength of each shown text, in UTF-16 code units
 * @throws whatever `redact` throws
 */
export function addParameters(
  attributes: Attributes,
  parameters: QueryParameters,
  redact: ParameterRedactor,
  maxLength: number,
): void {
  let count = 0;
  // Not `Object.entries`: a bulk insert may have 60,000 parameters.
  for (const key in parameters) {
    if (count++ === MAX_PARAMETER_COUNT) return;
    const shown = redact((parameters as Readonly<Record<string, unknown>>)[key], key);
    if (typeof shown !== 'string') continue;
    attributes[`${DB_QUERY_PARAMETER_PREFIX}${key}`] = cutText(shown, maxLength);
  }
}

/**
 * Describes a parameter of a query, if the options contain no function for it. Returns values that are
 * unlikely to be secret as they are, such as numbers, and only the type and length of all others.
 */
export function describeParameter(value: unknown): string {
  switch (typeof value) {
    case 'number':
    case 'boolean':
    case 'undefined':
      return String(value);
    case 'string':
      return `string(${value.length})`;
    case 'object':
      return value === null ? 'null' : describeObject(value);
    default:
      return typeof value;
  }
}

function describeObject(value: object): string {
  const { length } = value as { length?: unknown };
  const type = Array.isArray(value) ? 'array' : value.constructor?.name || 'object';
  return typeof length === 'number' ? `${type}(${length})` : type;
}
