import { createParamDecorator } from '@nestjs/common';
import { activeSpan } from '../../decorators/active-span.js';
import { describeTarget } from '../../decorators/decorator-target.js';
import { parameterMarks } from '../../decorators/parameter-marks.js';
import { TracingConfigError } from '../../errors.js';

/**
 * Gives a parameter the active span:
 *
 * - of a handler (HTTP, microservices, WebSockets), Nest hands over the span that the handler runs in;
 * - of a method with `@Traced()`, handler or not, instance or static, it is the span of that call,
 *   whatever the caller passed.
 *
 * There is always a span: one that records nothing where tracing is off or the trace is not sampled.
 * The parameter of a plain method without `@Traced()` is left alone: nobody stands between it and its
 * caller.
 *
 * @throws TracingConfigError on anything that is no parameter of a method
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
        'must stand on a parameter of a method',
        describeTarget(args),
        'Put it before a parameter of a handler, or of a method that has @Traced().',
      );
    }
    parameterMarks(target, key).spanIndexes.push(index);
    // Handlers are never static, and Nest would keep a static one's parameters with `Function` itself.
    if (typeof target !== 'function') handlerParameter(target, key, index);
  };
}

const handlerParameter = createParamDecorator(activeSpan)();
