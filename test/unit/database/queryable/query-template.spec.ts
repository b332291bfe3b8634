import { describe, expect, it } from '@jest/globals';
import { readQueryTemplate } from '../../../../lib/database/queryable/query-template.js';

const template = (...values: [TemplateStringsArray, ...unknown[]]): unknown[] => values;

describe('readQueryTemplate', () => {
  it.each([
    ['values', template`a ${1} b ${null}`, { text: 'a $1 b $2', parameters: [1, null] }],
    [
      'names and templates',
      template`a ${{ _templateType: 'part', str: '"n"' }} ${{
        _templateType: 'container',
        strings: template`b ${0}`[0],
        values: [1],
      }} ${2}`,
      { text: 'a "n" b $1 $2', parameters: [1, 2] },
    ],
  ])('reads a template with %s', (_, values, query) => {
    expect(readQueryTemplate(values)).toEqual(query);
  });

  it.each([[['SELECT 1']], [[['SELECT 1'], 1]], [[{ raw: [] }]], [[]]])(
    'is undefined for a call that is not a template: %j',
    (values) => {
      expect(readQueryTemplate(values)).toBeUndefined();
    },
  );
});
