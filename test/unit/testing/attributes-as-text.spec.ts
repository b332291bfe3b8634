import { describe, expect, it } from '@jest/globals';
import type { Attributes } from '@opentelemetry/api';
import {
  quotedIfNeeded,
  type TextAttributes,
  textOfAttributes,
} from '../../../lib/testing/attributes-as-text.js';

describe('textOfAttributes', () => {
  it.each<[string, Attributes, string]>([
    ['sorts by key', { b: 1, a: 2 }, 'a=2 b=1'],
    ['leaves plain words bare', { route: '/orders/:id' }, 'route=/orders/:id'],
    ['quotes strings with blanks', { sql: 'SELECT 1' }, 'sql="SELECT 1"'],
    ['quotes the empty string', { a: '' }, 'a=""'],
    ['tells a string from a number', { a: '1', b: 1 }, 'a="1" b=1'],
    ['tells a string from a boolean', { a: 'true', b: true }, 'a="true" b=true'],
    ['tells a string from no number', { a: 'NaN', b: Number.NaN }, 'a="NaN" b=NaN'],
    ['shows arrays', { a: ['x', 'y'], b: [1, 2] }, 'a=["x","y"] b=[1,2]'],
    ['leaves out what has no value', { a: undefined, b: 1 }, 'b=1'],
  ])('%s', (_, attributes, text) => {
    expect(textOfAttributes(attributes, true)).toBe(text);
  });

  const attributes = { a: 1, b: 'two', c: 3 };

  it.each<[TextAttributes, string]>([
    [false, 'a=1 b=two c=3'],
    [true, 'a=* b=* c=*'],
    [['b', 'unknown'], 'a=1 b=* c=3'],
    [(key, value) => key === 'a' || value === 3, 'a=* b=two c=*'],
  ])('masks the values of %s', (masked, text) => {
    expect(textOfAttributes(attributes, true, masked)).toBe(text);
  });

  it('shows none on request', () => {
    expect(textOfAttributes(attributes, false)).toBe('');
  });

  it('shows those with the given keys', () => {
    expect(textOfAttributes(attributes, ['c', 'a', 'unknown'])).toBe('a=1 c=3');
  });

  it('shows those that a function says', () => {
    expect(textOfAttributes(attributes, (key, value) => key === 'a' || value === 'two')).toBe(
      'a=1 b=two',
    );
  });
});

describe('quotedIfNeeded', () => {
  it.each([
    ['word', 'word'],
    ['two words', '"two words"'],
    ['a=b', '"a=b"'],
    ['say "so"', '"say \\"so\\""'],
    ['1e3', '"1e3"'],
    ['null', '"null"'],
  ])('%s becomes %s', (text, expected) => {
    expect(quotedIfNeeded(text)).toBe(expected);
  });
});
