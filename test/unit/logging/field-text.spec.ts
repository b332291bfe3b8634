import { describe, expect, it } from '@jest/globals';
import { FieldText, type LogFieldValues } from '../../../lib/logging/field-text.js';

const nothing = {};

describe('FieldText', () => {
  it('writes pairs, quoted where the end could not be seen', () => {
    const text = new FieldText({
      id: 'a',
      tenant: 'a b',
      query: 'a=b',
      count: 2,
      isLast: true,
      none: '',
    });
    expect(text.pairs()).toBe(' id=a tenant="a b" query="a=b" count=2 isLast=true none=');
    expect(new FieldText({}).pairs()).toBe('');
  });

  it('writes fields of JSON', () => {
    const values = { id: 'a', 'say "x"': 'line\nbreak', count: 2, isLast: true };
    const json = new FieldText(values).json(nothing);
    expect(JSON.parse(`{"first":1${json}}`)).toEqual({ first: 1, ...values });
    expect(new FieldText({}).json(nothing)).toBe('');
  });

  it('leaves out what the line has itself, for this line', () => {
    const text = new FieldText({ id: 'a', count: 2 });
    expect(text.json({ id: 'mine' })).toBe(',"count":2');
    expect(text.json({ id: 'mine' }, { count: 0 })).toBe('');
    expect(text.json(nothing)).toBe(',"id":"a","count":2');
  });

  it('leaves out what is no value, and does not throw', () => {
    const values = { id: 'a', big: 1n, deep: {}, none: undefined, symbol: Symbol('a') };
    const text = new FieldText(values as unknown as LogFieldValues);
    expect(text.pairs()).toBe(' id=a');
    expect(text.json(nothing)).toBe(',"id":"a"');
    expect(new FieldText(undefined as never).json(nothing)).toBe('');
  });
});
