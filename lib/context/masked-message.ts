const messages = new WeakMap<object, string>();

/**
 * Says what spans tell of an error whose message and stack repeat what must not be seen, such as the
 * values of a query. The error itself stays as it is.
 *
 * @param error what is no object passes unnoticed: nothing can be remembered of it
 * @param message what stands in the place of its message
 */
export function maskMessage(error: unknown, message: string): void {
  if (typeof error === 'object' && error !== null) messages.set(error, message);
}

/** @returns undefined for an error of which spans may tell everything */
export function maskedMessageOf(error: object): string | undefined {
  return messages.get(error);
}
