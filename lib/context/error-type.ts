const MAX_TYPE_LENGTH = 256;

/**
 * The `error.type` of a thrown value: the `name` of an error, or its class name if `name` is missing or only "Error";
 * the type of a thrown primitive. At most 256 characters. Does not throw, even if getters of the value throw.
 *
 * Spec: semantic conventions 1.45.0, `docs/general/recording-errors.md`.
 */
export function errorTypeOf(error: unknown): string {
  try {
    if (typeof error !== 'object' || error === null) return typeof error;
    const { name } = error as { name?: unknown };
    const hasName = typeof name === 'string' && name !== '' && name !== 'Error';
    const type = String(hasName ? name : error.constructor?.name || 'Error');
    return type.length <= MAX_TYPE_LENGTH ? type : `${type.slice(0, MAX_TYPE_LENGTH - 1)}…`;
  } catch {
    return 'unknown';
  }
}
