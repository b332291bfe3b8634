import { describe, expect, it } from '@jest/globals';
import { percentDecode, percentEncode } from '../../../lib/propagation/percent-encoding.js';

describe('percentEncode', () => {
  it.each([
    ['', ''],
    ["aZ09-_.!~*'()", "aZ09-_.!~*'()"],
    ['100% + é;,:=', '100%25%20%2B%20%C3%A9%3B%2C%3A%3D'],
    ['🐶', '%F0%9F%90%B6'],
    ['\ud83d and \udc36', '%EF%BF%BD%20and%20%EF%BF%BD'],
  ])('encodes %j', (text, expected) => {
    expect(percentEncode(text)).toBe(expected);
    expect(percentDecode(expected)).toBe(text.replace(/\p{Surrogate}/gu, '\ufffd'));
  });
});

describe('percentDecode', () => {
  it.each([
    ['', ''],
    ['plain', 'plain'],
    ['DF%2028', 'DF 28'],
    ['%C3%A9%c3%a9', 'éé'],
    ['%F0%9F%90%B6', '🐶'],
    ['%2C%3B%5C%25', ',;\\%'],
  ])('rule 32: decodes %j', (text, expected) => {
    expect(percentDecode(text)).toBe(expected);
  });

  it.each([
    ['%FF', '\ufffd'],
    ['a%C3b', 'a\ufffdb'],
    ['%E2%82', '\ufffd'],
    ['%ED%A0%80', '\ufffd\ufffd\ufffd'],
    ['é%FF', 'é\ufffd'],
  ])('rule 32: puts U+FFFD where the bytes of %j are no UTF-8', (text, expected) => {
    expect(percentDecode(text)).toBe(expected);
  });

  it.each([
    ['%', '%'],
    ['100%', '100%'],
    ['%4', '%4'],
    ['%zz', '%zz'],
    ['%%41', '%A'],
    ['%4\u0141', '%4\u0141'],
  ])('keeps a sign that begins no byte in %j', (text, expected) => {
    expect(percentDecode(text)).toBe(expected);
  });
});
