import { maskValues } from './mask-values.js';

/**
 * A message for an error of Prisma's client without the values that its own message repeats: the arguments
 * of the call, lines of the code that called it, and what the database said.
 *
 * @returns undefined for any other error
 */
export function messageOfPrisma(error: {
  readonly name?: unknown;
  readonly message?: unknown;
  readonly meta?: unknown;
}): string | undefined {
  const { name, message, meta } = error;
  if (typeof name !== 'string' || !name.startsWith('PrismaClient')) return undefined;
  if (typeof message !== 'string') return undefined;
  const reason = maskValues(messageOfDriver(meta) ?? lastParagraphOf(message)).trim();
  const call = /Invalid `([\w.$]{1,200}\(\))` invocation/.exec(message)?.[1];
  return call === undefined ? reason : `Invalid ${call} invocation: ${reason}`;
}

/** Prisma's driver adapter keeps what the database said. */
function messageOfDriver(meta: unknown): string | undefined {
  const { driverAdapterError } = (meta ?? {}) as {
    driverAdapterError?: { cause?: { originalMessage?: unknown } };
  };
  const text = driverAdapterError?.cause?.originalMessage;
  return typeof text === 'string' ? text : undefined;
}

/** The reason follows the call and its arguments, in which line breaks are escaped. */
function lastParagraphOf(message: string): string {
  return message.slice(message.lastIndexOf('\n\n') + 1);
}
