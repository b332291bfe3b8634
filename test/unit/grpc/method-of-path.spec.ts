import { describe, expect, it } from '@jest/globals';
import { methodOfPath } from '../../../lib/grpc/method-of-path.js';

describe('methodOfPath', () => {
  it('takes the slash at the beginning away', () => {
    expect(['/shop.Orders/Find', 'shop.Orders/Find', ''].map(methodOfPath)).toEqual([
      'shop.Orders/Find',
      'shop.Orders/Find',
      '',
    ]);
  });
});
