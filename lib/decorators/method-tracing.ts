import { TracingConfigError } from '../errors.js';
import { nameOfClass, nameOfMethod } from './decorator-target.js';

/**
 * What the decorators of a method or of a class say about tracing: calls become spans, calls add attributes to
 * the active span, or there is no tracing.
 */
export type MethodTracing = 'traced' | 'continued' | 'untraced';

/** The key of what a decorator of the class says. No method has it. */
export const WHOLE_CLASS = 'constructor';

const tracingOfMethods = new WeakMap<object, Map<string | symbol, MethodTracing>>();

/**
 * Remembers what a decorator says. It is kept by class and key, not by function, because other decorators can
 * replace the function.
 *
 * @param decorator its name, for the message of the error
 * @param target the prototype, or the class if the method is static
 * @param key {@link WHOLE_CLASS} for a decorator of the class
 * @throws TracingConfigError if another decorator has said something else
 */
export function setMethodTracing(
  decorator: string,
  target: object,
  key: string | symbol,
  tracing: MethodTracing,
): void {
  let methods = tracingOfMethods.get(target);
  if (methods === undefined) {
    methods = new Map();
    tracingOfMethods.set(target, methods);
  }
  const other = methods.get(key);
  if (other !== undefined && other !== tracing) {
    throw TracingConfigError.invalidDecoratorTarget(
      decorator,
      `must be the only decorator for tracing of a ${key === WHOLE_CLASS ? 'class' : 'method'}`,
      key === WHOLE_CLASS
        ? `the class ${nameOfClass(target)}, which is already ${other}`
        : `the method ${nameOfMethod(target, key)}, which is already ${other}`,
      'Keep one of @Traced(), @ContinueSpan() and @Untraced().',
    );
  }
  methods.set(key, tracing);
}

/** Returns what the decorators of the method itself say, or for {@link WHOLE_CLASS} those of the class itself. */
export function ownMethodTracing(target: object, key: string | symbol): MethodTracing | undefined {
  return tracingOfMethods.get(target)?.get(key);
}

/**
 * Returns what the decorators say about a method that the instances of a class have, own or inherited. The
 * class that declares the method counts: a method that overrides a traced one is not traced by that.
 *
 * @param prototype the prototype, or the class if the method is static
 * @returns undefined if nothing is said about the method
 */
export function methodTracing(prototype: object, key: string | symbol): MethodTracing | undefined {
  let owner: object | null = prototype;
  while (owner !== null) {
    if (Object.hasOwn(owner, key)) {
      const tracing = ownMethodTracing(owner, key);
      if (tracing !== undefined) return tracing;
      // `@Traced()` on the class has decided about each method, also to leave it alone.
      return ownMethodTracing(owner, WHOLE_CLASS) === 'untraced' ? 'untraced' : undefined;
    }
    owner = Object.getPrototypeOf(owner);
  }
  return undefined;
}
