import { describe, expect, it } from '@jest/globals';
import { durationOf, parseQuery, type QueryNode } from '../../../../lib/viewer/query/parse.js';
import { pick, randomOfSeed } from '../../../support/random-of-seed.js';

function drawn(node: QueryNode): string {
  switch (node.type) {
    case 'and':
    case 'or':
      return `(${[node.type, ...node.nodes.map(drawn)].join(' ')})`;
    case 'not':
      return `-${drawn(node.node)}`;
    case 'scope':
      return `{${drawn(node.node)}}`;
    case 'text':
      return node.text;
    default:
      return `${node.key}${node.operator}${node.value}`;
  }
}

function parsed(query: string): string {
  const result = parseQuery(query);
  return result.error === undefined ? drawn(result.query) : result.error.message;
}

describe('parseQuery', () => {
  it.each([
    ['', '(and)'],
    ['a', 'a'],
    ['a b', '(and a b)'],
    ['a b OR c', '(or (and a b) c)'],
    ['a (b OR c)', '(and a (or b c))'],
    ['-a -{b} -(c d)', '(and -a -{b} -(and c d))'],
    ['--a', '--a'],
    ['{service:a} {service:b}', '(and {service:a} {service:b})'],
    ['a AND NOT b', '(and a -b)'],
  ])('reads %p', (query, tree) => expect(parsed(query)).toBe(tree));

  it('reads numbers, durations and patterns', () => {
    expect(parseQuery('duration>1.5ms').query).toMatchObject({ number: 1_500_000 });
    expect(parseQuery('x>=5e2').query).toMatchObject({ number: 500, field: undefined });
    expect(parseQuery('name~"^GET"').query).toMatchObject({ pattern: /^GET/iu });
    expect(parseQuery('x:abc').query).toMatchObject({ number: NaN });
  });

  it.each([
    ['a )', 2, 1, 'There is no bracket that this ) closes'],
    ['(a', 0, 1, 'This ( has no )'],
    ['{a)', 2, 1, 'This { has no }'],
    ['a OR', 3, 1, 'A condition is missing here, such as service:orders'],
    ['OR a', 0, 2, 'A condition is missing here, such as service:orders'],
    ['()', 1, 1, 'A condition is missing here, such as service:orders'],
    ['{a {b}}', 3, 1, 'Braces stand for one span, so there are none within them'],
    ['-OR', 1, 2, 'A condition is missing before this OR'],
    ['name:', 0, 5, 'The value is missing behind :'],
    ['duration>100', 9, 3, 'A duration has a unit: ns, us, ms, s, m or h, as in 100ms'],
    ['http.x>100ms', 7, 5, 'Only duration and trace.duration have units of time'],
    ['http.x>abc', 7, 3, '> needs a number'],
    ['name>5', 4, 1, 'name can be compared with : = != ~'],
    ['status:bad', 7, 3, 'status is one of unset, ok, error'],
    ['is:gone', 3, 4, 'is is one of running, root, failed, orphan'],
    ['run:x', 4, 1, 'run is a number'],
    ['edge:orders', 5, 6, 'An edge has two ends, as in orders->inventory'],
    ['name~"("', 5, 3, 'This is no regular expression of JavaScript'],
    ['"a', 0, 2, 'The text has no closing quotation mark'],
  ])('says what is wrong in %p, and where', (query, column, length, message) => {
    expect(parseQuery(query).error).toEqual({ message, column, length });
  });

  it.each(['(a+)+$', '(a|aa)*', '((a)*)*', '(a{1,9})+', '(.*)\\1', '(?<x>a)\\k<x>', '((a+)b)+'])(
    'refuses the pattern %s, which could take forever',
    (pattern) => {
      const { error } = parseQuery(`name~"${pattern.replaceAll('\\', '\\\\')}"`);
      expect(error?.message).toContain('it could take forever');
    },
  );

  it.each(['^GET /users/\\d+$', '(GET|POST) /a', '[(+)]*', '(abc)+', '(a+)b', '\\(a+\\)+'])(
    'takes the pattern %s',
    (pattern) => {
      expect(parseQuery(`name~"${pattern.replaceAll('\\', '\\\\')}"`).error).toBeUndefined();
    },
  );

  it('refuses queries that are too long or too deep', () => {
    expect(parseQuery('a'.repeat(4_001)).error?.column).toBe(4_000);
    expect(parseQuery(`${'('.repeat(100)}a${')'.repeat(100)}`).error?.message).toContain('50');
    expect(parseQuery(`${'-'.repeat(3_000)}a`).error?.message).toContain('50');
    expect(parseQuery(`name~"${'a'.repeat(201)}"`).error?.message).toContain('200');
  });

  it('reads or refuses anything, and points into the query', () => {
    const random = randomOfSeed(51);
    const parts = [
      '(',
      ')',
      '{',
      '}',
      '"',
      '-',
      'OR',
      'a',
      'name',
      ':',
      '>',
      '~',
      '5ms',
      ' ',
      '\\',
      '!=',
    ];
    for (let i = 0; i < 5_000; i++) {
      const query = Array.from({ length: Math.floor(random() * 12) }, () =>
        pick(random, parts),
      ).join('');
      const { error } = parseQuery(query);
      if (error === undefined) continue;
      expect(error.column).toBeGreaterThanOrEqual(0);
      expect(error.column).toBeLessThanOrEqual(query.length);
      expect(error.length).toBeGreaterThan(0);
    }
  });
});

describe('durationOf', () => {
  it.each([
    ['100ns', 100],
    ['5us', 5_000],
    ['5µs', 5_000],
    ['.5ms', 500_000],
    ['2s', 2e9],
    ['1m', 60e9],
    ['1h', 3600e9],
    ['0', 0],
    ['5', NaN],
    ['5 parsecs', NaN],
    ['constructor', NaN],
    ['1constructor', NaN],
  ])('reads %s', (text, nanos) => expect(durationOf(text)).toBe(nanos));
});
