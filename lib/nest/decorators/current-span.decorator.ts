import { createParamDecorator } from '@nestjs/common';
import { activeSpan } from '../../decorators/active-span.js';
import { describeTarget } from '../../decorators/decorator-target.js';
import { parameterMarks } from '../../decorators/parameter-marks.js';
import { TracingConfigError } from '../../errors.js';

/**
 * Injects the active span into a parameter:
 *
 * - in a handler (HTTP, microservices, WebSockets), the span that is active when Nest calls the handler;
 * - in a method with `@Traced()`, handler or not, instance or static, the span of that call, instead of
 *   the argument of the caller.
 *
 * In both cases the parameter always receives a span; this span records nothing if tracing is off or the
 * trace is not sampled. In any other method the decorator has no effect, and the parameter has the argument
 * of the caller.
 *
 * @throws TracingConfigError when the class is defined, if the decorator is not on a parameter of a method
 * @example
 * @Get(':id')
 * find(@Param('id') id: string, @CurrentSpan() span: Span) {}
 */
export function CurrentSpan(): ParameterDecorator {
  return (...args: Parameters<ParameterDecorator>) => {
    const [target, key, index] = args;
    if (key === undefined || typeof index !== 'number') {
      throw TracingConfigError.invalidDecoratorTarget(
        '@CurrentSpan()',
        'must decorate a parameter of a method',
        describeTarget(args),
        'Put it before a parameter of a handler, or of a method that has @Traced().',
      );
    }
    parameterMarks(target, key).spanIndexes.push(index);
    // Handlers are never static. For a static method, Nest would store the parameter metadata on `Function`.
    if (typeof target !== 'function') handlerParameter(target, key, index);
  };
}

const handlerParameter = createParamDecorator(activeSpan)();
