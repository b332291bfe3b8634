import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import { Diagnostics } from '../../../../lib/diagnostics.js';
import type { HttpIgnoreRule } from '../../../../lib/http/index.js';
import { HttpIgnoreRules } from '../../../../lib/http/server/ignore-rules.js';

const request = { method: 'GET' } as IncomingMessage;

function isIgnored(path: string, ...rules: HttpIgnoreRule[]): boolean {
  return new HttpIgnoreRules(rules, new Diagnostics()).has(path, request);
}

describe('HttpIgnoreRules', () => {
  it.each<[string, HttpIgnoreRule, boolean]>([
    ['/health', '/health', true],
    ['/health/live', '/health', false],
    ['/internal/x', /^\/internal\//, true],
    ['/x', /^\/internal\//, false],
    ['/x', ({ method }) => method === 'GET', true],
    ['/x', ({ method }) => method === 'PUT', false],
    ['/x', (() => 'yes') as never, false],
  ])('of %s by %s is %s', (path, rule, expected) => {
    expect(isIgnored(path, rule)).toBe(expected);
  });

  it('asks all rules', () => {
    expect(isIgnored('/c', '/a', /^\/b/, () => true)).toBe(true);
    expect(isIgnored('/c')).toBe(false);
  });

  it('gives the same answer each time for a pattern that remembers', () => {
    const rules = new HttpIgnoreRules([/health/g], new Diagnostics());
    expect([1, 2, 3].map(() => rules.has('/health', request))).toEqual([true, true, true]);
  });

  it('reports a function that throws and goes on', () => {
    const warnings: string[] = [];
    const diagnostics = new Diagnostics({ warn: (message) => warnings.push(message) });
    const fail = (): never => {
      throw new Error('broken');
    };
    expect(new HttpIgnoreRules([fail, () => true], diagnostics).has('/', request)).toBe(true);
    expect(warnings).toEqual([
      'A function of http.server.ignore threw; it ignores nothing: Error: broken',
    ]);
  });

  it.each([
    ['/health', 'http.server.ignore must'],
    [['health'], 'http.server.ignore[0] must'],
    [['/a', 7], 'http.server.ignore[1] must'],
  ])('refuses %j', (rules, message) => {
    expect(() => new HttpIgnoreRules(rules as never, new Diagnostics())).toThrow(message);
  });
});
