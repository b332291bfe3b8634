import { describe, expect, it } from '@jest/globals';
import { membersWithinLimits } from '../../../lib/propagation/baggage-limits.js';

const numbered = (count: number) => Array.from({ length: count }, (_, i) => `k${i}=`);

describe('membersWithinLimits', () => {
  it('returns the same list where all members fit', () => {
    const members = numbered(64);
    expect(membersWithinLimits(members, 1)).toBe(members);
    const exact = ['a'.repeat(8000), 'b'.repeat(191)];
    expect(membersWithinLimits(exact, 1)).toBe(exact);
    expect(membersWithinLimits([], 1)).toEqual([]);
  });

  it('prefers the latest of too many members and keeps the order', () => {
    expect(membersWithinLimits(numbered(66), 1)).toEqual(numbered(66).slice(2));
  });

  it('omits only the members that have no room', () => {
    const members = ['a=1', 'b'.repeat(8000), 'c'.repeat(9000), 'd'.repeat(200), 'e=1'];
    expect(membersWithinLimits(members, 1)).toEqual(['a=1', members[3], 'e=1']);
    expect(membersWithinLimits(['a'.repeat(8000), 'b'.repeat(192)], 1)).toEqual(['b'.repeat(192)]);
  });
});
