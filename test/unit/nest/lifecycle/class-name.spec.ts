import { describe, expect, it } from '@jest/globals';
import { mixin } from '@nestjs/common';
import { FileInterceptor } from '@nestjs/platform-express';
import { classNameOf, nameOfClass } from '../../../../lib/nest/lifecycle/class-name.js';

class OwnGuard {}
class MixedGuard {}
const Anonymous = mixin(class extends OwnGuard {});

describe('classNameOf', () => {
  it.each([
    ['a class', new OwnGuard(), 'OwnGuard'],
    ['a mixin', new (mixin(MixedGuard))(), 'MixedGuard'],
    ['a subclass of a mixin', new (class Sub extends mixin(MixedGuard) {})(), 'Sub'],
    ['a plain object', { canActivate: () => true }, ''],
    ['an object without a prototype', Object.create(null), ''],
  ])('names %s', (_, instance, name) => {
    expect(classNameOf(instance)).toBe(name);
  });

  it('names a mixin of Nest, and one without a name by its base class', () => {
    expect(nameOfClass(FileInterceptor('file'))).toBe('MixinInterceptor');
    expect(nameOfClass(Anonymous)).toBe('OwnGuard');
  });
});
