import { describe, expect, it } from '@jest/globals';
// First of all, and nothing of Nest beside it: a worker loads no more.
import { keepIdentity } from '../../../lib/decorators/keep-identity.js';
import { Traced } from '../../../lib/decorators/traced.decorator.js';

const metadata = Reflect as { getMetadata?(key: unknown, target: object): unknown };

describe('a decorator that is loaded before Nest', () => {
  it('works where nothing has loaded reflect-metadata', () => {
    expect(metadata.getMetadata).toBeUndefined();
    class Job {
      @Traced()
      run(): string {
        return 'done';
      }
    }
    expect(new Job().run()).toBe('done');
    expect(
      keepIdentity(
        () => 2,
        function original() {},
      ).name,
    ).toBe('original');
  });

  it('keeps the metadata that decorators of Nest define, above and below it', async () => {
    const { Get, SetMetadata } = await import('@nestjs/common');
    class OrdersController {
      @Get('above')
      @Traced()
      @SetMetadata('roles', ['admin'])
      above(): void {}

      @Traced()
      @SetMetadata('roles', ['user'])
      @Get('below')
      below(): void {}
    }
    const { above, below } = OrdersController.prototype;
    expect(metadata.getMetadata?.('path', above)).toBe('above');
    expect(metadata.getMetadata?.('roles', above)).toEqual(['admin']);
    expect(metadata.getMetadata?.('path', below)).toBe('below');
    expect(metadata.getMetadata?.('roles', below)).toEqual(['user']);
  });
});
