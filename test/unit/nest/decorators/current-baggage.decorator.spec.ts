import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import { CurrentBaggage } from '../../../../lib/nest/decorators/current-baggage.decorator.js';

class Orders {
  list(tenant?: string): string | undefined {
    return tenant;
  }

  static count(tenant?: string): string | undefined {
    return tenant;
  }
}

describe('@CurrentBaggage', () => {
  it.each([
    ['', '""'],
    [5, '5'],
    [null, 'null'],
    [{}, '{}'],
  ])('refuses the key %j', (key, shown) => {
    expect(() => CurrentBaggage(key as string)).toThrow(
      `The key of @CurrentBaggage must be a non-empty string, but it is ${shown}. Name an entry`,
    );
  });

  it.each<[unknown[], string]>([
    [[Orders, undefined, 0], 'a parameter of a constructor'],
    [[Orders], 'a class'],
    [[Orders, 'count', 0], 'a parameter of the static method count'],
    [[Orders.prototype, 'list', { value: () => {} }], 'the member list'],
    [[Orders.prototype, 'total'], 'the member total'],
  ])('refuses to stand on %s', (args, shown) => {
    const decorate = CurrentBaggage('tenant') as (...args: unknown[]) => void;
    expect(() => decorate(...args)).toThrow(
      expect.objectContaining({
        code: 'INVALID_DECORATOR_TARGET',
        message: `@CurrentBaggage() must decorate a parameter of a handler, but it decorates ${shown}. Put it before a parameter of a method that handles requests, or call getBaggage.`,
      }),
    );
  });

  it('leaves the parameters of a method that is no handler as the caller passed them', () => {
    class Decorated extends Orders {
      override list(@CurrentBaggage('tenant') tenant?: string): string | undefined {
        return super.list(tenant);
      }
    }
    expect(new Decorated().list('passed')).toBe('passed');
  });
});
