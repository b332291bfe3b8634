import { hasMethods, memberOf, replaceMember, wrapMethod } from '../../operation/index.js';
import { watchNodeRedis4Nodes } from './cluster-nodes.js';
import { commandOf, commandsOf } from './command-arguments.js';
import type { RedisHandler, RedisServer } from './redis.handler.js';
import type { RedisCommand } from './redis-command.js';
import type { NodeRedisShape } from './redis-shape.js';
import { settle } from './settle.js';

type Method = (this: unknown, ...args: unknown[]) => unknown;

/**
 * Traces a client or a cluster of node-redis 4 in place. Its commands call a private method, so each of them is
 * replaced: `get` and `GET`, and those of modules, such as `json.get`.
 */
export function traceNodeRedis4(
  client: NodeRedisShape,
  kind: 'client-4' | 'cluster-4',
  handler: RedisHandler,
  server: () => RedisServer,
): void {
  const serverOf = kind === 'cluster-4' ? awaitNodes(client) : server;
  const isLegacy = client.options?.legacyMode === true;
  // In the legacy mode, commands call `sendCommand` with a callback, and those with promises are in `v4`.
  const withPromises: unknown = isLegacy ? client.v4 : client;
  if (typeof withPromises === 'object' && withPromises !== null) {
    replaceCommands(withPromises, '', handler, serverOf);
  }
  for (const [name, module] of Object.entries(client)) {
    const isModule =
      typeof module === 'object' && module !== null && memberOf(module, 'self') === client;
    if (isModule) replaceCommands(module, `${name.toUpperCase()}.`, handler, serverOf);
  }
  // The arguments of a cluster begin with a key and whether the command only reads.
  const position = kind === 'cluster-4' ? 2 : 0;
  wrapMethod(client, 'sendCommand', (sendCommand, self, args) => {
    if (isLegacy) return sendLegacy(sendCommand, self, args, handler, serverOf());
    const call = (): unknown => Reflect.apply(sendCommand, self, args);
    const command = commandOf(args[position]);
    return command === undefined ? call() : settle(handler.begin(command, serverOf()), call);
  });
  if (kind === 'client-4') {
    wrapMethod(client, 'multiExecutor', (execute, self, args) => {
      const [commands, , chainId] = args;
      const name = chainId === undefined ? 'PIPELINE' : 'MULTI';
      const operation = handler.begin({ name, batch: commandsOf(commands) }, serverOf());
      return settle(operation, () => Reflect.apply(execute, self, args));
    });
  } else {
    for (const name of ['multi', 'MULTI']) {
      wrapMethod(client, name, (create, self, args) =>
        traceMulti(Reflect.apply(create, self, args), handler, serverOf),
      );
    }
  }
}

/** The server of the commands of a cluster is told when the cluster has chosen a node. */
function awaitNodes(cluster: object): () => undefined {
  return () => {
    watchNodeRedis4Nodes(cluster);
    return undefined;
  };
}

/** The transaction of a cluster: its commands pass `addCommand`. */
function traceMulti(
  multi: unknown,
  handler: RedisHandler,
  server: () => RedisServer | undefined,
): unknown {
  if (typeof multi !== 'object' || multi === null || !hasMethods(multi, ['addCommand', 'exec'])) {
    return multi;
  }
  const batch: RedisCommand[] = [];
  wrapMethod(multi, 'addCommand', (add, self, args) => {
    const command = commandOf(args.find(Array.isArray));
    if (command !== undefined) batch.push(command);
    return Reflect.apply(add, self, args);
  });
  for (const method of ['exec', 'EXEC', 'execAsPipeline']) {
    if (!hasMethods(multi, [method])) continue;
    wrapMethod(multi, method, (exec, self, args) => {
      const name = method === 'execAsPipeline' || args[0] === true ? 'PIPELINE' : 'MULTI';
      // `exec(true)` calls `execAsPipeline`, which is then below the span.
      return settle(handler.begin({ name, batch }, server()), () =>
        Reflect.apply(exec, self, args),
      );
    });
  }
  return multi;
}

/** `legacyMode`: names and arguments in a row, and a callback. */
function sendLegacy(
  sendCommand: Method,
  self: unknown,
  args: unknown[],
  handler: RedisHandler,
  server: RedisServer | undefined,
): unknown {
  const callback = args.at(-1);
  const command = commandOf(args.flat().filter((arg) => typeof arg !== 'function'));
  const operation = command && handler.begin(command, server);
  if (operation === undefined) return Reflect.apply(sendCommand, self, args);
  const watched = (error: unknown, ...results: unknown[]): unknown => {
    if (error) operation.fail(error);
    else operation.finish();
    return typeof callback === 'function' ? callback(error, ...results) : undefined;
  };
  const values = typeof callback === 'function' ? args.slice(0, -1) : args;
  return operation.run(() => Reflect.apply(sendCommand, self, [...values, watched]));
}

/** @param prefix of the names of the commands: that of a module, such as `JSON.` */
function replaceCommands(
  target: object,
  prefix: string,
  handler: RedisHandler,
  server: () => RedisServer | undefined,
): void {
  const commands = commandNamesOf(target);
  for (const [method, name] of commands) {
    const original = memberOf(target, method) as Method;
    replaceMember(target, method, function (this: unknown, ...args: unknown[]): unknown {
      const command = { name: `${prefix}${name}`, args: argumentsOf(args) };
      return settle(handler.begin(command, server()), () => Reflect.apply(original, this, args));
    });
  }
}

/**
 * The names of the methods that send a command, each with the command. Every command has a method in upper case, and
 * one in camel case without the underscores.
 */
function commandNamesOf(target: object): Map<string, string> {
  const methods = methodNamesOf(target);
  const commands = new Map<string, string>();
  for (const method of methods) {
    if (!/^[A-Z][A-Z0-9_]*$/.test(method) || NO_COMMANDS.has(method)) continue;
    commands.set(method.replaceAll('_', ''), commandOfMethod(method));
  }
  const named = new Map<string, string>();
  for (const method of methods) {
    const name = commands.get(method.replaceAll('_', '').toUpperCase());
    if (name !== undefined && typeof memberOf(target, method) === 'function') {
      named.set(method, name);
    }
  }
  return named;
}

/** Methods in upper case that create a transaction. */
const NO_COMMANDS = new Set(['MULTI']);

/** `CLIENT_GETNAME` sends `CLIENT`, `EVAL_RO` sends `EVAL_RO`, `ZRANGE_WITHSCORES` sends `ZRANGE`. */
function commandOfMethod(method: string): string {
  const [first = '', second] = method.split('_');
  return second === 'RO' ? `${first}_RO` : first;
}

function methodNamesOf(target: object): Set<string> {
  const names = new Set<string>();
  for (
    let owner: object | null = target;
    owner !== null && owner !== Object.prototype;
    owner = Object.getPrototypeOf(owner)
  ) {
    for (const name of Object.getOwnPropertyNames(owner)) names.add(name);
  }
  return names;
}

/** Of an object, the names of its members: those of options are words of the command, such as `BLOCK`. */
function argumentsOf(args: readonly unknown[]): readonly unknown[] {
  return args.flatMap((arg): readonly unknown[] => {
    if (Array.isArray(arg)) return arg;
    if (typeof arg !== 'object' || arg === null || Buffer.isBuffer(arg)) return [arg];
    return Object.keys(arg);
  });
}
