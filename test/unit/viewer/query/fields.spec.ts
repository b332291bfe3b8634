import { describe, expect, it } from '@jest/globals';
import { FINDING_WORDS, SEARCH_FIELDS } from '../../../../lib/viewer/query/fields.js';

describe('the fields of the search', () => {
  it('have choices in lower case if they are choices', () => {
    for (const { type, choices } of SEARCH_FIELDS.values()) {
      expect(choices !== undefined).toBe(type === 'choice');
      expect(choices).toEqual(choices?.map((choice) => choice.toLowerCase()));
    }
  });

  it('have a word for each kind of finding', () => {
    expect(new Set(Object.values(FINDING_WORDS)).size).toBe(13);
    expect(SEARCH_FIELDS.get('find')?.choices).toContain('n+1');
  });
});
