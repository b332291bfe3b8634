import { describe, expect, it } from '@jest/globals';
import { TraceStore } from '../../../../lib/viewer/store/trace-store.js';
import { attribute, protobufRequest, requestOf, spanOf } from '../../../support/otlp-requests.js';
import { viewersOfTest } from '../../../support/viewer-servers.js';

const startViewer = viewersOfTest();

describe('GET /api/traces', () => {
  it('gives the status of the call of the main span, and the sentence of what has settled', async () => {
    let time = 0;
    const store = new TraceStore({ maxBytes: 1e7, maxTraces: 10 }, () => time);
    const { ask } = await startViewer({ store });
    const status = { code: 2, message: 'No stock' };
    const attributes = [attribute('http.response.status_code', 502)];
    store.receiveTraces(protobufRequest(requestOf([spanOf(1, 1, { status, attributes })])));
    const rowOf = async () => (await ask({ path: '/api/traces' })).json().traces[0];
    const arriving = await rowOf();
    expect(arriving).toMatchObject({ statusCode: '502', state: 'arriving' });
    expect(arriving).not.toHaveProperty('headline');
    time += 2_000;
    expect(await rowOf()).toMatchObject({
      state: 'complete',
      headline: { kind: 'failed', text: expect.stringContaining('No stock') },
    });
  });

  it('answers parameters that it cannot read', async () => {
    const { ask } = await startViewer();
    const wrong = await ask({ path: '/api/traces?from=yesterday' });
    expect([wrong.status, wrong.body.toString()]).toEqual([
      400,
      'from must be milliseconds since 1970.\n',
    ]);
    const query = await ask({ path: '/api/traces?q=duration%3E%3E' });
    expect([query.status, query.json().error.column]).toEqual([400, expect.any(Number)]);
  });
});

describe('GET /api/suggest', () => {
  it('completes keys and values with counts', async () => {
    const { ask, store } = await startViewer();
    const attributes = [attribute('tenant', 'blue')];
    store.receiveTraces(protobufRequest(requestOf([spanOf(1, 1, { attributes })])));
    const key = (await ask({ path: '/api/suggest?q=status%3Aerror+tena&at=17' })).json();
    expect(key.suggestions).toEqual([{ from: 13, to: 17, text: 'tenant:', count: 1 }]);
    const value = (await ask({ path: '/api/suggest?q=tenant%3Ab' })).json();
    expect(value.suggestions).toEqual([{ from: 7, to: 8, text: 'blue', count: 1 }]);
  });

  it.each(['q=a&at=2', 'q=a&at=-1', 'q=a&at=x'])('refuses ?%s', async (query) => {
    const { ask } = await startViewer();
    expect((await ask({ path: `/api/suggest?${query}` })).status).toBe(400);
  });
});
