import { addMessageMask, maskMessage, registeredMessageOf } from '../context/index.js';
import { messageOfPrisma } from './mask-prisma.js';
import { maskValues } from './mask-values.js';
import { describeFailure } from './mongodb/mongo-reply.js';
import { sanitizeSql } from './sql/sanitize-sql.js';

const MAX_DEPTH = 8;

/**
 * Registers messages without values for an error of a driver and for the errors that caused it, so that
 * no span shows the values, whichever span records the error. The errors are unchanged. Never throws.
 */
export function maskErrors(error: unknown): void {
  try {
    let inner = error;
    for (let depth = 0; depth < MAX_DEPTH && isObject(inner); depth++) {
      const { message } = inner;
      if (typeof message === 'string') {
        const masked = maskValues(message);
        if (masked !== message) maskMessage(inner, masked);
      }
      inner = innerErrorOf(inner);
    }
  } catch {
    // Spans cannot read the message of such an error either.
  }
}

/**
 * The error from which an ORM made another one. TypeORM sets `driverError`, Objection `nativeError`,
 * Sequelize 6 `original`; others the standard `cause`.
 */
export function innerErrorOf(error: object): unknown {
  const { driverError, nativeError, cause } = error as Members;
  // Not read from a prototype: Sequelize 7 has accessors there that print a warning.
  const original = Object.hasOwn(error, 'original') ? (error as Members).original : undefined;
  return driverError ?? nativeError ?? original ?? cause;
}

/**
 * Masks errors that are created after a query has failed, out of reach of the adapter: errors of an ORM,
 * errors of MongoDB's driver, and the user's own errors with a `cause`. Registering it again changes
 * nothing.
 */
export function maskErrorsAboveDrivers(): void {
  addMessageMask(maskedMessageAboveDriver);
}

/** Walks from the innermost cause outwards, because a message may repeat the message of its cause. */
function maskedMessageAboveDriver(error: object): string | undefined {
  try {
    const chain = causesOf(error);
    let masked: string | undefined;
    for (let index = chain.length - 1; index >= 0; index--) {
      const current = chain[index] as Members;
      masked = registeredMessageOf(current) ?? messageOf(current, chain[index + 1], masked);
    }
    return masked;
  } catch {
    return undefined;
  }
}

/** The error itself and the errors that caused it, outermost first. */
function causesOf(error: object): Members[] {
  const chain: Members[] = [];
  let inner: unknown = error;
  while (chain.length < MAX_DEPTH && isObject(inner)) {
    chain.push(inner);
    inner = innerErrorOf(inner);
  }
  return chain;
}

function messageOf(
  error: Members,
  cause: Members | undefined,
  maskedCause: string | undefined,
): string | undefined {
  const { message } = error;
  if (typeof message !== 'string') return undefined;
  return (
    messageOfMongo(error) ??
    messageOfPrisma(error) ??
    messageWithQuery(message, error.query, error.params) ??
    messageWithCause(message, cause?.message, maskedCause)
  );
}

/** Errors of the server repeat keys and documents. The driver creates them from its answer. */
function messageOfMongo(error: Members): string | undefined {
  const { name, code } = error;
  const isOfServer =
    typeof name === 'string' && name.startsWith('Mongo') && typeof code === 'number';
  return isOfServer ? describeFailure(error).message : undefined;
}

/** Drizzle: `Failed query: {query}\nparams: {params}`. */
function messageWithQuery(message: string, query: unknown, params: unknown): string | undefined {
  if (typeof query !== 'string' || query === '' || !Array.isArray(params)) return undefined;
  const start = message.indexOf(query);
  return start < 0 ? undefined : `${message.slice(0, start)}${sanitizeSql(query, 'other_sql')}`;
}

function messageWithCause(
  message: string,
  causeMessage: unknown,
  maskedCause: string | undefined,
): string | undefined {
  if (maskedCause === undefined || typeof causeMessage !== 'string' || causeMessage === '') {
    return undefined;
  }
  const masked = message.replaceAll(causeMessage, () => maskedCause);
  return masked === message ? undefined : masked;
}

interface Members {
  readonly [name: string]: unknown;
}

function isObject(value: unknown): value is Members {
  return typeof value === 'object' && value !== null;
}
