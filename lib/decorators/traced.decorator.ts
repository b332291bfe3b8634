import { TracingConfigError } from '../errors.js';
import { describeTarget, nameOfMethod } from './decorator-target.js';
import { keepIdentity } from './keep-identity.js';
import { setMethodTracing } from './method-tracing.js';
import { parameterMarks } from './parameter-marks.js';
import { type Method, traceMethod } from './traced-method.js';
import { checkTracedOptions, type TracedOptions } from './traced-options.js';

/**
 * Creates a span for every call of a method, of an instance or static. The span is named
 * `OrdersService.place`, or has the given name. It is active inside the method, and ends when the work
 * ends: when the method returns, the returned promise settles, or the returned Observable, iterator or
 * stream ends. The span records an error, which passes to the caller unchanged.
 *
 * The tracer is that of the active span, otherwise that of the application. If no application with tracing
 * runs, the method is called as if it were not decorated. In an unsampled trace a call costs some
 * nanoseconds.
 *
 * It works on any class, also on classes that Nest does not construct, and with other decorators in any
 * order: the method keeps its name, parameters, properties and metadata. A bundler that renames classes
 * renames their spans, unless a name is given.
 *
 * @throws TracingConfigError if the decorator is not on a method, and for invalid options
 * @example
 * @Traced({ attributes: (id: string) => ({ 'order.id': id }) })
 * async place(id: string) {}
 */
export function Traced(nameOrOptions: string | TracedOptions = {}): MethodDecorator {
  const options = typeof nameOrOptions === 'string' ? { name: nameOrOptions } : nameOrOptions;
  checkTracedOptions(options);
  return (...args: [target: object, key: string | symbol, descriptor: PropertyDescriptor]) => {
    const [target, key, descriptor] = args;
    if (typeof descriptor?.value !== 'function') {
      throw TracingConfigError.invalidDecoratorTarget(
        '@Traced()',
        'must decorate a method',
        describeTarget(args),
        isLegacyCall(args)
          ? 'Put it on a method, or use tracer.trace(name, fn) inside.'
          : 'Set experimentalDecorators to true in tsconfig.json, as Nest requires it.',
      );
    }
    setMethodTracing('@Traced()', target, key, 'traced');
    const original = descriptor.value as Method;
    const wrapper = traceMethod(
      original,
      nameOfMethod(target, key),
      options,
      parameterMarks(target, key),
    );
    descriptor.value = keepIdentity(wrapper, original);
  };
}

/** False for standard decorators, which are called with the method and a context object. */
function isLegacyCall([, key]: readonly unknown[]): boolean {
  return typeof key !== 'object' || key === null;
}
