import { describe, expect, it } from '@jest/globals';
import { importedText } from '../../../../../lib/viewer/page/parts/imported-text.js';

describe('importedText', () => {
  it.each([
    [{ received: 1, refused: 0, duplicate: 0 }, 'a.jsonl: 1 span'],
    [
      { received: 1_200, refused: 2, duplicate: 30 },
      'a.jsonl: 1,200 spans (30 were known, 2 were refused)',
    ],
  ])('of %j is %j', (result, text) => {
    expect(importedText('a.jsonl', result)).toBe(text);
  });
});
