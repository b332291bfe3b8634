/** A command of Redis, or several that are sent as one. */
export interface RedisCommand {
  /** As the client names it; in any case of letters. */
  readonly name: string;
  /** What follows the name. Values are never shown. */
  readonly args?: readonly unknown[];
  /** The commands of a transaction or a pipeline; `name` is then `MULTI` or `PIPELINE`. */
  readonly batch?: readonly RedisCommand[];
  /** The number of commands of a transaction or a pipeline, where they are not known. */
  readonly batchSize?: number;
}

/**
 * The operation of a command, in upper case: the value of `db.operation.name`. The text that is sent in place of a
 * command may be anything, so what does not look like a command is `_OTHER`.
 */
export function operationOf(name: string): string {
  const known = operations.get(name);
  if (known !== undefined) return known;
  const operation = COMMAND.test(name) ? name.toUpperCase() : '_OTHER';
  if (operations.size < MAX_OPERATION_COUNT) operations.set(name, operation);
  return operation;
}

/** Commands of modules contain a full stop: `JSON.SET`. */
const COMMAND = /^[a-z][a-z0-9._-]{0,31}$/i;
const operations = new Map<string, string>();
const MAX_OPERATION_COUNT = 1_000;

/**
 * The operation of several commands: with the name of the commands if all of them have the same. `docs/db/redis.md`
 * of the semantic conventions, `db.operation.name`.
 *
 * @param type `MULTI` or `PIPELINE`
 */
export function operationOfBatch(type: string, commands: readonly RedisCommand[]): string {
  const [first] = commands;
  if (first === undefined) return type;
  const operation = operationOf(first.name);
  return commands.every(({ name }) => operationOf(name) === operation)
    ? `${type} ${operation}`
    : type;
}

/**
 * Whether a command may wait for data or for other servers.
 *
 * @param operation in upper case
 */
export function isBlocking(operation: string, args: readonly unknown[]): boolean {
  if (BLOCKING.has(operation)) return true;
  if (operation !== 'XREAD' && operation !== 'XREADGROUP') return false;
  for (const arg of args) {
    const word = textOf(arg)?.toUpperCase();
    if (word === 'BLOCK') return true;
    if (word === 'STREAMS') return false;
  }
  return false;
}

const BLOCKING = new Set([
  'BLMOVE',
  'BLMPOP',
  'BLPOP',
  'BRPOP',
  'BRPOPLPUSH',
  'BZMPOP',
  'BZPOPMAX',
  'BZPOPMIN',
  'WAIT',
  'WAITAOF',
]);

/** Whether a command runs a script of the user, whose errors have any text. */
export function isScript(operation: string): boolean {
  return /(^|\s)(EVAL|FCALL)/.test(operation);
}

/**
 * The first key of a command.
 *
 * @param operation in upper case
 * @returns undefined if the command has no key, or the client does not show its arguments
 */
export function keyOf(operation: string, args: readonly unknown[]): string | undefined {
  const key = textOf(args[keyPosition(operation, args)]);
  // What clients publish in place of an argument.
  return key === '?' ? undefined : key;
}

function keyPosition(operation: string, args: readonly unknown[]): number {
  if (WITHOUT_KEY.has(operation)) return -1;
  if (isScript(operation)) return Number(textOf(args[1])) > 0 ? 2 : -1;
  if (operation === 'XREAD' || operation === 'XREADGROUP') {
    return args.findIndex((arg) => textOf(arg)?.toUpperCase() === 'STREAMS') + 1 || -1;
  }
  return KEY_POSITIONS.get(operation) ?? 0;
}

const KEY_POSITIONS = new Map([
  ['BITOP', 1],
  ['BLMPOP', 2],
  ['BZMPOP', 2],
  ['LMPOP', 1],
  ['MEMORY', 1],
  ['MIGRATE', 2],
  ['OBJECT', 1],
  ['SINTERCARD', 1],
  ['XGROUP', 1],
  ['XINFO', 1],
  ['ZDIFF', 1],
  ['ZINTER', 1],
  ['ZINTERCARD', 1],
  ['ZMPOP', 1],
  ['ZUNION', 1],
]);

const WITHOUT_KEY = new Set([
  '_OTHER',
  'ACL',
  'ASKING',
  'AUTH',
  'BGREWRITEAOF',
  'BGSAVE',
  'CLIENT',
  'CLUSTER',
  'COMMAND',
  'CONFIG',
  'DBSIZE',
  'DEBUG',
  'DISCARD',
  'ECHO',
  'EXEC',
  'FAILOVER',
  'FLUSHALL',
  'FLUSHDB',
  'FUNCTION',
  'HELLO',
  'INFO',
  'KEYS',
  'LASTSAVE',
  'LATENCY',
  'LOLWUT',
  'MODULE',
  'MONITOR',
  'MULTI',
  'PING',
  'PSUBSCRIBE',
  'PUBLISH',
  'PUBSUB',
  'PUNSUBSCRIBE',
  'QUIT',
  'RANDOMKEY',
  'READONLY',
  'READWRITE',
  'REPLICAOF',
  'RESET',
  'ROLE',
  'SAVE',
  'SCAN',
  'SCRIPT',
  'SELECT',
  'SENTINEL',
  'SHUTDOWN',
  'SLAVEOF',
  'SLOWLOG',
  'SPUBLISH',
  'SSUBSCRIBE',
  'SUBSCRIBE',
  'SUNSUBSCRIBE',
  'SWAPDB',
  'TIME',
  'UNSUBSCRIBE',
  'UNWATCH',
  'WAIT',
  'WAITAOF',
]);

function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return String(value);
  return Buffer.isBuffer(value) ? value.toString() : undefined;
}

/**
 * Commands without their values: `SET ? ?`, several joined by `; `.
 *
 * @param maxLength in UTF-16 code units
 */
export function sanitizeCommands(commands: readonly RedisCommand[], maxLength: number): string {
  let text = '';
  for (const { name, args = [] } of commands) {
    if (text !== '') text += '; ';
    text += operationOf(name);
    // What is beyond the limit is cut, so it need not be written.
    text += ' ?'.repeat(Math.min(args.length, maxLength));
    if (text.length >= maxLength) return text.slice(0, maxLength);
  }
  return text;
}
