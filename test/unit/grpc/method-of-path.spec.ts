import { describe, expect, it } from '@jest/globals';
import { methodOfKnownPath, methodOfPath } from '../../../lib/grpc/method-of-path.js';

describe.each([
  ['methodOfPath', methodOfPath],
  ['methodOfKnownPath', methodOfKnownPath],
])('%s', (_, methodOf) => {
  it('takes the slash at the beginning away', () => {
    const paths = ['/shop.Orders/Find', 'shop.Orders/Find', ''];
    const methods = ['shop.Orders/Find', 'shop.Orders/Find', ''];
    expect(paths.map((path) => methodOf(path))).toEqual(methods);
  });

  it('says the same of more paths than can be remembered', () => {
    const methods = Array.from({ length: 1200 }, (_, index) => `shop.Orders/Find${index}`);
    for (let time = 0; time < 2; time++) {
      expect(methods.map((method) => methodOf(`/${method}`))).toEqual(methods);
    }
  });
});
