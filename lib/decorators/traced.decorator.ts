import { TracingConfigError } from '../errors.js';
import { describeTarget, nameOfMethod } from './decorator-target.js';
import { keepIdentity } from './keep-identity.js';
import { parameterMarks } from './parameter-marks.js';
import { type Method, traceMethod } from './traced-method.js';
import { checkTracedOptions, type TracedOptions } from './traced-options.js';

/**
 * Makes every call of a method, of an instance or static, a span: `OrdersService.place`, or the given
 * name. It is active inside, and ends when the work is over: on return, when the returned promise has
 * settled, the Observable or generator is finished. A failure is recorded and passes on unchanged.
 *
 * The tracer is that of the running operation, else of the application; where no application with
 * tracing is running, the method is called as if it were not decorated. In a trace that is not sampled
 * a call costs some nanoseconds.
 *
 * It works on any class, whoever constructs it, and with other decorators in any order: the method keeps
 * its name, parameters, properties and metadata. Bundlers that rename classes rename their spans, unless
 * a name is given.
 *
 * @throws TracingConfigError on anything but a method, and for options that cannot be used
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
        'must stand on a method',
        describeTarget(args),
        isLegacyCall(args)
          ? 'Put it on a method, or use tracer.trace(name, fn) inside.'
          : 'Set experimentalDecorators to true in tsconfig.json, as Nest needs it.',
      );
    }
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

/** Standard decorators are called with the method and a context object. */
function isLegacyCall([, key]: readonly unknown[]): boolean {
  return typeof key !== 'object' || key === null;
}
