import { describe, expect, it } from '@jest/globals';
import { countInWords, LOG_RECORD_WORDS, SPAN_WORDS } from '../../../lib/export/exporter.js';

describe('countInWords', () => {
  it.each([
    [0, SPAN_WORDS, '0 spans'],
    [1, SPAN_WORDS, '1 span'],
    [1, LOG_RECORD_WORDS, '1 log record'],
    [2, LOG_RECORD_WORDS, '2 log records'],
  ])('counts %i', (count, words, text) => {
    expect(countInWords(count, words)).toBe(text);
  });
});
