import { describe, expect, it } from '@jest/globals';
import { CapturedHeaders } from '../../../lib/http/captured-headers.js';
import { createTestTracing } from '../../../lib/testing/index.js';

const headers: Record<string, unknown> = { one: 'a', several: ['b', 'c'], length: 3 };
const read = (name: string): unknown => headers[name];

describe('CapturedHeaders', () => {
  it('writes what was asked for as arrays of strings, by names in lower case', () => {
    const attributes = {};
    const captured = new CapturedHeaders('h.', 'option', [' One ', 'SEVERAL', 'length', 'missing']);
    captured.writeTo(attributes, read);
    expect(attributes).toEqual({ 'h.one': ['a'], 'h.several': ['b', 'c'], 'h.length': ['3'] });
  });

  it('sets them on a span', () => {
    const { tracer, recorder, close } = createTestTracing();
    const span = tracer.startSpan('request');
    new CapturedHeaders('h.', 'option', ['one', 'missing']).setOn(span, read);
    span.end();
    expect(recorder.takeSpan().attributes).toEqual({ 'h.one': ['a'] });
    close();
  });

  it('is empty unless something was asked for', () => {
    expect(new CapturedHeaders('h.', 'option').isEmpty).toBe(true);
    expect(new CapturedHeaders('h.', 'option', ['one']).isEmpty).toBe(false);
  });

  it.each([['one'], [[1]], [['']], [{}]])('refuses %j as a list', (names) => {
    expect(() => new CapturedHeaders('h.', 'the.option', names as never)).toThrow(
      'the.option must be an array of non-empty strings',
    );
  });
});
