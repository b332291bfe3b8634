import { describe, expect, it } from '@jest/globals';
import { markedTrace, markToCompare } from '../../../../../lib/viewer/page/state/compare-mark.js';

describe('markToCompare', () => {
  it('marks the first trace, and compares it with the second', () => {
    expect(markToCompare('a')).toBeUndefined();
    expect(markedTrace.value).toBe('a');
    expect(markToCompare('b')).toBe('/compare?a=a&b=b');
    expect(markedTrace.value).toBeUndefined();
  });

  it('takes the mark of the marked trace back', () => {
    markToCompare('a');
    expect(markToCompare('a')).toBeUndefined();
    expect(markedTrace.value).toBeUndefined();
  });
});
