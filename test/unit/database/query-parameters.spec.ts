import { describe, expect, it } from '@jest/globals';
import type { Attributes } from '@opentelemetry/api';
import {
  addParameters,
  describeParameter,
  hasParameters,
  type QueryParameters,
} from '../../../lib/database/query-parameters.js';

describe('hasParameters', () => {
  it.each<[unknown, boolean]>([
    [undefined, false],
    [null, false],
    [[], false],
    [{}, false],
    [[undefined], true],
    [{ a: 1 }, true],
  ])('%j: %s', (parameters, expected) => {
    expect(hasParameters(parameters as QueryParameters)).toBe(expected);
  });
});

describe('addParameters', () => {
  function shown(
    parameters: QueryParameters,
    redact: (value: unknown, key: string) => string | undefined = String,
  ): Attributes {
    const attributes: Attributes = {};
    addParameters(attributes, parameters, redact, 4);
    return attributes;
  }

  it('adds parameters by position and by name', () => {
    expect(shown(['a', 1])).toEqual({ 'db.query.parameter.0': 'a', 'db.query.parameter.1': '1' });
    expect(shown({ name: 'a' })).toEqual({ 'db.query.parameter.name': 'a' });
  });

  it('omits what the function omits, and cuts what is too long', () => {
    const redact = (value: unknown): string | undefined => (value === 'a' ? undefined : 'abc😀');
    expect(shown(['a', 'b'], redact)).toEqual({ 'db.query.parameter.1': 'abc' });
  });

  it('reads the first 32 parameters only', () => {
    const read: string[] = [];
    const parameters = Array.from({ length: 60_000 }, () => 1);
    shown(parameters, (_, key) => {
      read.push(key);
      return undefined;
    });
    expect(read).toHaveLength(32);
    expect(read.at(-1)).toBe('31');
  });
});

describe('describeParameter', () => {
  it.each([
    [1, '1'],
    [true, 'true'],
    [null, 'null'],
    [undefined, 'undefined'],
    ['hunter2', 'string(7)'],
    [10n, 'bigint'],
    [Buffer.from('abc'), 'Buffer(3)'],
    [['a'], 'array(1)'],
    [new Date(), 'Date'],
    [Object.create(null), 'object'],
  ])('shows %p as %s', (value, text) => {
    expect(describeParameter(value)).toBe(text);
  });
});
