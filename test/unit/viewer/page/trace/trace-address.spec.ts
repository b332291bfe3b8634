import { describe, expect, it } from '@jest/globals';
import { signal } from '@preact/signals';
import { TraceAddress } from '../../../../../lib/viewer/page/trace/trace-address.js';

function addressOf(text: string) {
  const search = signal(new URLSearchParams(text));
  const replaced: boolean[] = [];
  const address = new TraceAddress({
    search,
    set: (parameters, { replace }) => {
      replaced.push(replace);
      const next = new URLSearchParams(search.peek());
      for (const [name, value] of Object.entries(parameters)) {
        if (value === undefined) next.delete(name);
        else next.set(name, value);
      }
      search.value = next;
    },
  });
  return { address, search, replaced };
}

describe('TraceAddress', () => {
  it('reads what an address says', () => {
    const { address } = addressOf(
      'view=flame&find=status%3Aerror&hide=1&only=path,errors,other&clocks=sent&span=00000000000000ab',
    );
    expect([address.view.value, address.query.value]).toEqual(['flame', 'status:error']);
    expect([...address.filters.value]).toEqual(['path', 'errors']);
    expect([address.hidesOthers.value, address.correctsClocks.value]).toEqual([true, false]);
    expect(address.spanId.value).toBe('00000000000000ab');
  });

  it.each(['', 'view=other&only=&clocks=other'])('has defaults: %j', (text) => {
    const { address } = addressOf(text);
    expect([address.view.value, address.query.value, address.spanId.value]).toEqual([
      'waterfall',
      '',
      null,
    ]);
    expect(address.filters.value.size).toBe(0);
    expect([address.hidesOthers.value, address.correctsClocks.value]).toEqual([false, true]);
  });

  it('writes changes without an entry of the history, and nothing for a default', () => {
    const { address, search, replaced } = addressOf('');
    address.setView('logs');
    address.setView('logs');
    address.setQuery('a');
    address.setHidesOthers(true);
    address.setCorrectsClocks(false);
    expect(String(search.value)).toBe('view=logs&find=a&hide=1&clocks=sent');
    expect(replaced).toEqual([true, true, true, true]);
    address.setView('waterfall');
    address.setHidesOthers(false);
    address.setCorrectsClocks(true);
    expect(String(search.value)).toBe('find=a');
  });
});
