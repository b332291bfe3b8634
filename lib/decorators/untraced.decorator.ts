import { TracingConfigError } from '../errors.js';
import { describeTarget } from './decorator-target.js';
import { setMethodTracing, WHOLE_CLASS } from './method-tracing.js';

/**
 * Excludes a method from the tracing of its whole class, which `@Traced()` on the class switches on. On a class,
 * it excludes all methods that have no decorator for tracing themselves.
 *
 * It holds for the methods that the class declares, also in subclasses that inherit them. It does not hold
 * for methods of subclasses that override them.
 *
 * @throws TracingConfigError if the decorator is not on a method or class, or if the same method or class also
 *   has `@Traced()` or `@ContinueSpan()`
 * @example
 * @Untraced()
 * isReady(): boolean {}
 */
export function Untraced(): MethodDecorator & ClassDecorator {
  return (...args: readonly unknown[]): void => {
    const [target, key, descriptor] = args as [
      object,
      (string | symbol)?,
      (PropertyDescriptor | number)?,
    ];
    if (typeof target === 'function' && key === undefined && descriptor === undefined) {
      setMethodTracing('@Untraced()', target.prototype as object, WHOLE_CLASS, 'untraced');
    } else if (
      key !== undefined &&
      typeof (descriptor as PropertyDescriptor | undefined)?.value === 'function'
    ) {
      setMethodTracing('@Untraced()', target, key, 'untraced');
    } else {
      throw TracingConfigError.invalidDecoratorTarget(
        '@Untraced()',
        'must decorate a method or a class',
        describeTarget(args),
        'Put it on a method of a class that has @Traced().',
      );
    }
  };
}
