import { maskMessage } from '../../context/index.js';
import type { DatabaseOperation } from '../database-operation.js';
import { maskValues } from '../mask-values.js';

/** A failure of a command without the values of the command. */
export interface RedisFailure {
  readonly name: string;
  /** The prefix of the server's message, such as `WRONGTYPE`; the code of a system error such as `ECONNREFUSED`. */
  readonly code: string | undefined;
  /** Of an error of the server: {@link code}. */
  readonly sqlState: string | undefined;
  readonly message: string;
}

/**
 * Describes why a command failed. Never throws.
 *
 * The server begins each message with a code. The rest is shown where the server itself has written it: a message
 * with an unknown code may come from a script, which may write anything into it.
 *
 * @param isScript whether a script has run, so that even `ERR` may come from it
 */
export function describeRedisFailure(error: unknown, isScript: boolean): RedisFailure {
  try {
    if (typeof error !== 'object' || error === null) {
      return { name: typeof error, code: undefined, sqlState: undefined, message: '' };
    }
    const { name, message, code } = error as Record<string, unknown>;
    const text = typeof message === 'string' ? message : '';
    const prefix = isOfServer(error)
      ? /^-?([A-Z][A-Z0-9]{1,31})(?= |$)/.exec(text)?.[1]
      : undefined;
    if (prefix !== undefined) {
      const isOfServerItself = WITHOUT_VALUES.has(prefix);
      // A script may return any word in place of a code.
      if (isScript && !isOfServerItself && prefix !== 'ERR') return UNKNOWN_FAILURE;
      const isShown = isOfServerItself || (prefix === 'ERR' && !isScript);
      return {
        name: prefix,
        code: prefix,
        sqlState: prefix,
        message: isShown ? maskValues(text) : prefix,
      };
    }
    return {
      name: nameOf(name === 'Error' ? error.constructor?.name : name),
      code: typeof code === 'string' ? code : undefined,
      sqlState: undefined,
      message: isOfServer(error) ? '' : maskValues(text),
    };
  } catch {
    return { name: 'unknown', code: undefined, sqlState: undefined, message: '' };
  }
}

const UNKNOWN_FAILURE: RedisFailure = {
  name: '_OTHER',
  code: undefined,
  sqlState: undefined,
  message: '',
};

/** Codes that only the server uses, with a message that it does not write values into, except in quotes. */
const WITHOUT_VALUES = new Set([
  'BUSY',
  'BUSYGROUP',
  'BUSYKEY',
  'CLUSTERDOWN',
  'CROSSSLOT',
  'EXECABORT',
  'INPROG',
  'IOERR',
  'LOADING',
  'MASTERDOWN',
  'MISCONF',
  'NOAUTH',
  'NOGOODSLAVE',
  'NOREPLICAS',
  'NOSCRIPT',
  'NOTBUSY',
  'NOTREADY',
  'OOM',
  'READONLY',
  'TRYAGAIN',
  'UNKILLABLE',
  'WRONGPASS',
  'WRONGTYPE',
]);

/** `ReplyError` of ioredis, `ErrorReply` and classes below it of node-redis. */
function isOfServer(error: object): boolean {
  for (let type: unknown = error; typeof type === 'object' && type !== null; ) {
    const { name } = (type as { constructor?: { name?: unknown } }).constructor ?? {};
    if (name === 'ReplyError' || name === 'ErrorReply') return true;
    type = Object.getPrototypeOf(type);
  }
  return (error as { name?: unknown }).name === 'ReplyError';
}

function nameOf(name: unknown): string {
  return typeof name === 'string' && name !== '' ? name : 'Error';
}

/**
 * Ends the operation of a command that failed. Spans that the error passes afterwards show its message without
 * values; the error is unchanged. Never throws.
 *
 * @param isScript see {@link describeRedisFailure}
 */
export function failCommand(operation: DatabaseOperation, error: unknown, isScript: boolean): void {
  const failure = describeRedisFailure(error, isScript);
  operation.fail(failure);
  maskFailure(error, failure);
}

/** Makes spans that record the error show the message of its description. */
export function maskFailure(error: unknown, { message }: RedisFailure): void {
  try {
    const own = (error as { message?: unknown } | null | undefined)?.message;
    if (typeof error === 'object' && error !== null && own !== message) maskMessage(error, message);
  } catch {
    // Spans cannot read the message of such an error either.
  }
}
