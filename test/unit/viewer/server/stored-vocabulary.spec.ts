import { describe, expect, it } from '@jest/globals';
import { StoredVocabulary } from '../../../../lib/viewer/server/stored-vocabulary.js';
import { attribute, spanOf } from '../../../support/otlp-requests.js';
import { testStore } from '../../../support/stored-spans.js';

async function valuesOf(vocabulary: StoredVocabulary, key: string) {
  return Object.fromEntries((await vocabulary.read()).values(key));
}

describe('StoredVocabulary', () => {
  it('counts the values of fields and attributes by span', async () => {
    const { store, send } = testStore();
    send([
      spanOf(1, 1, { name: 'GET /', kind: 2, attributes: [attribute('tenant', 'a')] }),
      spanOf(1, 2, { kind: 3, status: { code: 2 }, attributes: [attribute('tenant', 'b')] }),
    ]);
    send([spanOf(2, 1, { attributes: [attribute('tenant', 'a'), attribute('retry', 3)] })], {
      'service.name': 'stock',
    });
    const vocabulary = new StoredVocabulary(store);
    expect(await valuesOf(vocabulary, 'tenant')).toEqual({ a: 2, b: 1 });
    expect(await valuesOf(vocabulary, 'retry')).toEqual({ 3: 1 });
    expect(await valuesOf(vocabulary, 'service')).toEqual({ orders: 2, stock: 1 });
    expect(await valuesOf(vocabulary, 'kind')).toEqual({ server: 1, client: 1, internal: 1 });
    expect(await valuesOf(vocabulary, 'status')).toEqual({ unset: 2, error: 1 });
    expect(await valuesOf(vocabulary, 'root')).toEqual({ 'GET /': 1, 'span 1': 1 });
    expect(await valuesOf(vocabulary, 'unknown')).toEqual({});
    expect(Object.fromEntries((await vocabulary.read()).keys())).toEqual({
      tenant: 3,
      retry: 1,
      'service.name': 3,
    });
  });

  it('knows the attributes of events, and the elements of lists', async () => {
    const { store, send } = testStore();
    const list = { arrayValue: { values: [{ stringValue: 'a' }, { stringValue: 'b' }] } };
    const events = [{ name: 'e', attributes: [attribute('queue', 'x')] }];
    send([spanOf(1, 1, { events, attributes: [{ key: 'tags', value: list }] })]);
    const vocabulary = new StoredVocabulary(store);
    expect(await valuesOf(vocabulary, 'queue')).toEqual({ x: 1 });
    expect(await valuesOf(vocabulary, 'tags')).toEqual({ a: 1, b: 1 });
  });

  it('has no long values, and not more than it can keep', async () => {
    const { store, send } = testStore();
    send([spanOf(1, 1, { attributes: [attribute('text', 'x'.repeat(121))] })]);
    for (let trace = 2; trace < 130; trace++) {
      const attributes = Array.from({ length: 100 }, (_, i) => attribute(`key.${trace}.${i}`, i));
      send([spanOf(trace, 1, { attributes })]);
    }
    const vocabulary = new StoredVocabulary(store);
    expect(await valuesOf(vocabulary, 'text')).toEqual({});
    const keys = [...(await vocabulary.read()).keys()];
    expect(keys.length).toBeGreaterThan(1_000);
    expect(keys.length).toBeLessThan(10_000);
  });

  it('is read again when something has changed, at most every two seconds', async () => {
    const test = testStore();
    const vocabulary = new StoredVocabulary(test.store);
    test.send([spanOf(1, 1, { name: 'a' })]);
    expect(await valuesOf(vocabulary, 'name')).toEqual({ a: 1 });
    test.send([spanOf(2, 1, { name: 'b' })]);
    expect(await valuesOf(vocabulary, 'name')).toEqual({ a: 1 });
    test.time += 2_000;
    expect(await valuesOf(vocabulary, 'name')).toEqual({ a: 1, b: 1 });
  });
});
