import { describe, expect, it } from '@jest/globals';
import { KnownMethods } from '../../../lib/http/known-methods.js';

describe('KnownMethods', () => {
  it.each([
    'CONNECT',
    'DELETE',
    'GET',
    'HEAD',
    'OPTIONS',
    'PATCH',
    'POST',
    'PUT',
    'QUERY',
    'TRACE',
  ])('knows %s', (method) => {
    expect(new KnownMethods().of(method)).toEqual({
      nameInSpan: method,
      method,
      original: undefined,
    });
  });

  it('keeps the word that came where only its case differs', () => {
    expect(new KnownMethods().of('patch')).toEqual({
      nameInSpan: 'PATCH',
      method: 'PATCH',
      original: 'patch',
    });
  });

  it.each(['PURGE', 'constructor', ''])('calls %j HTTP and _OTHER', (original) => {
    expect(new KnownMethods().of(original)).toEqual({
      nameInSpan: 'HTTP',
      method: '_OTHER',
      original,
    });
  });

  it('replaces the whole list by a given one', () => {
    const methods = new KnownMethods(['PURGE']);
    expect(methods.of('PURGE').method).toBe('PURGE');
    expect(methods.of('GET').method).toBe('_OTHER');
  });

  it.each([[[]], ['GET'], [[1]], [['']]])('refuses %j as a list', (methods) => {
    expect(() => new KnownMethods(methods as never, 'the.option')).toThrow(
      /^the\.option must (be an array of non-empty strings|name at least one HTTP method)/,
    );
  });
});
