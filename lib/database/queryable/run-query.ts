import type { DatabaseHandler } from '../database.handler.js';
import type { Method } from '../stand-in.js';
import { isEmitter, watchEvents, watchedCallback, watchResult } from '../watch-query.js';
import type { QueryCall } from './query-arguments.js';

/**
 * Calls a driver's method that sends a query, with a span from the call to the end of the result,
 * whichever way the driver reports it. Returns and throws what the method does.
 *
 * @param readCall reads the arguments; if it throws, the driver gets them unread and reports them itself
 * @param values is changed: the callback and, if `canChangeText`, the text
 * @param canChangeText whether the first argument is the text that is sent
 * @param isCacheKey whether the driver caches something by the text
 */
export function runQuery(
  handler: DatabaseHandler,
  readCall: (values: readonly unknown[]) => QueryCall,
  original: Method,
  client: object,
  values: unknown[],
  canChangeText: boolean,
  isCacheKey: boolean,
): unknown {
  const call = tryRead(readCall, values);
  const operation = call && handler.begin(call.query);
  if (call === undefined || operation === undefined) return Reflect.apply(original, client, values);
  const { callbackIndex, submittable } = call;
  // An object stays unchanged: it may have a name, and it belongs to the user.
  if (canChangeText && typeof values[0] === 'string') {
    values[0] = operation.textToSend(values[0], isCacheKey);
  }
  if (callbackIndex >= 0) {
    values[callbackIndex] = watchedCallback(operation, values[callbackIndex] as never);
  } else if (submittable !== undefined) {
    // A query of `pg` with a callback reports errors to the callback only.
    const own = submittable as { callback?: unknown };
    if (typeof own.callback === 'function') {
      own.callback = watchedCallback(operation, own.callback as never);
    } else if (isEmitter(submittable)) watchEvents(operation, submittable);
  }
  let result: unknown;
  try {
    const send = (): unknown => Reflect.apply(original, client, values);
    result = PUBLISHING_SYSTEMS.has(handler.source.system) ? operation.run(send) : send();
  } catch (error) {
    operation.fail(error);
    throw error;
  }
  if (callbackIndex >= 0) return result;
  if (submittable === undefined) return watchResult(operation, result);
  // A submittable without events and callback never reports its end.
  if (!isEmitter(submittable) && !hasCallback(submittable)) operation.finish();
  return result;
}

/** Systems with drivers that publish their queries, which must find that this query has a span. */
const PUBLISHING_SYSTEMS = new Set(['mysql', 'mariadb', 'microsoft.sql_server']);

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

function hasCallback(submittable: object): boolean {
  return typeof (submittable as { callback?: unknown }).callback === 'function';
}
