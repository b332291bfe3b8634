import type { CodePlace } from './code-place.js';
import { nameOfClass } from './decorator-target.js';
import { keepIdentity } from './keep-identity.js';
import { type MethodTracing, setMethodTracing, WHOLE_CLASS } from './method-tracing.js';
import { inheritedMarks } from './parameter-marks.js';
import { traceableMethods } from './traceable-methods.js';
import { type Method, traceMethod } from './traced-method.js';
import { checkClassOptions, type TracedOptions } from './traced-options.js';

/** By the method that a decorator of a class has made: the method without spans, and its source. */
const originals = new WeakMap<Method, { readonly original: Method; readonly source: Method }>();

/**
 * Gives each method of a class a span. Own methods are replaced on the prototype. Inherited methods get a replacement
 * on an object between the prototype and that of the base class: the base class stays as it is, and code that lists
 * the own methods of the class finds the same ones as without the decorator. The class itself is not replaced.
 *
 * @param place where the decorator of the class is
 * @throws TracingConfigError for options that have no meaning on a class
 */
export function traceClass(prototype: object, options: TracedOptions, place?: CodePlace): void {
  checkClassOptions(options);
  setMethodTracing('@Traced()', prototype, WHOLE_CLASS, 'traced');
  const { name: prefix, inherited = true, ...methodOptions } = options;
  const className = nameOfClass(prototype);
  const nameOf = (start: string, key: string): string => (start === '' ? key : `${start}.${key}`);
  const methods = traceableMethods(prototype, inherited, (candidate) => originals.has(candidate));
  const layer = Object.create(Object.getPrototypeOf(prototype)) as object;
  let hasInherited = false;
  for (const { key, method, isInherited, decorated } of methods) {
    if (decorated !== undefined) {
      if (isInherited) addInherited(layer, prototype, key, method, decorated);
      continue;
    }
    const owner = isInherited ? layer : prototype;
    const descriptor = Object.getOwnPropertyDescriptor(owner, key) ?? HIDDEN;
    if (descriptor.configurable !== true && descriptor.writable !== true) continue;
    hasInherited ||= isInherited;
    const known = originals.get(method) ?? { original: method, source: method };
    const { source } = known;
    const original = isInherited
      ? callInherited(prototype, key, method, known.original)
      : known.original;
    const traced = traceMethod(
      {
        original,
        name: nameOf(className, key),
        marks: inheritedMarks(prototype, key),
        source,
        place,
      },
      prefix === undefined
        ? methodOptions
        : { ...methodOptions, name: nameOf(prefix as string, key) },
    );
    originals.set(traced, { original, source });
    Object.defineProperty(owner, key, { ...descriptor, value: keepIdentity(traced, method) });
    setMethodTracing('@Traced()', owner, key, 'traced');
  }
  // Has no effect on a prototype that is frozen.
  if (hasInherited) Reflect.setPrototypeOf(prototype, layer);
}

/** Of methods that are not enumerable, as those that a class declares. */
const HIDDEN: PropertyDescriptor = { configurable: true, enumerable: false, writable: true };

/**
 * Adds an inherited method without a span of this class, so that the inherited methods keep their order: Nest
 * registers routes in the order in which it finds the methods of a controller.
 */
function addInherited(
  layer: object,
  prototype: object,
  key: string,
  method: Method,
  decorated: MethodTracing,
): void {
  const value = keepIdentity(callInherited(prototype, key, method, method), method);
  Object.defineProperty(layer, key, { ...HIDDEN, value });
  setMethodTracing('@Traced()', layer, key, decorated);
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
