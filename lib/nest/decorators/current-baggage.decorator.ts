import { createParamDecorator, type PipeTransform, type Type } from '@nestjs/common';
import { getAllBaggage, getBaggage } from '../../baggage/active-baggage.js';
import { TracingConfigError } from '../../errors.js';
import { checkString } from '../../option-checks.js';

/**
 * Gives a parameter of a handler the value of a baggage entry, `string | undefined`; without a key
 * all entries, `Record<string, string>`. Handlers of HTTP, microservices and WebSockets take it; on
 * other methods nobody fills their parameters, and `getBaggage` is what they need.
 *
 * Baggage comes from whoever sent the request, so hand it to pipes as you would a header.
 *
 * @param key case-sensitive @default all entries
 * @param pipes as in `@Param('id', ParseIntPipe)`
 * @throws TracingConfigError for a key that is no string or empty, and on anything that is no parameter
 *   of an instance's method
 * @example
 * \@Get()
 * list(@CurrentBaggage('tenant') tenant: string | undefined) {}
 */
export function CurrentBaggage(
  key?: string,
  ...pipes: (Type<PipeTransform> | PipeTransform)[]
): ParameterDecorator {
  if (key !== undefined) {
    checkString(
      'The key of @CurrentBaggage',
      key,
      'Name an entry, as in @CurrentBaggage("tenant"), or leave the key out for all entries.',
    );
  }
  const decorate = handlerParameter(key, ...pipes);
  return (target, property, index) => {
    if (property === undefined || typeof index !== 'number' || typeof target === 'function') {
      throw TracingConfigError.invalidDecoratorTarget(
        '@CurrentBaggage()',
        'must stand on a parameter of a handler',
        describe(target, property, index),
        'Put it before a parameter of a method that answers requests, or call getBaggage.',
      );
    }
    decorate(target, property, index);
  };
}

const handlerParameter = createParamDecorator((key: string | undefined) =>
  key === undefined ? getAllBaggage() : getBaggage(key),
);

function describe(target: unknown, property: unknown, index: unknown): string {
  if (property === undefined) {
    return typeof index === 'number' ? 'a parameter of a constructor' : 'a class';
  }
  const owner = typeof target === 'function' ? 'static ' : '';
  const name = String(property);
  if (typeof index === 'number') return `a parameter of the ${owner}method ${name}`;
  return `the ${owner}member ${name}`;
}
