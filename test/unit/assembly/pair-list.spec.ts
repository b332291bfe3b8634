import { describe, expect, it } from '@jest/globals';
import { parsePairList } from '../../../lib/assembly/pair-list.js';

describe('parsePairList', () => {
  it.each([
    ['', {}],
    [' , ', {}],
    ['a=1,b=2', { a: '1', b: '2' }],
    [' a = 1 ,, b = x=y ', { a: '1', b: 'x=y' }],
    ['a%2Cb=%C3%A9', { 'a,b': 'é' }],
    ['a=1,a=2', { a: '2' }],
    ['a=', { a: '' }],
  ])('reads %j', (list, pairs) => {
    expect(parsePairList(list)).toEqual({ pairs });
  });

  it.each([
    ['a', 1],
    ['a=1,=2', 2],
    ['a=1,,b=%', 2],
    ['%=1', 1],
  ])('finds the bad entry of %j', (list, badEntry) => {
    expect(parsePairList(list)).toEqual({ badEntry });
  });
});
