import { TracingConfigError } from '../errors.js';
import { checkFunction, checkString } from '../option-checks.js';
import { describeTarget } from './decorator-target.js';
import { type ArgumentTransform, parameterMarks } from './parameter-marks.js';

/**
 * Records the argument of a parameter as an attribute of the span of its `@Traced()` method, instance or
 * static, or of the active span in a method with `@ContinueSpan()`. On other methods it has no effect.
 *
 * Methods that override the method inherit it, also from an abstract class, unless they decorate the parameter
 * themselves. TypeScript allows it only on methods with a body, and interfaces do not exist at run time.
 *
 * Strings, numbers, booleans and arrays of one of these types are recorded; `null` and `undefined` are not.
 * Other values are dropped and counted: use `transform` for them.
 *
 * @param name name of the attribute. It has no default: the compiler does not keep the names of parameters, and
 *   an index would change its meaning when a parameter is inserted.
 * @param transform converts the argument to the value. If it throws, the error is reported and the attribute is
 *   not recorded
 * @throws TracingConfigError for an empty name, and if the decorator is not on a parameter of a method
 * @example
 * @Traced()
 * async place(@SpanAttribute('order.id', (order: Order) => order.id) order: Order) {}
 */
export function SpanAttribute(name: string, transform?: ArgumentTransform): ParameterDecorator {
  checkString(
    '@SpanAttribute.name',
    name,
    "Name the attribute that the argument is recorded as: @SpanAttribute('order.id').",
  );
  checkFunction(
    '@SpanAttribute.transform',
    transform,
    undefined,
    "Give a function from the argument to the attribute's value: @SpanAttribute('order.id', (order) => order.id).",
  );
  return (...args: Parameters<ParameterDecorator>) => {
    const [target, key, index] = args;
    if (key === undefined || typeof index !== 'number') {
      throw TracingConfigError.invalidDecoratorTarget(
        '@SpanAttribute()',
        'must decorate a parameter of a method',
        describeTarget(args),
        'Put it before a parameter of a method that has @Traced().',
      );
    }
    // Parameters are decorated from the last to the first; the attributes have the order of the code.
    parameterMarks(target, key).attributes.unshift({ index, attribute: name, transform });
  };
}
