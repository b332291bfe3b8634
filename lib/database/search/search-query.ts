import type { Attributes } from '@opentelemetry/api';
import { DB_OPERATION_PARAMETER_PREFIX, HTTP_REQUEST_METHOD, URL_FULL } from '../attributes.js';
import type { DatabaseQuery } from '../database-query.js';
import { sanitizeDocument } from '../sanitize-document.js';
import { readSearchPath } from './search-path.js';
import type { SearchParams } from './search-shape.js';

/** A request as the adapter understands it. */
export interface SearchQuery extends DatabaseQuery {
  /** The path without values, for `url.full`. */
  readonly shownPath: string;
}

/**
 * Reads a request.
 *
 * @param origin of the node that gets it, if it is known
 * @param showsBody whether `db.query.text` shows the body of a search, without its values
 */
export function readSearchQuery(
  { method: givenMethod, path: givenPath, body, bulkBody, meta }: SearchParams,
  origin: string | undefined,
  showsBody: boolean,
): SearchQuery {
  const method = typeof givenMethod === 'string' ? givenMethod.toUpperCase() : 'GET';
  const path = readSearchPath(method, typeof givenPath === 'string' ? givenPath : '');
  const operation = textOf(meta?.name) ?? path.operation;
  const parts = partsOf(meta?.pathParts);
  const collection = namesOf(parts.index) ?? path.index;
  const attributes: Attributes = {
    [HTTP_REQUEST_METHOD]: METHODS.has(method) ? method : '_OTHER',
  };
  if (origin !== undefined) attributes[URL_FULL] = origin + path.shownPath;
  for (const part of SHOWN_PARTS) {
    const names = part === 'index' ? collection : namesOf(parts[part]);
    if (names !== undefined) attributes[DB_OPERATION_PARAMETER_PREFIX + part] = names;
  }
  const search =
    showsBody && operation !== undefined && SEARCHES.has(operation) && documentOf(body);
  return {
    operation,
    collection,
    batchSize: operation === undefined ? undefined : batchSizeOf(operation, bulkBody ?? body),
    shownText: search ? (maxLength) => sanitizeDocument(search, maxLength) : undefined,
    attributes,
    shownPath: path.shownPath,
  };
}

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS']);

/** Parts of the path that name parts of the cluster. Others, such as `id` and `username`, are values. */
const SHOWN_PARTS = ['index', 'alias', 'target', 'metric', 'index_metric', 'node_id', 'block'];

/** Endpoints with a query in their body. */
const SEARCHES = new Set([
  'async_search.submit',
  'count',
  'delete_by_query',
  'eql.search',
  'esql.query',
  'explain',
  'indices.validate_query',
  'knn_search',
  'rank_eval',
  'search',
  'search_template',
  'sql.query',
  'update_by_query',
]);

function partsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

/** A name, or several separated by commas. */
function namesOf(value: unknown): string | undefined {
  if (Array.isArray(value)) return value.length === 0 ? undefined : value.map(String).join(',');
  return textOf(value);
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** A body as an object; bodies that the user has written as JSON are parsed. */
function documentOf(body: unknown): object | undefined {
  if (typeof body === 'string') {
    try {
      return documentOf(JSON.parse(body));
    } catch {
      return undefined;
    }
  }
  const isDocument = typeof body === 'object' && body !== null && !('pipe' in body);
  return isDocument && !ArrayBuffer.isView(body) ? body : undefined;
}

/** The number of operations in a body of actions and documents in turn; undefined if it is not known. */
function batchSizeOf(operation: string, body: unknown): number | undefined {
  if (!Array.isArray(body)) return undefined;
  if (operation === 'msearch' || operation === 'msearch_template') {
    return Math.ceil(body.length / 2);
  }
  if (operation !== 'bulk') return undefined;
  let count = 0;
  for (let index = 0; index < body.length; count++) {
    const action: unknown = body[index];
    if (typeof action !== 'object' || action === null) return undefined;
    // A deletion has no document.
    index += 'delete' in action ? 1 : 2;
  }
  return count;
}
