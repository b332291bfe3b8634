import { describe, expect, it } from '@jest/globals';
import { maskedMessageOf, maskMessage } from '../../../lib/context/masked-message.js';

describe('maskMessage', () => {
  it('remembers what spans tell of an error, and changes nothing on it', () => {
    const error = Object.freeze(new Error('no user hunter2'));
    maskMessage(error, 'no user ?');
    expect(maskedMessageOf(error)).toBe('no user ?');
    expect(error.message).toBe('no user hunter2');
    expect(maskedMessageOf(new Error('no user hunter2'))).toBeUndefined();
  });

  it('takes whatever was thrown', () => {
    for (const error of ['oops', null, undefined, 7]) {
      expect(() => maskMessage(error, '?')).not.toThrow();
    }
  });
});
