import { awaitNode } from './cluster-nodes.js';
import type { RedisHandler, RedisOperation, RedisServer } from './redis.handler.js';
import type { IoredisCommand } from './redis-shape.js';

/** Whether a value is a command of ioredis. */
export function isCommand(value: unknown): value is IoredisCommand {
  if (typeof value !== 'object' || value === null) return false;
  const { name, resolve, reject } = value as Record<string, unknown>;
  return typeof name === 'string' && typeof resolve === 'function' && typeof reject === 'function';
}

/** Starts the span of a command, which ends with its reply. */
export function beginCommand(
  command: IoredisCommand,
  handler: RedisHandler,
  server: RedisServer | undefined,
): void {
  const operation = handler.begin(command, server);
  if (operation === undefined) return;
  endWithReply(command, operation);
  if (server === undefined) awaitNode(command, operation);
}

/**
 * The functions of the command settle its promise. A handler on the promise would count as handling its rejection, and
 * Node would no longer report one that the user forgot.
 */
function endWithReply(command: IoredisCommand, operation: RedisOperation): void {
  const { resolve, reject } = command;
  command.resolve = function (value) {
    operation.finish();
    Reflect.apply(resolve, this, [value]);
  };
  command.reject = function (error) {
    operation.fail(error);
    Reflect.apply(reject, this, [error]);
  };
}
