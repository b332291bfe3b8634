/** Returns `Orders.place`, or `place` for a class without a name. */
export function nameOfMethod(target: object, key: string | symbol): string {
  const className = nameOfClass(target);
  const method = typeof key === 'symbol' ? `[${key.description ?? ''}]` : key;
  return className === '' || method.startsWith('[') ? className + method : `${className}.${method}`;
}

/**
 * Returns the name of a class; empty for a class without a name.
 *
 * @param target its prototype, or the class
 */
export function nameOfClass(target: object): string {
  const { name } = typeof target === 'function' ? target : (target.constructor ?? {});
  return typeof name === 'string' ? name : '';
}

/** Describes the target of a decorator for the message of an error. */
export function describeTarget(args: readonly unknown[]): string {
  const [target, key, third] = args;
  if (isStandardContext(key)) {
    return `${a(key.kind)} that was compiled with standard decorators`;
  }
  if (key === undefined) {
    if (typeof third === 'number') return `a parameter of the constructor of ${nameOf(target)}`;
    return typeof target === 'function' ? `the class ${nameOf(target)}` : 'something unknown';
  }
  const name = nameOfMethod(Object(target), key as string | symbol);
  if (typeof third === 'number') return `parameter ${third} of the method ${name}`;
  const descriptor = third as PropertyDescriptor | undefined;
  if (typeof descriptor?.get === 'function') return `the getter ${name}`;
  if (typeof descriptor?.set === 'function') return `the setter ${name}`;
  return typeof descriptor?.value === 'function' ? `the method ${name}` : `the property ${name}`;
}

function isStandardContext(value: unknown): value is { kind: string } {
  return typeof value === 'object' && value !== null && 'kind' in value;
}

function nameOf(target: unknown): string {
  const { name } = target as { name?: unknown };
  return typeof name === 'string' && name !== '' ? name : '(anonymous)';
}

function a(noun: string): string {
  return /^[aeiou]/.test(noun) ? `an ${noun}` : `a ${noun}`;
}
