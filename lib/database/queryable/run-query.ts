import type { DatabaseHandler } from '../database.handler.js';
import type { DatabaseQuery } from '../database-query.js';
import type { Method } from '../stand-in.js';
import { watchedCallback, watchResult } from '../watch-query.js';
import type { PoolWaits } from './pool-waits.js';
import type { QueryCall } from './query-arguments.js';
import { watchSubmittable } from './watch-submittable.js';

/**
 * Calls a driver's method that sends a query, with a span from the call to the end of the result,
 * whichever way the driver reports it. Returns and throws what the method does.
 *
 * @param readCall reads the arguments; if it throws, the driver gets them unread and reports them itself
 * @param values is changed: the callback and, if `canChangeText`, the text
 * @param canChangeText whether the first argument is the text that is sent
 * @param isCacheKey whether the driver caches something by the text
 * @param pool the waits of the client, if it is a pool
 */
export function runQuery(
  handler: DatabaseHandler,
  readCall: (values: readonly unknown[]) => QueryCall,
  original: Method,
  client: object,
  values: unknown[],
  canChangeText: boolean,
  isCacheKey: boolean,
  pool?: PoolWaits,
): unknown {
  const call = tryRead(readCall, values);
  const operation = call && handler.begin(onConnection(call.query, client));
  if (call === undefined || operation === undefined) return Reflect.apply(original, client, values);
  const { callbackIndex, submittable } = call;
  // An object stays unchanged: it may have a name, and it belongs to the user.
  if (canChangeText && typeof values[0] === 'string') {
    values[0] = operation.textToSend(values[0], isCacheKey);
  }
  if (callbackIndex >= 0) {
    values[callbackIndex] = watchedCallback(operation, values[callbackIndex] as never);
  }
  // With a callback too: a cursor reports its errors neither by an event nor to the callback.
  const isWatched = submittable !== undefined && watchSubmittable(operation, submittable);
  let result: unknown;
  try {
    const send = (): unknown => Reflect.apply(original, client, values);
    const isPublished = PUBLISHING_SYSTEMS.has(handler.source.system);
    const sent = (): unknown => (isPublished ? operation.run(send) : send());
    result =
      pool === undefined ? sent() : pool.watch(handler.beginWait(operation, pool.pool), sent);
  } catch (error) {
    operation.fail(error);
    throw error;
  }
  if (callbackIndex >= 0) return result;
  if (submittable === undefined) return watchResult(operation, result);
  if (!isWatched) operation.finish();
  return result;
}

/** Systems with drivers that publish their queries, which must find that this query has a span. */
const PUBLISHING_SYSTEMS = new Set(['mysql', 'mariadb', 'microsoft.sql_server']);

/** Each member by its name: objects of one shape are read many times faster than copies by `...`. */
function onConnection(query: DatabaseQuery, connection: object): DatabaseQuery {
  const { text, parameters, operation, name, attributes } = query;
  const { hasInlineValues, isParameterized, collection, batchSize, shownText } = query;
  return {
    text,
    parameters,
    operation,
    name,
    attributes,
    hasInlineValues,
    isParameterized,
    collection,
    batchSize,
    shownText,
    connection,
  };
}

function tryRead(
  readCall: (values: readonly unknown[]) => QueryCall,
  values: readonly unknown[],
): QueryCall | undefined {
  try {
    return readCall(values);
  } catch {
    return undefined;
  }
}
