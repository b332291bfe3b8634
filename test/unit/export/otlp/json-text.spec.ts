import { describe, expect, it } from '@jest/globals';
import { jsonText } from '../../../../lib/export/otlp/json-text.js';

describe('jsonText', () => {
  it.each([
    ['plain', '"plain"'],
    ['', '""'],
    ['"\\\n\u0000', '"\\"\\\\\\n\\u0000"'],
    ['🌍', '"🌍"'],
    ['\ud83c', '"\ufffd"'],
    ['\udf0d\ud83c', '"\ufffd\ufffd"'],
    ['a\ud83cb 🌍', '"a\ufffdb 🌍"'],
  ])('makes of %j %j', (text, json) => {
    expect(jsonText(text)).toBe(json);
  });

  it('makes a text of what is none', () => {
    expect([jsonText(5 as never), jsonText(undefined as never)]).toEqual(['"5"', '"undefined"']);
  });
});
