import { describe, expect, it } from '@jest/globals';
import { Traced, Untraced } from '../../../../lib/decorators/index.js';
import { isDecorated } from '../../../../lib/nest/lifecycle/decorated-methods.js';

class Desk {
  @Traced()
  traced(): void {}

  @Untraced()
  untraced(): void {}

  plain(): void {}
}

@Untraced()
class Excluded {
  find(): void {}
}

class Sub extends Desk {
  override traced(): void {}
}

describe('isDecorated', () => {
  it.each([
    ['a traced method', new Desk(), 'traced', true],
    ['an excluded method', new Desk(), 'untraced', true],
    ['another method', new Desk(), 'plain', false],
    ['a method of an excluded class', new Excluded(), 'find', true],
    ['an inherited one', new Sub(), 'untraced', true],
    ['one that overrides a traced one', new Sub(), 'traced', false],
    ['a prototype', Desk.prototype, 'traced', true],
    ['a plain object', { canActivate: () => true }, 'canActivate', false],
  ])('knows %s', (_, owner, key, expected) => {
    expect(isDecorated(owner, key)).toBe(expected);
  });
});
