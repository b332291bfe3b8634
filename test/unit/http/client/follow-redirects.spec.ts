import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  type FetchRequest,
  readFetchRequest,
  withHeaders,
} from '../../../../lib/http/client/fetch-request.js';
import { followRedirects } from '../../../../lib/http/client/follow-redirects.js';

interface Arrival {
  readonly method: string | undefined;
  readonly path: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** A server that redirects `/<status>?to=<location>` and answers everything else. */
class RedirectingServer {
  readonly arrivals: Arrival[] = [];
  readonly #server: Server;

  constructor() {
    this.#server = createServer(async (request, response) => {
      let body = '';
      for await (const chunk of request) body += String(chunk);
      this.arrivals.push({
        method: request.method,
        path: request.url,
        headers: request.headers,
        body,
      });
      const { pathname, searchParams } = new URL(request.url ?? '', 'http://server');
      const status = Number(pathname.slice(1)) || 200;
      const location = searchParams.get('to');
      response.writeHead(status, location === null ? {} : { location }).end('the answer');
    });
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  start(): Promise<void> {
    return new Promise((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
  }

  stop(): Promise<unknown> {
    this.#server.closeAllConnections();
    return new Promise((resolve) => this.#server.close(resolve));
  }
}

const inside = new RedirectingServer();
const outside = new RedirectingServer();

beforeAll(() => Promise.all([inside.start(), outside.start()]));
beforeEach(() => {
  inside.arrivals.length = 0;
  outside.arrivals.length = 0;
});
afterAll(() => Promise.all([inside.stop(), outside.stop()]));

function read(input: string | Request, init: RequestInit): FetchRequest {
  const request = readFetchRequest(input, init);
  if (request === undefined) throw new Error('nothing to be fetched');
  return request;
}

/** As `tracedFetch` does where only `inside` may have the header `baggage`. */
function follow(input: string | Request, init: RequestInit = {}): Promise<Response> {
  const request = read(input, init);
  request.headers.set('baggage', 'tenant=acme');
  const args = withHeaders(input, init, request.headers);
  return followRedirects(fetch, args, request, (receiver, headers) => {
    if (receiver?.origin !== inside.url) headers.delete('baggage');
  });
}

function redirectTo(target: string, status = 307, from = inside): string {
  return `${from.url}/${status}?to=${encodeURIComponent(target)}`;
}

const SECRETS = { authorization: 'Bearer x', cookie: 'a=b', 'x-kept': '1' };

describe('followRedirects', () => {
  it('answers as fetch where nothing is redirected', async () => {
    const response = await follow(`${inside.url}/`, { method: 'POST', body: 'hello' });
    expect([response.status, response.redirected, response.url]).toEqual([
      200,
      false,
      `${inside.url}/`,
    ]);
    expect(await response.text()).toBe('the answer');
    expect(inside.arrivals).toMatchObject([{ body: 'hello', headers: { baggage: 'tenant=acme' } }]);
  });

  it('sends the withheld header to those only who may have it', async () => {
    const response = await follow(redirectTo(redirectTo(`${outside.url}/end`)));
    expect([response.status, response.redirected, response.url]).toEqual([
      200,
      true,
      `${outside.url}/end`,
    ]);
    expect(await response.text()).toBe('the answer');
    expect(inside.arrivals.map(({ headers }) => headers.baggage)).toEqual([
      'tenant=acme',
      'tenant=acme',
    ]);
    expect(outside.arrivals.map(({ headers }) => headers.baggage)).toEqual([undefined]);
  });

  it('does not send it again after a detour', async () => {
    await follow(redirectTo(redirectTo(`${inside.url}/end`, 307, outside)));
    expect(inside.arrivals.map(({ headers }) => headers.baggage)).toEqual([
      'tenant=acme',
      undefined,
    ]);
  });

  const kinds: [string, string, number][] = [301, 302, 303, 307, 308].flatMap((status) =>
    ['GET', 'HEAD', 'POST', 'PUT'].flatMap((method) =>
      ['inside', 'outside'].map((where): [string, string, number] => [method, where, status]),
    ),
  );

  it.each(kinds)('sends on %s to %s after %d as fetch does', async (method, where, status) => {
    const target = where === 'inside' ? inside : outside;
    const url = redirectTo(`${target.url}/end`, status);
    const hasBody = method === 'POST' || method === 'PUT';
    const init: RequestInit = {
      method,
      headers: { ...SECRETS, ...(hasBody ? { 'content-type': 'text/x-own' } : {}) },
      ...(hasBody ? { body: 'hello' } : {}),
    };
    await fetch(url, init);
    const expected = target.arrivals.pop();
    await follow(url, init);
    const { headers = {}, ...arrival } = target.arrivals.pop() ?? {};
    expect(arrival).toEqual({ method: expected?.method, path: '/end', body: expected?.body });
    const { baggage, ...others } = headers;
    expect(others).toEqual(expected?.headers);
    expect(baggage).toBe(where === 'inside' ? 'tenant=acme' : undefined);
  });

  it('sends the body of a Request again, as often as it is asked for', async () => {
    const url = redirectTo(redirectTo(`${outside.url}/end`), 308);
    const response = await follow(new Request(url, { method: 'PUT', body: 'hello' }));
    expect(response.status).toBe(200);
    expect([...inside.arrivals, ...outside.arrivals].map(({ body }) => body)).toEqual(
      Array(3).fill('hello'),
    );
  });

  it('lets go of the body of a Request that is not asked for again', async () => {
    for (const url of [`${inside.url}/`, redirectTo(`${inside.url}/end`, 303)]) {
      const response = await follow(new Request(url, { method: 'POST', body: 'hello' }));
      expect(await response.text()).toBe('the answer');
    }
    expect(inside.arrivals.map(({ method, body }) => `${method} ${body}`)).toEqual([
      'POST hello',
      'POST hello',
      'GET ',
    ]);
  });

  it.each([
    ['a URL that is none', 'http://', 'invalid Location'],
    ['another scheme', 'ftp://127.0.0.1/', 'URL scheme must be a HTTP(S) scheme'],
    ['credentials elsewhere', 'http://a:b@127.0.0.1:1/', 'cross origin not allowed'],
  ])('refuses, as fetch does, to go to %s', async (_, location, reason) => {
    const url = redirectTo(location);
    await expect(fetch(url)).rejects.toThrow('fetch failed');
    const error: unknown = await follow(url).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(TypeError);
    expect(error).toMatchObject({
      message: 'fetch failed',
      cause: { message: expect.any(String) },
    });
    expect(String((error as { cause: Error }).cause.message)).toContain(reason);
  });

  it('refuses, as fetch does, to send a stream again', async () => {
    const url = redirectTo(`${inside.url}/end`);
    const init = (): RequestInit => ({
      method: 'POST',
      duplex: 'half',
      body: new ReadableStream({
        start(controller) {
          controller.enqueue(new TextEncoder().encode('hello'));
          controller.close();
        },
      }),
    });
    await expect(fetch(url, init())).rejects.toThrow('fetch failed');
    await expect(follow(url, init())).rejects.toThrow('fetch failed');
    expect(inside.arrivals).toHaveLength(2);
  });

  it('refuses, as fetch does, to go round in circles', async () => {
    const url = `${inside.url}/307?to=`;
    await expect(fetch(url)).rejects.toThrow('fetch failed');
    const asked = inside.arrivals.length;
    await expect(follow(url)).rejects.toThrow('fetch failed');
    expect(inside.arrivals).toHaveLength(2 * asked);
  });

  it.each(['manual', 'error'] as const)('leaves redirects to fetch for %s', async (redirect) => {
    const url = redirectTo(`${outside.url}/end`);
    const outcome = async (run: Promise<Response>): Promise<unknown> =>
      run.then(({ status }) => status, String);
    expect(await outcome(follow(url, { redirect }))).toEqual(
      await outcome(fetch(url, { redirect })),
    );
    expect(outside.arrivals).toEqual([]);
  });

  it('tells nobody where the answer must have a certain content', async () => {
    const integrity = `sha256-${'A'.repeat(43)}=`;
    await expect(follow(redirectTo(`${outside.url}/end`), { integrity })).rejects.toThrow(
      'fetch failed',
    );
    const headers = [...inside.arrivals, ...outside.arrivals].map((arrival) => arrival.headers);
    expect(headers.map(({ baggage }) => baggage)).toEqual([undefined, undefined]);
  });

  it('stops on a signal between two steps', async () => {
    const controller = new AbortController();
    const reason = new Error('enough');
    const url = redirectTo(`${inside.url}/end`);
    const request = read(url, { signal: controller.signal });
    const args = withHeaders(url, { signal: controller.signal }, request.headers);
    const following = followRedirects(fetch, args, request, () => {
      controller.abort(reason);
      return [];
    });
    await expect(following).rejects.toBe(reason);
    expect(inside.arrivals).toHaveLength(1);
  });

  it('hands on what a double of fetch answers', async () => {
    const request = read('http://inside.example', {});
    const double = (async () => undefined) as never;
    const result = followRedirects(double, ['http://inside.example', {}], request, () => []);
    await expect(result).resolves.toBeUndefined();
  });
});
