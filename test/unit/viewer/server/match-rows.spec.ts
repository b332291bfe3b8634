import { describe, expect, it } from '@jest/globals';
import {
  attribute,
  idOf,
  protobufRequest,
  requestOf,
  spanOf,
} from '../../../support/otlp-requests.js';
import { viewersOfTest } from '../../../support/viewer-servers.js';

const startViewer = viewersOfTest();
const TRACE = idOf(1, 32);

async function matches(query: string, spanCount = 3) {
  const viewer = await startViewer();
  const spans = Array.from({ length: spanCount }, (_, i) =>
    spanOf(1, i + 1, { attributes: [attribute('order.id', `order ${i % 3}`)] }),
  );
  viewer.store.receiveTraces(protobufRequest(requestOf(spans)));
  const path = `/api/traces/${TRACE}/matches?${new URLSearchParams({ q: query })}`;
  return viewer.ask({ path });
}

describe('GET /api/traces/:id/matches', () => {
  it('finds rows by attributes that are no facts', async () => {
    const answer = await matches('order.id="order 1"');
    expect([answer.status, answer.json()]).toEqual([200, { rows: [1], spanCount: 3 }]);
  });

  it('looks at all rows of a long trace', async () => {
    const { rows, spanCount } = (await matches('order.id~2', 3_000)).json();
    expect([rows.length, spanCount]).toEqual([1_000, 3_000]);
  });

  it('says where a query is wrong', async () => {
    const answer = await matches('order.id="');
    expect([answer.status, answer.json().error.column]).toEqual([400, expect.any(Number)]);
  });

  it('has nothing for a trace that is not in the store', async () => {
    const viewer = await startViewer();
    const { status } = await viewer.ask({ path: `/api/traces/${TRACE}/matches?q=a` });
    expect(status).toBe(404);
  });
});
