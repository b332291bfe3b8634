import type { IncomingMessage } from 'node:http';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { HttpServerOptions } from '../../../lib/http/index.js';
import { AlwaysOffSampler, ParentBasedSampler, type Sampler } from '../../../lib/sampling/index.js';
import { PLATFORMS } from '../http/application/platforms.js';
import {
  type StartedApplication,
  startApplication,
} from '../http/application/start-application.js';
import { BaggageModule } from './baggage-application.js';

const TRACE_ID = 'a'.repeat(32);
const HEADERS = {
  traceparent: `00-${TRACE_ID}-${'b'.repeat(16)}-01`,
  baggage: 'tenant=acme, locale=de, count=1',
};

describe.each(PLATFORMS)('the door to the outside on $name', (platform) => {
  let app: StartedApplication;

  async function start(server: HttpServerOptions, sampler?: Sampler): Promise<void> {
    const tracing = { http: { server }, ...(sampler === undefined ? {} : { sampler }) };
    app = await startApplication(platform, { tracing, module: BaggageModule.with });
  }

  afterEach(async () => {
    await app.application.close();
    expect(app.warnings).toEqual([]);
    app.recorder.verify();
  });

  /** What becomes of a request with {@link HEADERS}. */
  async function serve(headers: Record<string, string> = {}) {
    const response = await fetch(`${app.url}/baggage`, { headers: { ...HEADERS, ...headers } });
    const { all = {} } = (await response.json()) as { all?: Record<string, string> };
    const [span] = await app.recorder.waitForTrace();
    return {
      isContinued: span?.spanContext().traceId === TRACE_ID,
      hasParent: span?.parentSpanContext !== undefined,
      links: span?.links.map(({ context }) => context.traceId),
      baggage: Object.keys(all),
    };
  }

  const NEW = { isContinued: false, hasParent: false, links: [], baggage: [] };

  it('continues the trace of a caller where nothing is said', async () => {
    await start({});
    expect(await serve()).toEqual({
      isContinued: true,
      hasParent: true,
      links: [],
      baggage: ['tenant', 'locale', 'count'],
    });
  });

  it('links to the trace of a caller and keeps the baggage that is believed', async () => {
    await start({ incomingContext: 'link', incomingBaggageKeys: ['count', 'locale'] });
    const expected = { ...NEW, links: [TRACE_ID], baggage: ['count', 'locale'] };
    expect(await serve()).toEqual(expected);
  });

  it('ignores the trace of a caller', async () => {
    await start({ incomingContext: 'ignore' });
    expect(await serve()).toEqual(NEW);
  });

  it('trusts some callers and others not', async () => {
    const incomingContext = ({ headers }: IncomingMessage) =>
      headers['x-mesh'] === 'inside' ? 'continue' : 'link';
    await start({ incomingContext });
    expect(await serve({ 'x-mesh': 'inside' })).toMatchObject({ isContinued: true, links: [] });
    expect(await serve()).toEqual({ ...NEW, links: [TRACE_ID] });
  });

  it('does not sample because a stranger wants it', async () => {
    const sampler = new ParentBasedSampler({ root: new AlwaysOffSampler() });
    await start({ incomingContext: 'link', incomingBaggageKeys: ['count'] }, sampler);
    const response = await fetch(`${app.url}/baggage`, { headers: HEADERS });
    expect(await response.json()).toMatchObject({ all: { count: '1' } });
    expect(app.recorder.spans).toEqual([]);
  });

  it('samples though a stranger does not', async () => {
    await start({ incomingContext: 'ignore' });
    const headers = { traceparent: HEADERS.traceparent.replace(/01$/, '00') };
    expect(await serve(headers)).toEqual(NEW);
  });

  it('is not left ajar by a wrong option', async () => {
    const starting = start({ incomingContext: 'trust' as never });
    await expect(starting).rejects.toThrow("http.server.incomingContext must be 'continue'");
    await start({});
  });
});
