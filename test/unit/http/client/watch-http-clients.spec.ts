import { channel } from 'node:diagnostics_channel';
import { ClientRequest } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import { traceAsText } from '../../../../lib/testing/index.js';
import { serversOfTest } from '../../../support/loopback-server.js';
import { tracingsOfTest } from '../../../support/tracings-of-test.js';

const createTracing = tracingsOfTest();
const startServer = serversOfTest();

// Held: Node 20 loses the subscribers of a channel that takes the place of a collected one.
const created = channel('undici:request:create');

function subscriberCount(): number {
  return (created as { _subscribers?: unknown[] })._subscribers?.length ?? 0;
}

describe('watchHttpClients', () => {
  // Another spec of this process may have left an application open.
  const before = subscriberCount();
  const watcherCount = (): number => subscriberCount() - before;

  it('watches while an application runs', () => {
    const headHook = (): unknown =>
      (ClientRequest.prototype as never as { _storeHeader: unknown })._storeHeader;
    const hookBefore = headHook();
    const [first, second] = [createTracing(), createTracing()];
    expect(watcherCount()).toBe(1);
    first.close();
    expect(watcherCount()).toBe(1);
    second.close();
    expect(watcherCount()).toBe(0);
    expect(headHook()).toBe(hookBefore);
  });

  it('watches nothing for an application that traces no requests', () => {
    createTracing({ http: { client: false } });
    expect(watcherCount()).toBe(0);
  });

  it('ends the spans of open requests when the application shuts down', async () => {
    const { url, requests } = await startServer(() => {});
    const { tracer, tracing, recorder } = createTracing();
    const controller = new AbortController();
    const failed = tracer
      .trace('outside', () => fetch(url, { signal: controller.signal }))
      .catch(() => 'aborted');
    while (requests.length === 0) await new Promise((resolve) => setImmediate(resolve));
    await tracing.shutdown();
    expect(recorder.openSpans.map(({ name }) => name)).toEqual(['outside']);
    controller.abort();
    expect(await failed).toBe('aborted');
    const [client] = recorder.takeSpans();
    expect(
      traceAsText(client === undefined ? [] : [client], { attributes: [], events: true }),
    ).toContain('GET [client');
  });
});
