import { EventEmitter } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { Diagnostics } from '../../../../lib/diagnostics.js';
import { MethodRules } from '../../../../lib/nest/provider-spans/method-rules.js';
import {
  checkProviderOption,
  type ProviderMethodInfo,
  type ProviderRule,
} from '../../../../lib/nest/provider-spans/provider-span-options.js';

abstract class Base {}
class OrdersService extends Base {}
class OrdersModule {}

const place: ProviderMethodInfo = {
  name: 'OrdersService.place',
  className: 'OrdersService',
  methodName: 'place',
  providerClass: OrdersService,
  moduleClass: OrdersModule,
};

function rulesOf(rules: unknown): MethodRules {
  return new MethodRules(
    'providers.include',
    rules as ProviderRule[],
    new Diagnostics({ warn() {} }),
  );
}

describe('MethodRules', () => {
  it.each<[ProviderRule, boolean, boolean]>([
    ['OrdersService', true, true],
    ['OrdersService.place', true, true],
    [OrdersService, true, true],
    [Base, true, true],
    [OrdersModule, true, true],
    ['*Service', true, false],
    ['Orders*', true, false],
    ['*.place', true, false],
    ['OrdersService.pl*', true, false],
    [/Service\.pla/g, true, false],
    [({ methodName }) => methodName === 'place', true, false],
    ['Orders', false, false],
    ['OrdersService.find', false, false],
    ['Orders*.find', false, false],
    ['*.lace', false, false],
    ['Order$*', false, false],
    [/^place/, false, false],
    [class Other {}, false, false],
    [() => false, false, false],
  ])('%p selects the method: %p, by its name: %p', (rule, selects, names) => {
    const rules = rulesOf([rule]);
    expect([rules.has(place), rules.names(place)]).toEqual([selects, names]);
    expect(rules.has(place)).toBe(selects);
  });

  it('knows whether there are names', () => {
    expect(rulesOf(['*', /a/, () => true]).hasNames).toBe(false);
    expect(rulesOf(['*', 'Cache']).hasNames).toBe(true);
    expect(rulesOf([Base]).hasNames).toBe(true);
    expect(rulesOf([EventEmitter]).hasNames).toBe(true);
    expect(rulesOf([function selects() {}]).hasNames).toBe(false);
  });

  it.each([
    [[OrdersService, ''], 'providers.include[1]'],
    [['a.b.c'], 'providers.include[0]'],
    [['orders service'], 'providers.include[0]'],
    [['*', 7], 'providers.include[1]'],
    ['OrdersService', 'providers.include'],
  ])('refuses %p', (rules, option) => {
    expect(() => rulesOf(rules)).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTION', message: expect.stringContaining(option) }),
    );
  });
});

describe('checkProviderOption', () => {
  it('takes a boolean or an object', () => {
    expect([undefined, false].map((given) => checkProviderOption(given))).toEqual([
      undefined,
      undefined,
    ]);
    expect(checkProviderOption(true)).toEqual({});
    expect(checkProviderOption({ exclude: ['A'] })).toEqual({ exclude: ['A'] });
  });

  it.each([['yes'], [null], [['OrdersService']], [1]])('refuses %p', (given) => {
    expect(() => checkProviderOption(given as never)).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTION' }),
    );
  });
});
