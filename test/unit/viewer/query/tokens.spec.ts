import { describe, expect, it } from '@jest/globals';
import { QuerySyntaxError, tokensOf } from '../../../../lib/viewer/query/tokens.js';

/** `word(a)`, `term(key op value)`, and the brackets. */
function drawn(query: string): string {
  return tokensOf(query)
    .map((token) => {
      if (token.type === 'word') return `word(${token.text})`;
      if (token.type !== 'term') return token.type;
      return `term(${token.key.text} ${token.operator} ${token.value.text})`;
    })
    .join(' ');
}

describe('tokensOf', () => {
  it.each([
    ['', ''],
    ['service:orders', 'term(service : orders)'],
    ['duration>100ms', 'term(duration > 100ms)'],
    ['a>=1 b<=2 c!=3 d=4 e<5', 'term(a >= 1) term(b <= 2) term(c != 3) term(d = 4) term(e < 5)'],
    ['http.response.status_code >= 500', 'term(http.response.status_code >= 500)'],
    ['name~"^GET /(a|b)"', 'term(name ~ ^GET /(a|b))'],
    ['-service:health -word', 'not term(service : health) not word(word)'],
    ['some-word', 'word(some-word)'],
    ['a - b', 'word(a) word(-) word(b)'],
    ['{a} OR (b NOT c AND d)', '{ word(a) } or ( word(b) not word(c) and word(d) )'],
    ['or Or', 'word(or) word(Or)'],
    ['"two \\"words\\" \\\\"', 'word(two "words" \\)'],
    ['"my key":1', 'term(my key : 1)'],
    ['edge:orders->inventory', 'term(edge : orders->inventory)'],
    ['find:n+1', 'term(find : n+1)'],
    ['http://localhost:4318/v1', 'word(http://localhost:4318/v1)'],
    ['url:http://x/y', 'term(url : http://x/y)'],
    ['constructor toString', 'word(constructor) word(toString)'],
    ['name:', 'term(name : )'],
    ['name:""', 'term(name : )'],
    ['wow!', 'word(wow!)'],
  ])('cuts %p', (query, tokens) => expect(drawn(query)).toBe(tokens));

  it('knows where each part stands', () => {
    const [token] = tokensOf('  a.b >= "x y"');
    expect(token).toMatchObject({
      from: 2,
      to: 14,
      key: { from: 2, to: 5 },
      value: { text: 'x y', from: 9, to: 14, isQuoted: true },
    });
  });

  it('refuses a text that does not end', () => {
    expect(() => tokensOf('a "b c')).toThrow(QuerySyntaxError);
    try {
      tokensOf('a "b c');
    } catch (error) {
      expect((error as QuerySyntaxError).error).toMatchObject({ column: 2, length: 4 });
    }
  });
});
