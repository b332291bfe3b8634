import { describe, expect, it } from '@jest/globals';
import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import {
  isAsymmetric,
  kindOf,
  readExpectedSpan,
  statusCodeOf,
} from '../../../../lib/testing/matchers/expected-span.js';

describe('readExpectedSpan', () => {
  it('takes a name for a span with this name', () => {
    const matcher = expect.any(String);
    for (const name of ['find', /find/, matcher]) {
      expect(readExpectedSpan(name)).toEqual({ name });
    }
  });

  it('takes an object as it is', () => {
    const expected = { kind: 'server', parent: null, within: { parent: 'x' }, events: ['a', {}] };
    expect(readExpectedSpan(expected)).toBe(expected);
    expect(readExpectedSpan({})).toEqual({});
  });
});

describe('kindOf and statusCodeOf', () => {
  it('know every kind and code as a word and as a number', () => {
    const kinds = Object.values(SpanKind).filter((kind) => typeof kind === 'number');
    for (const kind of kinds) {
      expect(kindOf(kind)).toBe(kind);
      expect(kindOf(SpanKind[kind].toLowerCase() as 'server')).toBe(kind);
    }
    const codes = Object.values(SpanStatusCode).filter((code) => typeof code === 'number');
    for (const code of codes) {
      expect(statusCodeOf(code)).toBe(code);
      expect(statusCodeOf(SpanStatusCode[code].toLowerCase() as 'ok')).toBe(code);
    }
    expect([kinds.length, codes.length]).toEqual([5, 3]);
  });
});

describe('isAsymmetric', () => {
  it('recognises the matchers of test runners', () => {
    expect([expect.anything(), { asymmetricMatch: () => true }].map(isAsymmetric)).toEqual([
      true,
      true,
    ]);
    expect([undefined, null, 'x', {}, /x/].filter(isAsymmetric)).toEqual([]);
  });
});
