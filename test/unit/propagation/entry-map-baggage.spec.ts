import { describe, expect, it } from '@jest/globals';
import { EntryMapBaggage } from '../../../lib/propagation/entry-map-baggage.js';

describe('EntryMapBaggage', () => {
  const baggage = new EntryMapBaggage(
    new Map([
      ['2', { value: 'two' }],
      ['1', { value: 'one' }],
    ]),
  );

  it('keeps the order, also of keys that look like numbers', () => {
    expect(baggage.getAllEntries().map(([key]) => key)).toEqual(['2', '1']);
  });

  it('puts an entry that is set to the end', () => {
    const changed = baggage.setEntry('2', { value: 'new' }).setEntry('3', { value: 'three' });
    expect(changed.getAllEntries().map(([key]) => key)).toEqual(['1', '2', '3']);
  });

  it('gives copies of its entries', () => {
    const entry = baggage.getEntry('1');
    Object.assign(entry as object, { value: 'changed' });
    expect(baggage.getEntry('1')).toEqual({ value: 'one' });
    expect(baggage.getEntry('3')).toBeUndefined();
  });

  it('is never changed', () => {
    expect(baggage.setEntry('3', { value: 'three' }).getEntry('3')).toEqual({ value: 'three' });
    expect(baggage.setEntry('1', { value: 'new' }).getEntry('1')).toEqual({ value: 'new' });
    expect(baggage.removeEntry('1').getAllEntries()).toEqual([['2', { value: 'two' }]]);
    expect(baggage.removeEntries('1', '2', '3').getAllEntries()).toEqual([]);
    expect(baggage.clear().getAllEntries()).toEqual([]);
    expect(baggage.getAllEntries()).toHaveLength(2);
  });
});
