/**
 * Replaces a method or field of one instance, without changing its class.
 *
 * @returns a function that restores it, unless other code has replaced it since
 */
export function overrideMember(instance: object, key: string, replacement: unknown): () => void {
  const members = instance as Record<string, unknown>;
  const original = Object.getOwnPropertyDescriptor(instance, key);
  members[key] = replacement;
  return () => {
    if (members[key] !== replacement) return;
    if (original === undefined) delete members[key];
    else members[key] = original.value;
  };
}
