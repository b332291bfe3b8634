import { maskedMessages, messageMasks } from './process-wide.js';

/** Returns the message to show for an error; undefined if the rule does not apply. Must not throw. */
export type MessageMask = (error: object) => string | undefined;

/**
 * Registers a redacted message for an error with secret values in its message and stack, such as the
 * values of a query. Spans show the redacted message; the error itself is unchanged.
 *
 * @param error ignored if it is not an object, because a primitive has no identity
 */
export function maskMessage(error: unknown, message: string): void {
  if (typeof error === 'object' && error !== null) maskedMessages.set(error, message);
}

/**
 * Adds a rule for errors that are not registered, because other code creates them, such as an ORM that
 * wraps the error of its driver. Adding the same rule again has no effect.
 */
export function addMessageMask(mask: MessageMask): void {
  messageMasks.add(mask);
}

/** Returns the message that {@link maskMessage} registered for an error. */
export function registeredMessageOf(error: object): string | undefined {
  return maskedMessages.get(error);
}

/** Returns the registered message, or the message of a rule; undefined if the error's own message can be shown. */
export function maskedMessageOf(error: object): string | undefined {
  const registered = maskedMessages.get(error);
  if (registered !== undefined) return registered;
  for (const mask of messageMasks) {
    const masked = mask(error);
    if (masked !== undefined) return masked;
  }
  return undefined;
}
