import { describe, expect, it } from '@jest/globals';
import { propagation } from '@opentelemetry/api';
import { getAllBaggage, getBaggage } from '../../../lib/baggage/active-baggage.js';
import { contextStorage, TracingContext } from '../../../lib/context/index.js';

function within<T>(entries: Record<string, string>, fn: () => T): T {
  const baggage = propagation.createBaggage(
    Object.fromEntries(Object.entries(entries).map(([key, value]) => [key, { value }])),
  );
  return contextStorage.run(TracingContext.ROOT.withBaggage(baggage), fn);
}

describe('the active baggage', () => {
  it('is empty outside of any operation', () => {
    expect(getBaggage('tenant')).toBeUndefined();
    expect(getAllBaggage()).toEqual({});
  });

  it('is read by key, case-sensitively', () => {
    within({ tenant: 'acme', empty: '' }, () => {
      expect(getBaggage('tenant')).toBe('acme');
      expect(getBaggage('empty')).toBe('');
      expect(getBaggage('Tenant')).toBeUndefined();
    });
  });

  it('is read as a whole, into an object of the caller', () => {
    within({ tenant: 'acme', locale: 'de' }, () => {
      const all = getAllBaggage();
      expect(all).toEqual({ tenant: 'acme', locale: 'de' });
      all.tenant = 'changed';
      expect(getBaggage('tenant')).toBe('acme');
    });
  });

  it('takes names that objects have for keys like others', () => {
    expect(within({}, () => getBaggage('constructor'))).toBeUndefined();
    const entries = JSON.parse('{"__proto__":"x"}') as Record<string, string>;
    const all = within(entries, getAllBaggage);
    expect(Object.entries(all)).toEqual([['__proto__', 'x']]);
    expect(Object.getPrototypeOf(all)).toBe(Object.prototype);
  });
});
