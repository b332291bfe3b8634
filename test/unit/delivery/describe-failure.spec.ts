import { describe, expect, it } from '@jest/globals';
import { describeFailure } from '../../../lib/delivery/describe-failure.js';

describe('describeFailure', () => {
  it.each([
    [new Error('refused'), 'refused'],
    [new TypeError(), 'TypeError'],
    ['text', 'text'],
    [undefined, 'no reason given'],
    [null, 'null'],
    [Object.create(null), 'no reason that could be read'],
  ])('says of %p: %s', (error, words) => {
    expect(describeFailure(error)).toBe(words);
  });
});
