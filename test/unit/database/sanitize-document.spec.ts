import { describe, expect, it } from '@jest/globals';
import { sanitizeDocument } from '../../../lib/database/sanitize-document.js';

describe('sanitizeDocument', () => {
  it('shows the names of fields, and `?` for values', () => {
    const document = { find: 'a', filter: [{ name: 'x', at: new Date() }, null], skip: 3 };
    expect(sanitizeDocument(document, 100)).toBe(
      '{"find":"?","filter":[{"name":"?","at":"?"},"?"],"skip":"?"}',
    );
  });

  it('shows the value of one key of the outermost document only', () => {
    expect(sanitizeDocument({ find: 'a', filter: { find: 'b' } }, 100, 'find')).toBe(
      '{"find":"a","filter":{"find":"?"}}',
    );
  });

  it('cuts the text', () => {
    expect(sanitizeDocument({ a: 1, b: 2 }, 6)).toBe('{"a":"');
  });
});
