import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { requestJson } from '../../../../lib/sampling/remote/request-json.js';
import { type SamplingServer, startSamplingServer } from '../../../support/sampling-server.js';

let server: SamplingServer;
const { signal } = new AbortController();

beforeEach(async () => {
  server = await startSamplingServer(() => ({ a: 1 }));
});
afterEach(() => server.close());

function ask(body?: unknown, timeoutMillis = 10_000) {
  return requestJson({ url: new URL(`${server.url}/x?y=1`), body, timeoutMillis, signal });
}

describe('requestJson', () => {
  it('gets', async () => {
    expect(await ask()).toEqual({ a: 1 });
    expect(server.requests).toMatchObject([{ method: 'GET', path: '/x?y=1', body: undefined }]);
  });

  it('posts', async () => {
    expect(await ask({ é: '💥' })).toEqual({ a: 1 });
    expect(server.requests).toMatchObject([
      { method: 'POST', headers: { 'content-type': 'application/json' }, body: { é: '💥' } },
    ]);
  });

  it.each<[string, SamplingServer['answer'], string]>([
    [
      'a status of failure',
      (_, response) => {
        response.statusCode = 503;
        return {};
      },
      'the response has status 503',
    ],
    [
      'a redirect',
      (_, response) => void response.writeHead(302, { location: server.url }).end(),
      'the response has status 302',
    ],
    ['what is no JSON', (_, response) => void response.end('<secret>'), 'the response is not JSON'],
    [
      'an endless response',
      (_, response) => {
        const more = () => {
          while (!response.destroyed && response.write(' '.repeat(65_536)));
        };
        response.on('drain', more);
        more();
      },
      'the response is longer than 1048576 bytes',
    ],
    [
      'a response that breaks off',
      (_, response) => {
        response.writeHead(200, { 'content-length': '100' });
        response.write('{', () => response.destroy());
      },
      'the connection was closed',
    ],
    ['no response', (_, response) => void response.destroy(), 'socket hang up'],
  ])('rejects %s', async (_, answer, message) => {
    server.answer = answer;
    await expect(ask()).rejects.toThrow(new Error(message));
  });

  it('rejects after a time', async () => {
    server.answer = () => undefined;
    await expect(ask(undefined, 50)).rejects.toThrow(new Error('no response within 50 ms'));
    server.answer = (_, response) => void response.writeHead(200).write('{');
    await expect(ask(undefined, 50)).rejects.toThrow(new Error('no response within 50 ms'));
  });

  it('rejects where nobody listens', async () => {
    const unused = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => unused.once('listening', resolve));
    const { port } = unused.address() as AddressInfo;
    await new Promise((resolve) => unused.close(resolve));
    const url = new URL(`http://127.0.0.1:${port}`);
    await expect(requestJson({ url, timeoutMillis: 10_000, signal })).rejects.toThrow(
      'ECONNREFUSED',
    );
  });

  it('is aborted', async () => {
    server.answer = () => undefined;
    const abort = new AbortController();
    const url = new URL(server.url);
    const pending = requestJson({ url, timeoutMillis: 10_000, signal: abort.signal });
    abort.abort();
    await expect(pending).rejects.toThrow('the request was aborted');
    const options = { url, timeoutMillis: 10_000, signal: abort.signal };
    await expect(requestJson(options)).rejects.toThrow('the request was aborted');
    expect(server.requests).toHaveLength(0);
  });
});
