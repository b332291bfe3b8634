import { describe, expect, it } from '@jest/globals';
import { closestWord, didYouMean } from '../../../../lib/testing/matchers/closest-word.js';

describe('closestWord', () => {
  it.each([
    ['order.idd', 'order.id'],
    ['ordr.id', 'order.id'],
    ['ORDER.ID', 'order.id'],
    ['order.count', 'order.count'],
    ['orde.cuont', 'order.count'],
    ['http.route', undefined],
    ['', undefined],
  ])('of %s is %s', (word, expected) => {
    expect(closestWord(word, ['order.id', 'order.count', 'order.price'])).toBe(expected);
  });

  it('is none among no candidates', () => {
    expect(closestWord('x', [])).toBeUndefined();
  });
});

describe('didYouMean', () => {
  it('asks for the closest word', () => {
    expect(didYouMean('nmae', ['kind', 'name'])).toBe(' Did you mean "name"?');
  });

  it('is empty without one', () => {
    expect(didYouMean('completely different', ['kind', 'name'])).toBe('');
  });
});
