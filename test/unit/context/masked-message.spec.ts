import { describe, expect, it } from '@jest/globals';
import {
  addMessageMask,
  maskedMessageOf,
  maskMessage,
  registeredMessageOf,
} from '../../../lib/context/masked-message.js';

describe('maskMessage', () => {
  it('registers the message that spans show, and does not change the error', () => {
    const error = Object.freeze(new Error('no user hunter2'));
    maskMessage(error, 'no user ?');
    expect(maskedMessageOf(error)).toBe('no user ?');
    expect(registeredMessageOf(error)).toBe('no user ?');
    expect(error.message).toBe('no user hunter2');
    expect(maskedMessageOf(new Error('no user hunter2'))).toBeUndefined();
  });

  it('accepts whatever was thrown', () => {
    for (const error of ['oops', null, undefined, 7]) {
      expect(() => maskMessage(error, '?')).not.toThrow();
    }
  });
});

describe('addMessageMask', () => {
  it('adds a rule for errors that are not registered', () => {
    class WrappingError extends Error {}
    const asked: object[] = [];
    const mask = (error: object): string | undefined => {
      asked.push(error);
      return error instanceof WrappingError ? 'wrapped ?' : undefined;
    };
    addMessageMask(mask);
    addMessageMask(mask);
    const error = new WrappingError('hunter2');
    expect(maskedMessageOf(error)).toBe('wrapped ?');
    expect(registeredMessageOf(error)).toBeUndefined();
    expect(maskedMessageOf(new Error('other'))).toBeUndefined();
    expect(asked).toHaveLength(2);
    maskMessage(error, 'registered');
    expect(maskedMessageOf(error)).toBe('registered');
  });
});
