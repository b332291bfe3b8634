import { TracingConfigError } from '../errors.js';
import { checkOption } from '../option-checks.js';
import { CodePlace } from './code-place.js';
import { describeTarget, nameOfMethod } from './decorator-target.js';
import { keepIdentity } from './keep-identity.js';
import { setMethodTracing } from './method-tracing.js';
import { inheritedMarks } from './parameter-marks.js';
import { traceClass } from './traced-class.js';
import { type Method, traceMethod } from './traced-method.js';
import { checkTracedOptions, type TracedOptions } from './traced-options.js';

/**
 * Creates a span for every call of a method, of an instance or static. The span is named
 * `OrdersService.place`, or has the given name. It is active inside the method, and ends when the work
 * ends: when the method returns, the returned promise settles, or the returned Observable, iterator or
 * stream ends. The span records an error, which passes to the caller unchanged.
 *
 * On a class, it does so for the methods of its instances, own and inherited. The base classes do not change.
 * Without a span stay static methods, accessors, methods with symbols as keys, Nest's lifecycle hooks, methods that
 * the language calls (`then`, `toJSON`, `toString`, `toLocaleString`, `valueOf`), methods of JavaScript's and Node's
 * own classes, functions in fields, and methods with `@Untraced()` or `@ContinueSpan()`. A method with its own
 * `@Traced()` has only that. Methods that a subclass declares need a decorator there.
 *
 * The tracer is that of the active span, otherwise that of the application. If no application with tracing
 * runs, the method is called as if it were not decorated. In an unsampled trace a call costs some
 * nanoseconds.
 *
 * It works on any class, also on classes that Nest does not construct, and with other decorators in any
 * order: the method keeps its name, parameters, properties and metadata. A bundler that renames classes
 * renames their spans, unless a name is given.
 *
 * @throws TracingConfigError if the decorator is not on a method or class, if the same method or class has
 *   `@Untraced()`, and for invalid options
 * @example
 * @Traced({ attributes: (id: string) => ({ 'order.id': id }) })
 * async place(id: string) {}
 */
export function Traced(
  nameOrOptions: string | TracedOptions = {},
): MethodDecorator & ClassDecorator {
  const options = typeof nameOrOptions === 'string' ? { name: nameOrOptions } : nameOrOptions;
  checkTracedOptions(options);
  const place = new CodePlace(Traced);
  return (...args: readonly unknown[]): void => {
    const [target, key, descriptor] = args as [object, string | symbol, PropertyDescriptor];
    if (typeof target === 'function' && key === undefined && descriptor === undefined) {
      traceClass(target.prototype as object, options, place);
      return;
    }
    if (typeof descriptor?.value !== 'function') {
      throw TracingConfigError.invalidDecoratorTarget(
        '@Traced()',
        'must decorate a method or a class',
        describeTarget(args),
        isLegacyCall(args)
          ? 'Put it on a method, or use tracer.trace(name, fn) inside.'
          : 'Set experimentalDecorators to true in tsconfig.json, as Nest requires it.',
      );
    }
    checkOption(
      options.inherited === undefined,
      '@Traced.inherited',
      'must not be set on a method',
      options.inherited,
      'Put it into the options of @Traced() on a class.',
    );
    setMethodTracing('@Traced()', target, key, 'traced');
    const original = descriptor.value as Method;
    const marks = inheritedMarks(target, key);
    const wrapper = traceMethod(
      { original, name: nameOfMethod(target, key), marks, place },
      options,
    );
    descriptor.value = keepIdentity(wrapper, original);
  };
}

/** False for standard decorators, which are called with the method and a context object. */
function isLegacyCall([, key]: readonly unknown[]): boolean {
  return typeof key !== 'object' || key === null;
}
