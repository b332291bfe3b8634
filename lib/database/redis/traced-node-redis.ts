import { hasMethods, memberOf, wrapMethod } from '../../operation/index.js';
import { numberOf, textOf } from '../message-members.js';
import { commandOf, commandsOf } from './command-arguments.js';
import type { RedisHandler, RedisServer } from './redis.handler.js';
import {
  type NodeRedisKind,
  type NodeRedisShape,
  nodeRedisKindOf,
  publishesCommands,
} from './redis-shape.js';
import { settle } from './settle.js';
import { traceNodeRedis4 } from './traced-node-redis-4.js';

const traced = new WeakSet<object>();

/**
 * Traces a client of node-redis in place, and the clients that `duplicate` makes of it. Of a pool, a cluster or a
 * group of sentinels it traces the clients that they lend. Tracing it again changes nothing.
 *
 * @param leavesPublishing true for no spans of clients that publish their commands
 */
export function traceNodeRedis(
  given: NodeRedisShape,
  kind: NodeRedisKind,
  handler: RedisHandler,
  leavesPublishing = false,
): void {
  // Since version 5 the user has an object that is derived from the client.
  const client = given._self ?? given;
  if (traced.has(client) || (leavesPublishing && publishesCommands(client))) return;
  traced.add(client);
  const trace = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    const kindOfValue = nodeRedisKindOf(value);
    if (kindOfValue !== undefined) traceNodeRedis(value, kindOfValue, handler, leavesPublishing);
  };
  if (kind === 'client') traceClient(client, handler);
  else if (kind === 'group') traceLent(client, trace);
  else traceNodeRedis4(client, kind, handler, () => serverOf(client));
  if (!hasMethods(client, ['duplicate'])) return;
  wrapMethod(client, 'duplicate', (duplicate, self, args) => {
    const copy = Reflect.apply(duplicate, self, args);
    trace(copy);
    return copy;
  });
}

/** All commands of a client pass these three methods. */
function traceClient(client: NodeRedisShape, handler: RedisHandler): void {
  let database: number | undefined;
  const server = (): RedisServer => serverOf(client, database);
  wrapMethod(client, 'sendCommand', (sendCommand, self, args) => {
    const call = (): unknown => Reflect.apply(sendCommand, self, args);
    const command = commandOf(args[0]);
    if (command === undefined) return call();
    const result = settle(handler.begin(command, server()), call);
    if (command.name.toUpperCase() === 'SELECT') database = numberOf(command.args?.[0]) ?? database;
    return result;
  });
  for (const [method, name] of [
    ['_executeMulti', 'MULTI'],
    ['_executePipeline', 'PIPELINE'],
  ] as const) {
    wrapMethod(client, method, (execute, self, args) => {
      const call = (): unknown => Reflect.apply(execute, self, args);
      return settle(handler.begin({ name, batch: commandsOf(args[0]) }, server()), call);
    });
  }
}

/** Pools, clusters and groups of sentinels call a function with a client. */
function traceLent(group: object, trace: (client: unknown) => void): void {
  for (const method of ['execute', '_execute']) {
    if (!hasMethods(group, [method])) continue;
    wrapMethod(group, method, (execute, self, args) =>
      Reflect.apply(
        execute,
        self,
        args.map((arg) => (typeof arg === 'function' ? withTracedClient(arg, trace) : arg)),
      ),
    );
  }
  const slots = memberOf(group, '_slots');
  if (typeof slots !== 'object' || slots === null) return;
  for (const method of ['getClient', 'getClientAndSlotNumber']) {
    if (!hasMethods(slots, [method])) continue;
    wrapMethod(slots, method, async (find, self, args) => {
      const found: unknown = await Reflect.apply(find, self, args);
      trace((found as { client?: unknown } | undefined)?.client ?? found);
      return found;
    });
  }
}

// biome-ignore lint/complexity/noBannedTypes: A function of any shape.
function withTracedClient(work: Function, trace: (client: unknown) => void): Function {
  return function (this: unknown, client: unknown, ...rest: unknown[]): unknown {
    trace(client);
    return Reflect.apply(work, this, [client, ...rest]);
  };
}

/** What the options of a client say; its URL may contain a password, and only host, port and database are read. */
function serverOf({ options }: NodeRedisShape, selected?: number): RedisServer {
  const { socket, url, database } = options ?? {};
  const path = textOf(socket?.path);
  if (path !== undefined) {
    return {
      serverAddress: path,
      serverPort: undefined,
      database: selected ?? numberOf(database) ?? 0,
    };
  }
  const parsed = typeof url === 'string' && URL.canParse(url) ? new URL(url) : undefined;
  return {
    serverAddress: textOf(socket?.host) ?? textOf(parsed?.hostname) ?? 'localhost',
    serverPort: numberOf(socket?.port) ?? numberOf(parsed?.port) ?? DEFAULT_PORT,
    database: selected ?? numberOf(database) ?? numberOf(parsed?.pathname.slice(1)) ?? 0,
  };
}

const DEFAULT_PORT = 6379;
