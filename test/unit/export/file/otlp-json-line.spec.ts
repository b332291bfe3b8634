import { describe, expect, it } from '@jest/globals';
import { countSpans, halvesOfLine } from '../../../../lib/export/file/otlp-json-line.js';

const LINE = {
  resourceSpans: [
    {
      resource: { attributes: [{ key: 'a', value: { intValue: '1' } }] },
      scopeSpans: [{ scope: { name: 's' }, spans: [{ name: 'a' }, { name: 'b' }], schemaUrl: 'u' }],
    },
    {
      resource: {},
      scopeSpans: [{ spans: [{ name: 'c' }] }, { spans: [{ name: 'd' }, { name: 'e' }] }],
    },
    { resource: {} },
  ],
};

describe('a line of OTLP/JSON', () => {
  it('is divided with the resources and scopes of its spans, and nothing besides', () => {
    const halves = halvesOfLine(JSON.stringify(LINE));
    expect(halves.map(({ spanCount }) => spanCount)).toEqual([2, 3]);
    expect(halves.map(({ line }) => JSON.parse(line))).toEqual([
      { resourceSpans: [LINE.resourceSpans[0]] },
      { resourceSpans: [LINE.resourceSpans[1]] },
    ]);
  });

  it('is divided inside of a scope', () => {
    const spans = [{ name: 'a' }, { name: 'b' }];
    const scope = { scope: { name: 's' } };
    const halves = halvesOfLine(
      JSON.stringify({ resourceSpans: [{ scopeSpans: [{ ...scope, spans }] }] }),
    );
    expect(halves.map(({ line }) => JSON.parse(line).resourceSpans)).toEqual(
      spans.map((span) => [{ scopeSpans: [{ ...scope, spans: [span] }] }]),
    );
  });

  it.each([
    ['{"resourceSpans":[]}', 0],
    ['{"resourceSpans":[{}]}', 0],
    ['{"resourceSpans":[{"scopeSpans":[{"spans":[{}]}]}]}', 1],
  ])('is not divided: %s', (line, count) => {
    expect(countSpans(line)).toBe(count);
    expect(halvesOfLine(line)).toEqual([]);
  });

  it.each(['', '{', 'null', '[]', '{}', '{"resourceSpans":1}'])('is none: %j', (line) => {
    expect(countSpans(line)).toBeUndefined();
  });
});
