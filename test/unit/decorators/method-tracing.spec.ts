import { describe, expect, it } from '@jest/globals';
import { Traced, Untraced } from '../../../lib/decorators/index.js';
import { methodTracing } from '../../../lib/decorators/method-tracing.js';

const REPLACED: MethodDecorator = (_target, _key, descriptor: PropertyDescriptor) => {
  descriptor.value = () => 'replaced';
};

class Orders {
  @Traced()
  place(): void {}

  @REPLACED
  @Traced()
  replaced(): void {}

  @Untraced()
  isReady(): boolean {
    return true;
  }

  plain(): void {}

  @Traced()
  static count(): number {
    return 0;
  }
}

class PremiumOrders extends Orders {
  override place(): void {}
}

@Untraced()
class Quiet extends Orders {
  own(): void {}

  @Traced()
  chosen(): void {}
}

class Loud extends Quiet {
  louder(): void {}
}

describe('methodTracing', () => {
  it.each<[string, object, string, string | undefined]>([
    ['a traced method', Orders.prototype, 'place', 'traced'],
    ['a traced method that another decorator replaced', Orders.prototype, 'replaced', 'traced'],
    ['a traced static method', Orders, 'count', 'traced'],
    ['an excluded method', Orders.prototype, 'isReady', 'untraced'],
    ['a method without a decorator', Orders.prototype, 'plain', undefined],
    ['a method that does not exist', Orders.prototype, 'missing', undefined],
    ['an inherited method', PremiumOrders.prototype, 'isReady', 'untraced'],
    ['a method that overrides a traced one', PremiumOrders.prototype, 'place', undefined],
    ['an own method of an excluded class', Quiet.prototype, 'own', 'untraced'],
    ['a traced method of an excluded class', Quiet.prototype, 'chosen', 'traced'],
    ['a method that an excluded class inherits', Quiet.prototype, 'place', 'traced'],
    ['a method that is inherited from an excluded class', Loud.prototype, 'own', 'untraced'],
    ['a method of a subclass of an excluded class', Loud.prototype, 'louder', undefined],
    ['a method of no class', Object.create(null), 'place', undefined],
  ])('knows %s', (_, prototype, key, tracing) => {
    expect(methodTracing(prototype, key)).toBe(tracing);
  });
});
