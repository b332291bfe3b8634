import { describe, expect, it } from '@jest/globals';
import { valueAsText } from '../../../../lib/testing/matchers/value-as-text.js';

const context = {
  equals: Object.is,
  utils: { stringify: () => 'Any<String>', diff: () => null },
};

describe('valueAsText', () => {
  const cases: [unknown, string][] = [
    ['a "text"', '"a \\"text\\""'],
    [42, '42'],
    [Number.NaN, 'NaN'],
    [undefined, 'undefined'],
    [null, 'null'],
    [true, 'true'],
    [/^a/i, '/^a/i'],
    [['a', [1]], '["a", [1]]'],
    [{}, '{}'],
    [
      { name: 'find', attributes: { 'order.id': 1 }, $a: null },
      '{name: "find", attributes: {"order.id": 1}, $a: null}',
    ],
    [{ id: expect.any(String) }, '{id: Any<String>}'],
  ];

  it.each(cases)('of %j is %s', (value, text) => {
    expect(valueAsText(value, context)).toBe(text);
  });
});
