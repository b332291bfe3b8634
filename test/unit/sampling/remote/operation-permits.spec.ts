import { describe, expect, it } from '@jest/globals';
import { OperationPermitsTable } from '../../../../lib/sampling/remote/operation-permits.js';

describe('OperationPermitsTable', () => {
  const table = (max = 2) => new OperationPermitsTable(max, () => 0);

  it('keeps the permits of an operation while its bounds are the same', () => {
    const permits = table();
    const first = permits.permitsOf('a', 1, 5);
    expect(first.lower?.take()).toBe(true);
    const second = permits.permitsOf('a', 1, 5);
    expect(second).toBe(first);
    expect(second.lower?.take()).toBe(false);
  });

  it('renews only the bound that changes', () => {
    const permits = table();
    const first = permits.permitsOf('a', 1, 5);
    const second = permits.permitsOf('a', 1, 6);
    expect(second.lower).toBe(first.lower);
    expect(second.upper).not.toBe(first.upper);
    const third = permits.permitsOf('a', 0, undefined);
    expect(third).toEqual({ lower: undefined, upper: undefined });
    expect(permits.permitsOf('a', 2, undefined).lower?.perSecond).toBe(2);
  });

  it('lets operations beyond its number share their permits', () => {
    const permits = table();
    const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((name) => permits.permitsOf(name, 1, undefined));
    expect(new Set([a, b, c]).size).toBe(3);
    expect(d).toBe(c);
    expect(permits.permitsOf('a', 1, undefined)).toBe(a);
  });
});
