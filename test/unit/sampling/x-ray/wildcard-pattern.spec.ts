import { describe, expect, it } from '@jest/globals';
import { compileWildcards } from '../../../../lib/sampling/x-ray/wildcard-pattern.js';
import { untrustedTextSuite } from '../../../suites/untrusted-text.suite.js';

describe('compileWildcards', () => {
  it.each<[string, string | undefined, boolean]>([
    ['*', undefined, true],
    ['**', undefined, true],
    ['*', '', true],
    ['?', undefined, false],
    ['', '', true],
    ['', 'a', false],
    ['a', 'A', true],
    ['A?', 'ab', true],
    ['a?', 'a', false],
    ['a*', 'a', true],
    ['*b', 'aab', true],
    ['*b', 'aba', false],
    ['a*c', 'abcbc', true],
    ['/api/*/items', '/api/7/8/items', true],
    ['/api/*/items', '/api/items', false],
    ['*.example', 'shop.example', true],
    ['a.c', 'abc', false],
    ['?*?', 'ab', true],
    ['?*?', 'a', false],
    ['*a*a*b', 'aaaab', true],
    ['[a]', '[a]', true],
  ])('%j and %j: %j', (pattern, text, fits) => {
    expect(compileWildcards(pattern)(text)).toBe(fits);
  });

  it('does not take exponential time', () => {
    const fits = compileWildcards(`${'*a'.repeat(60)}*b`);
    expect(fits('a'.repeat(16_384))).toBe(false);
  });
});

untrustedTextSuite({ name: 'a text for wildcards', parse: compileWildcards('/a*') });
