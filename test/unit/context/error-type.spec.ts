import { describe, expect, it } from '@jest/globals';
import { errorTypeOf } from '../../../lib/context/error-type.js';

class OutOfStock extends Error {}

describe('errorTypeOf', () => {
  it.each([
    ['an error of a class', new OutOfStock('x'), 'OutOfStock'],
    ['an error with a name', Object.assign(new Error('x'), { name: 'QueryError' }), 'QueryError'],
    ['a plain error', new Error('x'), 'Error'],
    ['an object without a class', Object.create(null), 'Error'],
    ['a text', 'x', 'string'],
    ['null', null, 'object'],
    ['undefined', undefined, 'undefined'],
    ['a long name', { name: 'x'.repeat(300) }, `${'x'.repeat(255)}…`],
    [
      'a getter that throws',
      {
        get name(): string {
          throw new Error('hostile');
        },
      },
      'unknown',
    ],
  ])('describes %s', (_, error, type) => {
    expect(errorTypeOf(error)).toBe(type);
  });
});
