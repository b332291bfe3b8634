import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  type StartedApplication,
  startApplication,
} from '../../../lib/testing/contracts/http-server/start-application.js';
import { traceAsText } from '../../../lib/testing/index.js';
import { CallbackPool } from './application/callback-pool.js';
import { PLATFORMS } from './application/platforms.js';
import { useExpressLibraries } from './context-across-libraries/express-libraries.js';
import { useFastifyLibraries } from './context-across-libraries/fastify-libraries.js';
import { ordersModule } from './context-across-libraries/orders.controller.js';
import { Work } from './context-across-libraries/work.js';

const IDS = Array.from({ length: 200 }, (_, index) => String(index));

const WORK = [
  'handler',
  'listener',
  'timer of listener',
  'worker done',
  'shared loader done',
  'stream',
  'response',
  'response',
];

/** The steps of each kind of request. */
const STEPS_OF = {
  login: ['strategy', 'serialize user', 'store.set', 'handler'],
  orders: ['store.get', 'deserialize user', 'body', ...WORK],
  uploads: ['store.get', 'deserialize user', ...WORK],
  visits: ['handler'],
};

type Kind = keyof typeof STEPS_OF;

describe.each(PLATFORMS)('200 concurrent requests on $name', (platform) => {
  const isFastify = platform.name === 'Fastify';
  let app: StartedApplication;
  let work: Work;

  beforeEach(async () => {
    work = new Work(new CallbackPool());
    app = await startApplication(platform, {
      module: (tracing) => ({ module: ordersModule(isFastify, work), imports: [tracing] }),
      configure: (application) =>
        isFastify
          ? useFastifyLibraries(application, work.pool)
          : useExpressLibraries(application, work.pool),
    });
  });
  afterEach(async () => {
    await app.application.close();
    await work.close();
    expect(app.warnings).toEqual([]);
    app.recorder.verify();
  });

  it('have the spans of all libraries in their own traces', async () => {
    const cookies = await Promise.all(IDS.map(logIn));
    const loggedIn = await app.recorder.takeNextSpans(
      IDS.length * countSpans(expectedTrace('login', '0')),
    );
    expect(tracesOf(loggedIn)).toEqual(IDS.map((id) => expectedTrace('login', id)).sort());

    const kinds = IDS.map((_, index) => (['orders', 'uploads', 'visits'] as const)[index % 3]);
    const expected = IDS.map((id, index) => expectedTrace(kinds[index] as Kind, id));
    await Promise.all(
      IDS.map((id, index) => request(kinds[index] as Kind, id, cookies[index] as string)),
    );
    const spans = await app.recorder.takeNextSpans(
      expected.reduce((sum, text) => sum + countSpans(text), 0),
    );
    expect(tracesOf(spans)).toEqual(expected.sort());
  });

  async function logIn(id: string): Promise<string> {
    const response = await fetch(`${app.url}/login/${id}`, initOf('login', id));
    expect([response.status, await response.text()]).toEqual([200, `order ${id}`]);
    const [cookie = ''] = (response.headers.get('set-cookie') ?? '').split(';');
    expect(cookie).not.toBe('');
    return cookie;
  }

  async function request(kind: Kind, id: string, cookie: string): Promise<void> {
    const response = await fetch(
      `${app.url}/${kind}/${id}`,
      initOf(kind, id, kind === 'visits' ? '' : cookie),
    );
    expect([response.ok, await response.text()]).toEqual([true, `order ${id}`]);
    if (kind !== 'visits') expect(response.headers.get('content-encoding')).toBe('gzip');
    else expect(response.headers.get('set-cookie')).toMatch(/^visit=/);
  }

  /** The lines of a trace in alphabetical order: its steps overlap. */
  function expectedTrace(kind: Kind, id: string): string {
    const verb = kind === 'orders' || kind === 'uploads' ? 'POST' : 'GET';
    const lines = [`${verb} /${kind}/:id [server] url.path=/${kind}/${id}`];
    for (const step of STEPS_OF[kind]) lines.push(`  ${step} id=${JSON.stringify(id)}`);
    // `@fastify/session` saves each session again, and a new one also before it has a user.
    if (kind === 'login') {
      lines.push(`  store.set id=${isFastify ? 'undefined' : JSON.stringify(id)}`);
    } else if (isFastify && verb === 'POST') lines.push(`  store.set id=${JSON.stringify(id)}`);
    if (verb === 'POST') lines.push('  load lines', `    batch id=${JSON.stringify(id)}`);
    return lines.sort().join('\n');
  }
});

function initOf(kind: Kind, id: string, cookie = ''): RequestInit {
  const headers = { cookie, 'accept-encoding': 'gzip' };
  if (kind === 'orders') {
    const type = { 'content-type': 'application/json' };
    return { method: 'POST', headers: { ...headers, ...type }, body: JSON.stringify({ id }) };
  }
  if (kind !== 'uploads') return { headers };
  const body = new FormData();
  body.set('file', new Blob([id]), 'order.txt');
  return { method: 'POST', headers, body };
}

function countSpans(text: string): number {
  return text.split('\n').length;
}

function tracesOf(spans: Parameters<typeof traceAsText>[0]): string[] {
  return traceAsText(spans, { attributes: ['id', 'url.path'] })
    .split('\n\n')
    .map((trace) => trace.split('\n').sort().join('\n'))
    .sort();
}
