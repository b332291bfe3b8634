import { nameOfClass } from './decorator-target.js';
import { keepIdentity } from './keep-identity.js';
import { setMethodTracing, WHOLE_CLASS } from './method-tracing.js';
import { inheritedMarks } from './parameter-marks.js';
import { traceableMethods } from './traceable-methods.js';
import { type Method, traceMethod } from './traced-method.js';
import { checkClassOptions, type TracedOptions } from './traced-options.js';

/** By the method that a decorator of a class has made: the method without spans, and its source. */
const originals = new WeakMap<Method, { readonly original: Method; readonly source: Method }>();

/**
 * Gives each method of a class a span. The traced methods are properties of the prototype of the class, also those
 * that it inherits, so base classes stay as they are. The class itself is not replaced.
 *
 * @throws TracingConfigError for options that have no meaning on a class
 */
export function traceClass(prototype: object, options: TracedOptions): void {
  checkClassOptions(options);
  setMethodTracing('@Traced()', prototype, WHOLE_CLASS, 'traced');
  const { name: prefix, inherited = true, ...methodOptions } = options;
  const className = nameOfClass(prototype);
  const nameOf = (start: string, key: string): string => (start === '' ? key : `${start}.${key}`);
  for (const { key, method, isInherited } of traceableMethods(prototype, inherited, (candidate) =>
    originals.has(candidate),
  )) {
    const descriptor = Object.getOwnPropertyDescriptor(prototype, key) ?? {
      configurable: true,
      enumerable: false,
      writable: true,
    };
    if (descriptor.configurable !== true && descriptor.writable !== true) continue;
    const known = originals.get(method) ?? { original: method, source: method };
    const { source } = known;
    const original = isInherited
      ? callInherited(prototype, key, method, known.original)
      : known.original;
    const traced = traceMethod(
      { original, name: nameOf(className, key), marks: inheritedMarks(prototype, key), source },
      prefix === undefined
        ? methodOptions
        : { ...methodOptions, name: nameOf(prefix as string, key) },
    );
    originals.set(traced, { original, source });
    Object.defineProperty(prototype, key, { ...descriptor, value: keepIdentity(traced, method) });
    setMethodTracing('@Traced()', prototype, key, 'traced');
  }
}

/**
 * Returns a function that calls the method of the base class, as it is at the time of the call: other code can
 * replace it, such as a test. If it has a span by the decorator of the base class, the call gets none from that.
 */
function callInherited(
  prototype: object,
  key: string,
  inherited: Method,
  original: Method,
): Method {
  const base = Object.getPrototypeOf(prototype) as Record<string, Method>;
  return function (this: unknown): unknown {
    const current = base[key] as Method;
    // biome-ignore lint/complexity/noArguments: a rest parameter costs an array for each call
    return (current === inherited ? original : current).apply(this, arguments as never);
  };
}
