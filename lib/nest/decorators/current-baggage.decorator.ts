import { createParamDecorator, type PipeTransform, type Type } from '@nestjs/common';
import { getAllBaggage, getBaggage } from '../../baggage/active-baggage.js';
import { TracingConfigError } from '../../errors.js';
import { checkString } from '../../option-checks.js';

/**
 * Injects the value of a baggage entry into a parameter of a handler, `string | undefined`; without a
 * key all entries, `Record<string, string>`. It works for handlers of HTTP, microservices and
 * WebSockets. In other methods, call `getBaggage`.
 *
 * The client sends the baggage: validate it with pipes, like a header.
 *
 * @param key key of the entry, case-sensitive @default all entries
 * @param pipes as in `@Param('id', ParseIntPipe)`
 * @throws TracingConfigError for a key that is not a non-empty string, and if the decorator is not on a
 *   parameter of an instance method
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
      'Name an entry, as in @CurrentBaggage("tenant"), or omit the key for all entries.',
    );
  }
  const decorate = handlerParameter(key, ...pipes);
  return (target, property, index) => {
    if (property === undefined || typeof index !== 'number' || typeof target === 'function') {
      throw TracingConfigError.invalidDecoratorTarget(
        '@CurrentBaggage()',
        'must decorate a parameter of a handler',
        describe(target, property, index),
        'Put it before a parameter of a method that handles requests, or call getBaggage.',
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
