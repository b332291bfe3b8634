import { describe, expect, it } from '@jest/globals';
import { ReceiverRules, type ReceiverRulesPlan } from '../../../lib/carriers/receiver-rules.js';
import { Diagnostics } from '../../../lib/diagnostics.js';

interface Shop {
  name: string;
}

/** Texts are names in lower case. */
const PLAN: ReceiverRulesPlan<Shop> = {
  parse: (text) => (text === text.toLowerCase() ? ({ name }) => name === text : undefined),
  textOf: ({ name }) => `shop ${name}`,
  argumentOf: (shop) => ({ ...shop }),
  requirement: 'must be names, in an array',
  remedy: 'Write ["stock"].',
};

function setUp(rules: unknown) {
  const warnings: string[] = [];
  const diagnostics = new Diagnostics({ warn: (message) => warnings.push(message) });
  const list = new ReceiverRules('the.list', PLAN, rules as never);
  return { list, warnings, has: (name: string) => list.has({ name }, diagnostics) };
}

describe('ReceiverRules', () => {
  it('mean all receivers where there is no list, and none where it is empty', () => {
    expect(setUp(undefined).list.meansAll).toBe(true);
    expect(setUp(undefined).has('stock')).toBe(true);
    expect(setUp([]).list.meansAll).toBe(false);
    expect(setUp([]).has('stock')).toBe(false);
  });

  it.each<[string, unknown, boolean]>([
    ['a text', 'stock', true],
    ['another text', 'orders', false],
    ['a pattern', /^shop stock$/, true],
    ['another pattern', /^stock/, false],
    ['a function', ({ name }: Shop) => name === 'stock', true],
    ['another function', () => false, false],
    ['a function that returns something else', () => 'yes', false],
  ])('ask %s', (_, rule, expected) => {
    expect(setUp([rule]).has('stock')).toBe(expected);
    expect(setUp(['other', rule]).has('stock')).toBe(expected);
  });

  it('mean the same with a pattern that remembers its last match', () => {
    const { has } = setUp([/stock/g]);
    expect([has('stock'), has('stock')]).toEqual([true, true]);
  });

  it('report a function that throws and ask the next rule', () => {
    const fail = (): never => {
      throw new Error('broken');
    };
    const { has, warnings } = setUp([fail, 'stock']);
    expect([has('stock'), has('orders')]).toEqual([true, false]);
    expect(warnings).toEqual(['A function of the.list threw; it does not match: Error: broken']);
  });

  it('give a function nothing that it could change', () => {
    const shop = { name: 'stock' };
    const change = (given: Shop): boolean => {
      given.name = 'changed';
      return false;
    };
    new ReceiverRules('the.list', PLAN, [change]).has(shop, new Diagnostics());
    expect(shop.name).toBe('stock');
  });

  it.each([
    ['stock', 'the.list must be names, in an array, but it is "stock". Write ["stock"].'],
    [null, 'the.list must'],
    [['stock', 7], 'the.list[1] must'],
    [['STOCK'], 'the.list[0] must'],
    [[undefined], 'the.list[0] must'],
  ])('refuse %j', (rules, message) => {
    expect(() => setUp(rules)).toThrow(message);
  });
});
