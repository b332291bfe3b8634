import { describe, expect, it } from '@jest/globals';
import { requestOf, spanOf } from '../../../support/otlp-requests.js';
import { type TestRequest, viewersOfTest } from '../../../support/viewer-servers.js';

const startViewer = viewersOfTest();
const OTLP = JSON.stringify(requestOf([spanOf(1, 1)]));
const JSON_TYPE = { 'content-type': 'application/json' };
const LIST: TestRequest = { path: '/api/traces' };
const SEND: TestRequest = { method: 'POST', path: '/v1/traces', headers: JSON_TYPE, body: OTLP };
const CLEAR: TestRequest = {
  method: 'DELETE',
  path: '/api/traces',
  headers: { 'x-nestjs-traced': '1' },
};

/** A request with further headers, in which PORT is that of the server. */
function withHeaders(
  request: TestRequest,
  headers: Record<string, string>,
  port: number,
): TestRequest {
  const filled = Object.entries(headers).map(([name, value]) => [
    name,
    value.replace('PORT', String(port)),
  ]);
  return { ...request, headers: { ...request.headers, ...Object.fromEntries(filled) } };
}

describe('the Host header', () => {
  it.each(['localhost:PORT', '127.0.0.1:PORT', '[::1]:PORT', 'LocalHost:PORT'])(
    'may be %s',
    async (host) => {
      const { ask, port } = await startViewer();
      expect((await ask(withHeaders(LIST, { host }, port))).status).toBe(200);
    },
  );

  it.each([
    'attacker.example:PORT',
    'localhost.attacker.example:PORT',
    'attacker.example',
    'localhost',
    'localhost:1',
    '127.0.0.2:PORT',
    '[::2]:PORT',
    'localhost:PORT:80',
    'user@localhost:PORT',
  ])('may not be "%s", as after DNS rebinding', async (host) => {
    const { ask, port, store } = await startViewer();
    await ask(SEND);
    for (const request of [LIST, CLEAR, { path: '/' }, { path: '/api/stream' }]) {
      const { status, body } = await ask(withHeaders(request, { host }, port));
      expect([request.path, status]).toEqual([request.path, 403]);
      expect(body.toString()).not.toContain('span 1');
    }
    expect(store.counts().traces.kept).toBe(1);
  });

  it('may be a configured name', async () => {
    const { ask, port } = await startViewer({ hosts: ['viewer.test'] });
    expect((await ask(withHeaders(LIST, { host: 'viewer.test:PORT' }, port))).status).toBe(200);
  });

  it('may be any name for OTLP of a sender that is no browser, as in containers', async () => {
    const { ask, port, store } = await startViewer();
    const request = withHeaders(SEND, { host: 'host.docker.internal:PORT' }, port);
    expect((await ask(request)).status).toBe(200);
    expect(store.counts().traces.kept).toBe(1);
  });

  it.each<Record<string, string>>([
    { origin: 'http://attacker.example:PORT' },
    { 'sec-fetch-site': 'same-origin' },
    { 'sec-fetch-mode': 'cors' },
  ])('may not be another name for OTLP of a browser: %j', async (headers) => {
    const { ask, port, store } = await startViewer();
    const request = withHeaders(SEND, { host: 'attacker.example:PORT', ...headers }, port);
    expect((await ask(request)).status).toBe(403);
    expect(store.counts().traces.kept).toBe(0);
  });

  it('may be missing only for OTLP', async () => {
    const { port } = await startViewer();
    const { connect } = await import('node:net');
    const answer = await new Promise<string>((resolve, reject) => {
      const socket = connect(port, '127.0.0.1', () => {
        socket.end('GET /api/traces HTTP/1.0\r\n\r\n');
      });
      let text = '';
      socket.on('data', (chunk) => {
        text += chunk.toString();
      });
      socket.on('end', () => resolve(text)).on('error', reject);
    });
    expect(answer).toMatch(/^HTTP\/1\.1 403 /);
  });
});

describe('Sec-Fetch-Site', () => {
  it.each(['cross-site', 'same-site'])('refuses requests of %s, reads and writes', async (site) => {
    const { ask, store } = await startViewer();
    await ask(SEND);
    const headers = { 'sec-fetch-site': site, 'sec-fetch-mode': 'no-cors' };
    for (const request of [LIST, CLEAR, { path: '/' }, { path: '/api/export' }, SEND]) {
      const { status, body } = await ask(withHeaders(request, headers, 0));
      expect([request.path, status]).toEqual([request.path, 403]);
      expect(body.toString()).not.toContain('span 1');
    }
    expect(store.counts().spans.received).toBe(1);
  });

  it.each(['same-origin', 'none'])('allows %s', async (site) => {
    const { ask } = await startViewer();
    expect((await ask(withHeaders(LIST, { 'sec-fetch-site': site }, 0))).status).toBe(200);
  });

  const click = {
    'sec-fetch-site': 'cross-site',
    'sec-fetch-mode': 'navigate',
    'sec-fetch-dest': 'document',
  };

  it('allows a click on a link to the page', async () => {
    const { ask } = await startViewer();
    expect((await ask(withHeaders({ path: '/' }, click, 0))).status).toBe(200);
  });

  it.each(['/api/traces', '/api/export', `/t/${'a'.repeat(32)}.txt`, '//', '/?x/api'])(
    'allows no link to %s',
    async (path) => {
      const { ask } = await startViewer();
      const { status } = await ask(withHeaders({ path }, click, 0));
      expect(status).toBe(path === '/?x/api' ? 200 : 403);
    },
  );

  it('allows no frame of another site', async () => {
    const { ask } = await startViewer();
    const headers = { ...click, 'sec-fetch-dest': 'iframe' };
    expect((await ask(withHeaders({ path: '/' }, headers, 0))).status).toBe(403);
  });
});

describe('Origin', () => {
  it.each([
    'http://attacker.example',
    'null',
    'https://localhost:PORT',
    'http://localhost:1',
    'file://',
  ])('may not be %s', async (origin) => {
    const { ask, port, store } = await startViewer();
    await ask(SEND);
    for (const request of [LIST, CLEAR]) {
      const { status, headers } = await ask(withHeaders(request, { origin }, port));
      expect([status, headers['access-control-allow-origin']]).toEqual([403, undefined]);
    }
    expect(store.counts().traces.kept).toBe(1);
  });

  it('may be the server’s own', async () => {
    const { ask, port, store } = await startViewer();
    await ask(SEND);
    const { status } = await ask(withHeaders(CLEAR, { origin: 'http://localhost:PORT' }, port));
    expect([status, store.counts().traces.kept]).toEqual([200, 0]);
  });

  it.each([
    'http://localhost:5173',
    'http://127.0.0.1:3000',
    'https://localhost:4443',
    'http://[::1]:1',
  ])('may be %s for OTLP, which gets CORS headers', async (origin) => {
    const { ask } = await startViewer();
    const headers = { origin, 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'cors' };
    const { status, headers: answered } = await ask(withHeaders(SEND, headers, 0));
    expect([status, answered['access-control-allow-origin']]).toEqual([200, origin]);
    expect(answered.vary).toBe('Origin');
  });

  it.each(['http://attacker.example', 'null', 'http://localhost.attacker.example'])(
    'may not be %s for OTLP',
    async (origin) => {
      const { ask, store } = await startViewer();
      const { status, headers } = await ask(withHeaders(SEND, { origin }, 0));
      expect([status, headers['access-control-allow-origin']]).toEqual([403, undefined]);
      expect(store.counts().spans.received).toBe(0);
    },
  );

  it('may be a configured one for OTLP, and then no other', async () => {
    const { ask } = await startViewer({ ingestOrigins: ['https://shop.test'] });
    const from = (origin: string) => ask(withHeaders(SEND, { origin }, 0));
    expect((await from('https://shop.test')).status).toBe(200);
    expect((await from('http://localhost:5173')).status).toBe(403);
  });

  it('may send running spans as it may send others', async () => {
    const { ask } = await startViewer();
    const from = (origin: string) =>
      ask({ ...withHeaders(SEND, { origin }, 0), path: '/v1/traces/open' });
    expect((await from('http://localhost:5173')).status).toBe(200);
    expect((await from('http://attacker.example')).status).toBe(403);
  });

  it('of a sender of OTLP may read nothing', async () => {
    const { ask } = await startViewer();
    for (const path of ['/api/traces', '/', '/v1/traces']) {
      const { status, headers } = await ask({ path, headers: { origin: 'http://localhost:5173' } });
      expect([path, status]).toEqual([path, 403]);
      if (path !== '/v1/traces') expect(headers).not.toHaveProperty('access-control-allow-origin');
    }
  });
});

describe('the question of a browser before a request', () => {
  const preflight = (path: string, origin: string): TestRequest => ({
    method: 'OPTIONS',
    path,
    headers: { origin, 'access-control-request-method': 'POST' },
  });

  it('is answered for OTLP, for POST only', async () => {
    const { ask } = await startViewer();
    const { status, headers } = await ask(preflight('/v1/traces', 'http://localhost:5173'));
    expect(status).toBe(204);
    expect(headers).toMatchObject({
      'access-control-allow-origin': 'http://localhost:5173',
      'access-control-allow-methods': 'POST',
    });
    expect(headers).not.toHaveProperty('access-control-allow-credentials');
  });

  it.each([
    ['/v1/traces', 'http://attacker.example'],
    ['/api/traces', 'http://localhost:5173'],
    ['/api/import', 'http://localhost:5173'],
  ])('is refused for %s from %s', async (path, origin) => {
    const { ask } = await startViewer();
    const { status, headers } = await ask(preflight(path, origin));
    expect([status, headers['access-control-allow-origin']]).toEqual([403, undefined]);
  });
});

describe('a request that can change something', () => {
  it.each([
    [undefined, 415],
    ['text/plain', 415],
    ['application/x-www-form-urlencoded', 415],
    ['multipart/form-data; boundary=a', 415],
    ['text/plain; application/json', 415],
    ['Application/JSON; charset=utf-8', 200],
    ['application/x-protobuf', 200],
  ])('with the type %s is answered with %i', async (type, status) => {
    const { ask, store } = await startViewer();
    await ask(SEND);
    const headers = type === undefined ? {} : { 'content-type': type };
    expect((await ask({ method: 'DELETE', path: '/api/traces', headers })).status).toBe(status);
    expect(store.counts().traces.kept).toBe(status === 200 ? 0 : 1);
  });

  it('is allowed with the header of the page', async () => {
    const { ask } = await startViewer();
    expect((await ask(CLEAR)).status).toBe(200);
  });
});

describe('the token', () => {
  const token = 'correct horse';

  it('is required for everything', async () => {
    const { ask, store } = await startViewer({ token });
    for (const request of [LIST, SEND, CLEAR, { path: '/' }, { path: '/api/stream' }]) {
      const { status, headers } = await ask(request);
      expect([request.path, status, headers['www-authenticate']]).toEqual([
        request.path,
        401,
        'Bearer',
      ]);
    }
    expect(store.counts().spans.received).toBe(0);
  });

  it.each([
    ['Bearer correct horse', 200],
    ['bearer correct horse', 200],
    ['Bearer correct hors', 401],
    ['Bearer correct horse!', 401],
    ['Basic correct horse', 401],
    ['Bearer', 401],
  ])('is read from Authorization: %s', async (authorization, status) => {
    const { ask } = await startViewer({ token });
    expect((await ask(withHeaders(LIST, { authorization }, 0))).status).toBe(status);
  });

  it('in a URL is exchanged for a cookie that no script reads', async () => {
    const { ask } = await startViewer({ token });
    const { status, headers } = await ask({ path: '/api/traces?sort=newest&t=correct%20horse' });
    expect([status, headers.location]).toEqual([303, '/api/traces?sort=newest']);
    const [cookie = ''] = headers['set-cookie'] ?? [];
    expect(cookie).toMatch(/; HttpOnly; SameSite=Strict; Path=\/$/);
    const [pair = ''] = cookie.split(';');
    expect((await ask(withHeaders(LIST, { cookie: `other=1; ${pair}` }, 0))).status).toBe(200);
    expect((await ask(withHeaders(LIST, { cookie: `${pair}x` }, 0))).status).toBe(401);
    expect((await ask(withHeaders(LIST, { cookie: 'nestjs-traced-token=%E0' }, 0))).status).toBe(
      401,
    );
  });

  it('in a URL does not lead to another server', async () => {
    const { ask } = await startViewer({ token });
    const { headers } = await ask({ path: '//attacker.example/x?t=correct%20horse' });
    expect(headers.location).toBe('/attacker.example/x');
  });

  it('in a URL is refused if it is wrong', async () => {
    const { ask } = await startViewer({ token });
    expect((await ask({ path: '/?t=wrong' })).status).toBe(401);
  });

  it('does not replace the other rules', async () => {
    const { ask, port } = await startViewer({ token });
    const headers = { authorization: `Bearer ${token}`, host: 'attacker.example:PORT' };
    expect((await ask(withHeaders(LIST, headers, port))).status).toBe(403);
  });
});

describe('every response', () => {
  it.each(['/', '/api/traces', '/api/stream', '/api/export', '/nowhere'])(
    'says how it may be used: %s',
    async (path) => {
      const { ask, server } = await startViewer();
      if (path === '/api/stream') setTimeout(() => void server.close(), 50);
      const { headers } = await ask({ path });
      expect(headers).toMatchObject({
        'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
        'cross-origin-resource-policy': 'same-origin',
        'referrer-policy': 'no-referrer',
        'x-content-type-options': 'nosniff',
        'cache-control': 'no-store',
      });
    },
  );
});
