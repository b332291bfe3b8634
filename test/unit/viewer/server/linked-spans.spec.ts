import { describe, expect, it } from '@jest/globals';
import { linkedSpans } from '../../../../lib/viewer/server/linked-spans.js';
import { TraceStore } from '../../../../lib/viewer/store/trace-store.js';
import { idOf, protobufRequest, requestOf, spanOf } from '../../../support/otlp-requests.js';

const TARGET = { traceId: idOf(1, 32), spanId: idOf(1, 16) };

/** A store with a span, and spans in other traces that link to it. */
function storeWith(linkedCount: number): TraceStore {
  const store = new TraceStore({ maxBytes: 64 * 2 ** 20, maxTraces: 100_000 });
  const linked = Array.from({ length: linkedCount }, (_, index) =>
    spanOf(index + 2, 2, { links: [TARGET] }),
  );
  store.receiveTraces(protobufRequest(requestOf([spanOf(1, 1), ...linked])));
  return store;
}

function linksIn(store: TraceStore, isWanted = () => true) {
  return linkedSpans(store, TARGET.traceId, TARGET.spanId, isWanted);
}

describe('linkedSpans', () => {
  it('finds the spans that link to a span, the newest first', async () => {
    const { from, to } = await linksIn(storeWith(3));
    expect(from.map(({ traceId }) => traceId)).toEqual([4, 3, 2].map((id) => idOf(id, 32)));
    expect(to).toEqual([]);
  });

  it('stops when nobody waits, and passes over traces that are dropped meanwhile', async () => {
    const store = storeWith(500);
    for (const entry of store.entries()) {
      const { bytesOf } = entry;
      entry.bytesOf = (row) => {
        // As slow as a long trace.
        for (const end = performance.now() + 0.5; performance.now() < end; );
        return bytesOf.call(entry, row);
      };
    }
    let lookCount = 0;
    const { from, hasMore } = await linksIn(store, () => ++lookCount < 2 && store.star('', true));
    expect(hasMore).toBe(false);
    expect(from.length).toBeLessThan(100);
    const dropped = linksIn(store, () => {
      store.clear();
      return true;
    });
    expect((await dropped).from.length).toBeLessThan(100);
  });
});
