import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { idOf } from '../../../support/otlp-requests.js';
import { type TestViewer, viewersOfTest } from '../../../support/viewer-servers.js';

const HTML = '<!doctype html><title>Traces</title>';
const POLICY = "default-src 'none'; script-src 'sha256-x'";
const startViewer = viewersOfTest();

function startWithPage(): Promise<TestViewer> {
  return startViewer({ page: async () => ({ gzip: gzipSync(HTML), policy: POLICY }) });
}

describe('the page', () => {
  it.each([`/t/${idOf(1, 32)}`, '/graph', '/compare', '/graph?last=5m'])(
    'is at %s',
    async (path) => {
      const { ask } = await startWithPage();
      const { status, headers, body } = await ask({ path });
      expect({ status, text: body.toString() }).toEqual({ status: 200, text: HTML });
      expect(headers).toMatchObject({
        'content-type': 'text/html; charset=utf-8',
        'content-security-policy': POLICY,
        'x-content-type-options': 'nosniff',
        vary: 'Accept, Accept-Encoding',
      });
    },
  );

  it('is at / for those who show HTML, and text for others', async () => {
    const { ask } = await startWithPage();
    const browser = { accept: 'text/html,application/xhtml+xml;q=0.9' };
    expect((await ask({ path: '/', headers: browser })).body.toString()).toBe(HTML);
    for (const headers of [{}, { accept: '*/*' }]) {
      const answer = await ask({ path: '/', headers });
      expect(answer.headers['content-type']).toBe('text/plain; charset=utf-8');
      expect(answer.body.toString()).toMatch(/^nestjs-traced: kept 0 of 0 traces/);
    }
  });

  it.each([
    ['gzip, br', 'gzip'],
    ['br, gzip;q=0.5', 'gzip'],
    ['gzip;q=0', undefined],
    ['gzip; q=0.0 , br', undefined],
    ['br', undefined],
  ])('with Accept-Encoding %j is sent in %s', async (accepted, encoding) => {
    const { ask } = await startWithPage();
    const { headers, body } = await ask({
      path: '/graph',
      headers: { 'accept-encoding': accepted },
    });
    expect(headers['content-encoding']).toBe(encoding);
    expect((encoding === undefined ? body : gunzipSync(body)).toString()).toBe(HTML);
  });

  it('is missing where the viewer runs from its sources', async () => {
    const { ask } = await startViewer();
    const { status, body } = await ask({ path: '/graph', headers: { accept: 'text/html' } });
    expect({ status, text: body.toString() }).toEqual({
      status: 404,
      text: expect.stringContaining('Build the package first'),
    });
  });
});
