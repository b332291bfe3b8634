import { describe, expect, it } from '@jest/globals';
import {
  isTraceStateKey,
  isTraceStateValue,
  parseMembers,
  TextForm,
  textFormOf,
} from '../../../lib/propagation/trace-state-syntax.js';

describe('the grammar of tracestate', () => {
  it.each([
    'f',
    'foo',
    '0foo',
    'foo@',
    'foo@@bar',
    'foo@bar@baz',
    'a_-*/',
    'tenant@vendor',
    `${'t'.repeat(241)}@${'v'.repeat(14)}`,
    'z'.repeat(256),
  ])('rule 23: the key %j is valid', (key) => {
    expect(isTraceStateKey(key)).toBe(true);
    expect(parseMembers(`${key}=1`)).toEqual([{ key, value: '1' }]);
  });

  it.each(['', '@foo', '_foo', '-foo', 'FOO', 'foo.bar', 'foo bar', 'é', 'z'.repeat(257)])(
    'rule 23: the key %j is invalid',
    (key) => {
      expect(isTraceStateKey(key)).toBe(false);
      expect(parseMembers(`${key}=1`)).toBeUndefined();
    },
  );

  it('rule 23: a space between key and equals sign is invalid', () => {
    expect(parseMembers('foo =1')).toBeUndefined();
  });

  it.each(['1', ' 1', 'a b', '!#$%&()*+-./:;<>?@[]^_`{|}~"\\', 'v'.repeat(256)])(
    'rule 24: the value %j is valid',
    (value) => {
      expect(isTraceStateValue(value)).toBe(true);
      expect(parseMembers(`foo=${value}`)).toEqual([{ key: 'foo', value }]);
    },
  );

  it.each(['', ' ', 'a=b', 'bar=baz', 'a\tb', 'é', '\u0100', 'a\x7f', 'v'.repeat(257)])(
    'rule 24: the value %j is invalid',
    (value) => {
      expect(isTraceStateValue(value)).toBe(false);
      expect(parseMembers(`foo=${value}`)).toBeUndefined();
    },
  );

  it('rule 24: a value does not end in a space', () => {
    expect(isTraceStateValue('a ')).toBe(false);
  });

  it.each(['foo=,bar=3', '@foo=1,bar=2', 'bar=2,foo', 'bar=2;foo=1', 'foo=1,=2'])(
    'rule 25: one invalid member spoils all of %j',
    (text) => {
      expect(parseMembers(text)).toBeUndefined();
      expect(textFormOf(text)).toBe(TextForm.INVALID);
    },
  );

  it.each([
    ['foo=1,,bar=2'],
    [',foo=1,bar=2'],
    ['foo=1,bar=2,'],
    ['foo=1 , bar=2'],
    ['foo=1\t,\tbar=2'],
    [' foo=1,bar=2\t'],
    ['foo=1, ,bar=2'],
  ])('rules 21 and 22: %j means foo=1,bar=2', (text) => {
    expect(parseMembers(text)).toEqual([
      { key: 'foo', value: '1' },
      { key: 'bar', value: '2' },
    ]);
    expect(textFormOf(text)).toBe(TextForm.LOOSE);
  });

  it('rule 22: a value keeps its leading spaces and loses its trailing ones', () => {
    expect(parseMembers('foo=  1  ,bar= 2\t')).toEqual([
      { key: 'foo', value: '  1' },
      { key: 'bar', value: ' 2' },
    ]);
  });

  it('knows a text that would be written just so', () => {
    expect(textFormOf('foo=1,bar=2')).toBe(TextForm.CANONICAL);
    expect(textFormOf('foo=1')).toBe(TextForm.CANONICAL);
    expect(textFormOf('')).toBe(TextForm.LOOSE);
  });
});
