import { wrapMethod } from '../../operation/index.js';
import { awaitNode } from './cluster-nodes.js';
import { beginCommand, isCommand } from './ioredis-command.js';
import type { RedisHandler, RedisOperation, RedisServer } from './redis.handler.js';
import type { RedisCommand } from './redis-command.js';
import { describeRedisFailure, maskFailure } from './redis-failure.js';
import { settle } from './settle.js';

type Callback = (error: unknown, results: unknown) => unknown;

/** A pipeline or a transaction of ioredis that is traced. */
export interface PipelineTracing {
  readonly pipeline: object;
  readonly type: 'PIPELINE' | 'MULTI';
  /** The commands that it has from the start. */
  readonly added: readonly RedisCommand[];
  readonly handler: RedisHandler;
  readonly server: () => RedisServer | undefined;
  /** Calls what sends the commands. */
  readonly send: <T>(work: () => T) => T;
}

/**
 * Traces a pipeline or a transaction of ioredis in place: one span from `exec` to the last reply. The commands that
 * auto-pipelining collects from several callers have a span each, in the trace of their caller.
 */
export function tracePipeline(tracing: PipelineTracing): void {
  const { pipeline, type, added, handler, server, send } = tracing;
  const commands: RedisCommand[] = [...added];
  const sent: object[] = [];
  let openTransactionCount = 0;
  let isSent = false;

  wrapMethod(pipeline, 'sendCommand', (sendCommand, self, args) => {
    const [command] = args;
    if (isCommand(command) && !isSent) {
      sent.push(command);
      if (command.name === 'multi') openTransactionCount++;
      else if (command.name === 'exec') openTransactionCount--;
      else if (isOfSeveralCallers(pipeline)) beginCommand(command, handler, server());
      else commands.push({ name: command.name, args: command.args });
    }
    return Reflect.apply(sendCommand, self, args);
  });
  wrapMethod(pipeline, 'exec', (exec, self, args) => {
    // ioredis calls `exec` again to send a pipeline again. Below a `multi` of the pipeline, it is a command.
    const isCommandOnly = openTransactionCount > 0;
    if (isSent || isCommandOnly || isOfSeveralCallers(pipeline)) {
      return Reflect.apply(exec, self, args);
    }
    isSent = true;
    const givenServer = server();
    const operation = handler.begin({ name: type, batch: commands }, givenServer);
    if (operation !== undefined && givenServer === undefined) {
      for (const command of sent) awaitNode(command, operation);
    }
    return send(() => execTraced(exec, self, args, operation));
  });
}

function execTraced(
  exec: (...args: unknown[]) => unknown,
  self: unknown,
  args: unknown[],
  operation: RedisOperation | undefined,
): unknown {
  if (operation === undefined) return Reflect.apply(exec, self, args);
  const [callback, ...others] = args;
  if (typeof callback === 'function') {
    const watched: Callback = (error, results) => {
      if (error) operation.fail(error);
      else finish(operation, results);
      return callback(error, results);
    };
    return Reflect.apply(exec, self, [watched, ...others]);
  }
  return settle(operation, () => Reflect.apply(exec, self, args), finish);
}

/** The results are pairs of an error and a reply. The first error is the failure of the batch. */
function finish(operation: RedisOperation, results: unknown): void {
  const errors = Array.isArray(results)
    ? results.map((pair) => (Array.isArray(pair) ? pair[0] : undefined)).filter(Boolean)
    : [];
  if (errors.length === 0) operation.finish();
  else operation.fail(errors[0]);
  for (const error of errors.slice(1)) maskFailure(error, describeRedisFailure(error, true));
}

/** ioredis marks the pipelines of auto-pipelining with this symbol before it adds a command. */
function isOfSeveralCallers(pipeline: object): boolean {
  return Object.getOwnPropertySymbols(pipeline).some(({ description }) => description === 'exec');
}
