import { describe, expect, it } from '@jest/globals';
import { putMethod } from '../../../../lib/database/kysely/kysely-shape.js';

describe('putMethod', () => {
  it('hides the method of the class, which keeps its object', () => {
    class Counter {
      readonly #count = 1;
      count(step: number): number {
        return this.#count + step;
      }
    }
    const counter = new Counter();
    putMethod(counter, 'count', (original) => (...values) => [original(...values), 'replaced']);
    expect(counter.count(2)).toEqual([3, 'replaced']);
    expect(new Counter().count(2)).toBe(3);
  });

  it('does nothing for a method that is missing, and for a frozen object', () => {
    const bare: { missing?: () => void } = {};
    putMethod(bare, 'missing', () => () => {});
    expect(bare).toEqual({});
    const frozen = Object.freeze({ read: () => 'original' });
    putMethod(frozen, 'read', () => () => 'replaced');
    expect(frozen.read()).toBe('original');
  });
});
