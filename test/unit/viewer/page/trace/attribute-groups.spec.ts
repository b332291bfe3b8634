import { describe, expect, it } from '@jest/globals';
import {
  attributeGroups,
  conditionOf,
  textOfValue,
} from '../../../../../lib/viewer/page/trace/attribute-groups.js';
import { parseQuery } from '../../../../../lib/viewer/query/parse.js';

describe('attributeGroups', () => {
  it('groups by the first word, all sorted', () => {
    const groups = attributeGroups({ 'url.path': '/', plain: 1, 'http.route': '/', 'http.a': 2 });
    expect(
      groups.map(({ name, attributes }) => [name, ...attributes.map(({ key }) => key)]),
    ).toEqual([
      ['', 'plain'],
      ['http', 'http.a', 'http.route'],
      ['url', 'url.path'],
    ]);
  });

  it('formats SQL and JSON on several lines, and keeps the text to copy', () => {
    const [group] = attributeGroups({
      'db.query.text': 'SELECT 1 FROM a',
      'db.x': '{"a":[1]}',
      'db.y': '{no json',
    });
    expect(group?.attributes.map(({ text, block }) => [text, block])).toEqual([
      ['SELECT 1 FROM a', 'SELECT 1\nFROM a'],
      ['{"a":[1]}', '{\n  "a": [\n    1\n  ]\n}'],
      ['{no json', undefined],
    ]);
  });

  it('has no condition for structures and long texts', () => {
    const [group] = attributeGroups({ 'a.list': [1], 'a.long': 'x'.repeat(501), 'a.n': 5 });
    expect(group?.attributes.map(({ condition }) => condition)).toEqual([
      undefined,
      undefined,
      'a.n=5',
    ]);
  });
});

describe('textOfValue', () => {
  it('writes every value of OTLP', () => {
    expect([
      textOfValue('a b'),
      textOfValue(12n),
      textOfValue(null),
      textOfValue(new Uint8Array(3)),
      textOfValue({ a: 12n, b: new Uint8Array(2) }),
    ]).toEqual(['a b', '12', 'null', '3 bytes', '{\n  "a": "12",\n  "b": "2 bytes"\n}']);
  });
});

describe('conditionOf', () => {
  it.each([
    ['http.route', '/orders/:id'],
    ['k', 'two words'],
    ['k', 'a "quote" and \\'],
    ['odd key:=', '{}'],
    ['-k', '-'],
    ['k', '(a)'],
  ])('is read as the same key and value: %s=%s', (key, value) => {
    const { query } = parseQuery(conditionOf(key, value));
    const [term] = query !== undefined && 'nodes' in query ? query.nodes : [query];
    expect(term).toMatchObject({ type: 'term', key, operator: '=', value });
  });
});
