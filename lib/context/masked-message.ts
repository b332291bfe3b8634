import { maskedMessages, messageMasks } from './process-wide.js';

/** Returns the message to show for an error; undefined if it has no rule for the error. Must not throw. */
export type MessageMask = (error: object) => string | undefined;

/**
 * Registers the message that spans show for an error whose own message and stack repeat values that
 * must not be seen, such as the values of a query. The error itself is unchanged.
 *
 * @param error ignored unless it is an object, because nothing can be remembered of a primitive
 */
export function maskMessage(error: unknown, message: string): void {
  if (typeof error === 'object' && error !== null) maskedMessages.set(error, message);
}

/**
 * Adds a rule for errors that nobody registers, because code of others creates them, such as an ORM
 * that wraps the error of its driver. Adding a rule again changes nothing.
 */
export function addMessageMask(mask: MessageMask): void {
  messageMasks.add(mask);
}

/** The message that {@link maskMessage} registered for an error. */
export function registeredMessageOf(error: object): string | undefined {
  return maskedMessages.get(error);
}

/** The message to show for an error, by registration or by a rule; undefined if its own may be shown. */
export function maskedMessageOf(error: object): string | undefined {
  const registered = maskedMessages.get(error);
  if (registered !== undefined) return registered;
  for (const mask of messageMasks) {
    const masked = mask(error);
    if (masked !== undefined) return masked;
  }
  return undefined;
}
