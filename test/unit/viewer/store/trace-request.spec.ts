import { describe, expect, it } from '@jest/globals';
import type { TraceEntry } from '../../../../lib/viewer/store/trace-entry.js';
import { requestOfTrace } from '../../../../lib/viewer/store/trace-request.js';
import { attribute, idOf, protobufRequest, spanOf } from '../../../support/otlp-requests.js';
import { testStore } from '../../../support/stored-spans.js';
import { readRequest } from '../../export/otlp/read-otlp.js';

describe('requestOfTrace', () => {
  const resource = (service: string) => ({ attributes: [attribute('service.name', service)] });
  const request = {
    resourceSpans: [
      {
        resource: resource('orders'),
        scopeSpans: [
          { scope: { name: 'a' }, spans: [spanOf(1, 1)], schemaUrl: 'https://s' },
          { scope: { name: 'b', version: '2' }, spans: [spanOf(1, 2), spanOf(1, 3)] },
        ],
        schemaUrl: 'https://r',
      },
      { resource: resource('stock'), scopeSpans: [{ spans: [spanOf(1, 4)] }] },
    ],
  };

  it('is the request that brought the trace', () => {
    const { store } = testStore();
    const sent = protobufRequest(request);
    store.receiveTraces(sent);
    const written = requestOfTrace(store.get(idOf(1, 32)) as TraceEntry);
    expect(readRequest(written)).toEqual(readRequest(sent));
  });

  it('has only the rows that are asked for', () => {
    const { store } = testStore();
    store.receiveTraces(protobufRequest(request));
    const { resourceSpans } = readRequest(
      requestOfTrace(store.get(idOf(1, 32)) as TraceEntry, [2]),
    );
    expect(resourceSpans).toMatchObject([{ scopeSpans: [{ spans: [{ name: 'span 3' }] }] }]);
  });
});
