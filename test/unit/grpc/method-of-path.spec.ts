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

  it('says the same of more paths than it remembers', () => {
    const methods = Array.from({ length: 300 }, (_, index) => `shop.Orders/Find${index}`);
    for (let time = 0; time < 2; time++) {
      expect(methods.map((method) => methodOfPath(`/${method}`))).toEqual(methods);
    }
  });
});
