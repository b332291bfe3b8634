import { types } from 'node:util';
import type { RedisOperation } from './redis.handler.js';

/**
 * Sends with the span active, and ends it with the promise of the reply. Returns and throws what `send` does.
 *
 * @param operation undefined if the command has no span
 * @param finish ends the operation with the reply
 */
export function settle(
  operation: RedisOperation | undefined,
  send: () => unknown,
  finish: (operation: RedisOperation, reply: unknown) => void = finishAny,
): unknown {
  if (operation === undefined) return send();
  let result: unknown;
  try {
    result = operation.run(send);
  } catch (error) {
    operation.fail(error);
    throw error;
  }
  if (!types.isPromise(result)) {
    finish(operation, result);
    return result;
  }
  // The derived promise is returned, so that Node reports a rejection that the user forgot.
  return result.then(
    (reply: unknown) => {
      finish(operation, reply);
      return reply;
    },
    (error: unknown) => {
      operation.fail(error);
      throw error;
    },
  );
}

function finishAny(operation: RedisOperation): void {
  operation.finish();
}
