import { maskedMessages } from './process-wide.js';

/**
 * Registers the message that spans show for an error whose own message and stack repeat values that
 * must not be seen, such as the values of a query. The error itself is unchanged.
 *
 * @param error ignored unless it is an object, because nothing can be remembered of a primitive
 */
export function maskMessage(error: unknown, message: string): void {
  if (typeof error === 'object' && error !== null) maskedMessages.set(error, message);
}

/** The message registered for an error; undefined if its own may be shown. */
export function maskedMessageOf(error: object): string | undefined {
  return maskedMessages.get(error);
}
