import { describe, expect, it } from '@jest/globals';
import { Diagnostics } from '../../lib/diagnostics.js';
import { IgnoreRules } from '../../lib/ignore-rules.js';

const PLAN = {
  option: 'list',
  isText: (rule: string) => rule !== '',
  requirement: 'must be rules',
  remedy: 'Write some.',
};
type Rule = string | RegExp | ((subject: { size: number }) => boolean);
const rulesOf = (rules: Rule[], diagnostics = new Diagnostics()) =>
  new IgnoreRules(PLAN, rules, diagnostics);

describe('IgnoreRules', () => {
  it('has what equals a text, fits a pattern, or what a function says', () => {
    const rules = rulesOf(['a', /^b+$/, ({ size }) => size > 9]);
    const has = ['a', 'ab', 'bb', 'abb'].map((text) => rules.has(text, { size: 1 }));
    expect(has).toEqual([true, false, true, false]);
    expect(rules.has('z', { size: 10 })).toBe(true);
  });

  it('says of a text alone whether it stands there', () => {
    const rules = rulesOf(['a', /^b$/, () => true]);
    expect(['a', 'b', 'c'].map((text) => rules.hasText(text))).toEqual([true, false, false]);
  });

  it('has a text that was added later', () => {
    const rules = rulesOf([]);
    expect([rules.isEmpty, rules.has('a', { size: 0 })]).toEqual([true, false]);
    rules.addText('a');
    expect([rules.isEmpty, rules.has('a', { size: 0 })]).toEqual([false, true]);
  });

  it('tests a pattern with a memory as if it had none', () => {
    const rules = rulesOf([/a/g]);
    expect([1, 2, 3].map(() => rules.has('a', { size: 0 }))).toEqual([true, true, true]);
  });

  it('reports a function that throws, and asks the next', () => {
    const lines: string[] = [];
    const diagnostics = new Diagnostics({ warn: (line: string) => lines.push(line) });
    const fail = (): boolean => {
      throw new Error('boom');
    };
    expect(rulesOf([fail, () => true], diagnostics).has('a', { size: 0 })).toBe(true);
    expect(lines).toEqual([expect.stringMatching(/A function of list threw.*boom/)]);
  });

  it.each([
    ['no list', 'a', /^list must be rules/],
    ['a text that is none', ['a', ''], /^list\[1\] must be rules/],
    ['a number', [7], /^list\[0\] must be rules.*Write some\./s],
  ])('refuses %s', (_, rules, message) => {
    expect(() => rulesOf(rules as never)).toThrow(message);
  });
});
