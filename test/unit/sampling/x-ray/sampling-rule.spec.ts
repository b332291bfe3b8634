import { describe, expect, it } from '@jest/globals';
import { parseRulePage } from '../../../../lib/sampling/x-ray/sampling-rule.js';

const RULE = {
  Attributes: {},
  FixedRate: 0.05,
  HTTPMethod: '*',
  Host: '*',
  Priority: 10_000,
  ReservoirSize: 1,
  ResourceARN: '*',
  RuleARN: 'arn:aws:xray:us-east-1:1:sampling-rule/Default',
  RuleName: 'Default',
  ServiceName: '*',
  ServiceType: '*',
  URLPath: '*',
  Version: 1,
};
const SERVICE = { name: 'orders', type: 'AWS::ECS::Container', resourceArn: 'arn:aws:ecs:1' };
const REQUEST = {
  'http.request.method': 'GET',
  'server.address': 'shop.example',
  'url.path': '/orders/7',
};

const parse = (...rules: object[]) =>
  parseRulePage({ SamplingRuleRecords: rules.map((rule) => ({ SamplingRule: rule })) });

function fits(change: object, attributes: object = REQUEST, service: object = SERVICE): boolean {
  const [rule] = parse({ ...RULE, ...change }).rules;
  if (rule === undefined) throw new Error('The rule is invalid.');
  return rule.fits(service as never, attributes as never);
}

describe('parseRulePage', () => {
  it('reads rules and the token of the next page', () => {
    const page = parseRulePage({
      NextToken: 'more',
      SamplingRuleRecords: [{ CreatedAt: 0, ModifiedAt: 1.53e9, SamplingRule: RULE }],
    });
    expect(page).toEqual({
      rules: [
        {
          name: 'Default',
          priority: 10_000,
          fixedRate: 0.05,
          reservoirSize: 1,
          fits: expect.any(Function),
        },
      ],
      invalidCount: 0,
      nextToken: 'more',
    });
    expect(parse().nextToken).toBeUndefined();
  });

  it.each([
    { Version: 2 },
    { RuleName: 7 },
    { Priority: -1 },
    { FixedRate: 1.1 },
    { FixedRate: '0.5' },
    { ReservoirSize: Number.NaN },
    { Host: undefined },
    { URLPath: 'a'.repeat(513) },
    { Attributes: 'a' },
    { Attributes: { a: 1 } },
    { Attributes: { a: '*', b: '*', c: '*', d: '*', e: '*', f: '*' } },
  ])('counts a rule with %j as invalid', (change) => {
    const page = parse(RULE, { ...RULE, ...change });
    expect(page).toMatchObject({ rules: [{ name: 'Default' }], invalidCount: 1 });
  });

  it.each([null, undefined, {}, [], 'text', { SamplingRuleRecords: {} }])(
    'refuses the response %j',
    (response) => {
      expect(() => parseRulePage(response)).toThrow('SamplingRuleRecords is not an array');
    },
  );

  it('counts records that are no objects', () => {
    expect(parseRulePage({ SamplingRuleRecords: [null, 7, {}, { SamplingRule: [] }] })).toEqual({
      rules: [],
      invalidCount: 4,
      nextToken: undefined,
    });
  });
});

describe('a rule', () => {
  it.each<[object, boolean]>([
    [{}, true],
    [{ ServiceName: 'orders' }, true],
    [{ ServiceName: 'stock' }, false],
    [{ ServiceType: 'AWS::ECS::*' }, true],
    [{ ServiceType: 'AWS::EC2::Instance' }, false],
    [{ ResourceARN: 'arn:aws:ecs:?' }, true],
    [{ ResourceARN: 'arn:aws:lambda:?' }, false],
    [{ HTTPMethod: 'get' }, true],
    [{ HTTPMethod: 'POST' }, false],
    [{ Host: '*.example' }, true],
    [{ Host: '*.test' }, false],
    [{ URLPath: '/orders/*' }, true],
    [{ URLPath: '/orders' }, false],
    [{ URLPath: '/orders/*', HTTPMethod: 'POST' }, false],
  ])('with %j fits: %j', (change, expected) => {
    expect(fits(change)).toBe(expected);
  });

  it('takes the path of clients from the whole URL', () => {
    const client = { 'url.full': 'https://stock.example/items/7?x=1' };
    expect(fits({ URLPath: '/items/*' }, client)).toBe(true);
    expect(fits({ URLPath: '/items/*' }, { 'url.full': 'no url' })).toBe(false);
  });

  it('compares attributes, which must be there', () => {
    const change = { Attributes: { tenant: 'a*', size: '7' } };
    expect(fits(change, { tenant: 'acme', size: 7 })).toBe(true);
    expect(fits(change, { tenant: 'acme' })).toBe(false);
    expect(fits({ Attributes: { tenant: '*' } }, {})).toBe(false);
    expect(fits({ Attributes: null })).toBe(true);
  });

  it('about what is not known only fits if it says nothing about it', () => {
    const unknown = { name: 'orders', type: undefined, resourceArn: undefined };
    expect(fits({}, {}, unknown)).toBe(true);
    expect(fits({ ServiceType: 'AWS::*' }, {}, unknown)).toBe(false);
    expect(fits({ Host: '?*' }, {}, unknown)).toBe(false);
  });
});
