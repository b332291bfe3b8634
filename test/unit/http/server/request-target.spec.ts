import { describe, expect, it } from '@jest/globals';
import { toOriginForm } from '../../../../lib/http/server/request-target.js';

describe('toOriginForm', () => {
  it.each([
    ['/a?b=1', '/a?b=1'],
    ['//a', '//a'],
    ['http://shop.example/a?b=1', '/a?b=1'],
    ['HTTPS://shop.example:8443/a', '/a'],
    ['http://shop.example', '/'],
    ['http://shop.example?b=1', '/?b=1'],
    ['*', '*'],
    ['', ''],
    ['shop.example:443', 'shop.example:443'],
  ])('makes %j %j', (target, expected) => {
    expect(toOriginForm(target)).toBe(expected);
  });
});
